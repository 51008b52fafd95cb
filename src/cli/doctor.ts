import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { createSieve } from "../core/index.js";
import { guarded } from "./guard.js";
import { addModelFlags, type ModelFlags } from "./open-sieve.js";

const PROBE =
  "The outage began at 02:14 UTC and ended at 04:51 UTC. Nobody lost data, but 1,204 requests were not answered in time.";

/** Adds `doctor` to the program: does everything work here? */
export function registerDoctor(program: Command): void {
  const command = program.command("doctor").description("check that the model and the runtime work on this machine");
  addModelFlags(command).action(({ cache: _, ...flags }: ModelFlags) =>
    guarded(command, async () => {
      const print = (name: string, value: string | number) => process.stdout.write(`${name.padEnd(12)} ${value}\n`);
      print("node", `${process.version} on ${process.platform}-${process.arch}, ${availableParallelism()} cores`);
      const started = performance.now();
      const sieve = await createSieve({ ...flags, cache: false });
      try {
        print("model", `${sieve.info.model} ${sieve.info.version} (${sieve.info.dtype}, ${sieve.info.fingerprint})`);
        print("device", sieve.info.device);
        print("loaded in", `${(performance.now() - started).toFixed(0)} ms`);
        const documents = [Array.from({ length: 40 }, (_, index) => `${PROBE} Case ${index}.`).join(" ")];
        const { timings, originalTokens, tokens } = await sieve.compress({ documents, rate: 0.5 });
        print("compressed", `${originalTokens} -> ${tokens} tokens`);
        print("speed", `${Math.round((1000 * originalTokens) / timings.encodeMs)} tokens/s cold, one document`);
        process.stdout.write("All is well.\n");
      } finally {
        await sieve.dispose();
      }
    }),
  );
}
