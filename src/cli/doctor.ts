import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { createSieve, type Sieve } from "../core/index.js";
import { guarded } from "./guard.js";
import { createNotices } from "./notices.js";
import { addModelFlags, type ModelFlags, sieveOptions } from "./open-sieve.js";
import { visibleLine } from "./visible.js";

const PROBE =
  "The outage began at 02:14 UTC and ended at 04:51 UTC. Nobody lost data, but 1,204 requests were not answered in time.";
/** Sentences of one probe document: about 500 tokens. */
const SENTENCES = 16;
/** Documents of the measured run. */
const DOCUMENTS = 8;
/** Measured runs; the best counts, since a busy machine only ever makes one slower. */
const RUNS = 3;

const EXAMPLES = `
Examples:
  contextsieve doctor
  contextsieve doctor --device cuda --model ./my-model
`;

/** Adds `doctor` to the program: does everything work here? */
export function registerDoctor(program: Command): void {
  const command = program.command("doctor").description("check that the model and the runtime work on this machine");
  addModelFlags(command)
    .addHelpText("after", EXAMPLES)
    .action((flags: ModelFlags) => guarded(command, () => runDoctor(flags)));
}

async function runDoctor(flags: ModelFlags): Promise<void> {
  const print = (name: string, value: string) => process.stdout.write(`${name.padEnd(12)} ${visibleLine(value)}\n`);
  print("node", `${process.version} on ${process.platform}-${process.arch}, ${availableParallelism()} cores`);
  const started = performance.now();
  const sieve = await createSieve({ ...sieveOptions(flags, createNotices(false)), cache: false });
  try {
    print("model", `${sieve.info.model} ${sieve.info.version} (${sieve.info.dtype}, ${sieve.info.fingerprint})`);
    print("device", sieve.info.device);
    print("loaded in", `${(performance.now() - started).toFixed(0)} ms`);
    const first = await measure(sieve, 1);
    print("compressed", `${first.originalTokens} -> ${first.tokens} tokens`);
    // The first run also pays for reading the tokenizer's ranks and for what the runtime sets up.
    let warm = 0;
    for (let run = 0; run < RUNS; run += 1) warm = Math.max(warm, (await measure(sieve, DOCUMENTS)).tokensPerSecond);
    print(
      "speed",
      `${warm} tokens/s warm, best of ${RUNS} runs over ${DOCUMENTS} documents; ${first.tokensPerSecond} tokens/s in the first run`,
    );
    process.stdout.write("All is well.\n");
  } finally {
    await sieve.dispose();
  }
}

async function measure(sieve: Sieve, count: number) {
  const documents = Array.from({ length: count }, (_, document) =>
    Array.from({ length: SENTENCES }, (_, sentence) => `${PROBE} Case ${document}-${sentence}.`).join(" "),
  );
  const { timings, originalTokens, tokens } = await sieve.compress({ documents, rate: 0.5 });
  return { originalTokens, tokens, tokensPerSecond: Math.round((1000 * originalTokens) / timings.encodeMs) };
}
