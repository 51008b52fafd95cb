import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { createSieve, type Sieve } from "../../core/index.js";
import { type DeviceReport, inspectDevices } from "../../core/model/devices/open-on-device.js";
import { findRuntime, type RuntimeFiles } from "../../core/model/devices/runtime-files.js";
import { findModel } from "../../core/model/load/find-model.js";
import { guarded } from "../guard.js";
import { createNotices, type Notices } from "../notices.js";
import { addModelFlags, type ModelFlags, sieveOptions } from "../open-sieve.js";
import { print } from "../output.js";
import { plural } from "../plural.js";
import { visibleLine } from "../visible.js";
import { copyCudaFiles, removeCudaFiles } from "./cuda-files.js";
import { deviceTable } from "./device-table.js";

const PROBE =
  "The outage began at 02:14 UTC and ended at 04:51 UTC. Nobody lost data, but 1,204 requests were not answered in time.";
/** Sentences of one probe document: about 500 tokens. */
const SENTENCES = 16;
/** Documents of the measured run. */
const DOCUMENTS = 8;
/** Measured runs; the best counts, since a busy machine only ever makes one slower. */
const RUNS = 3;
const MEGABYTE = 2 ** 20;

const EXAMPLES = `
Examples:
  contextsieve doctor
  contextsieve doctor --device cuda --model ./my-model
  contextsieve doctor --cuda-from ./wheels

Status: 1 where the device that is asked for is not there.
`;

interface DoctorFlags extends ModelFlags {
  json?: boolean;
  cudaFrom?: string;
  cudaUndo?: boolean;
}

/** What was found, as --json prints it. */
interface Diagnosis {
  node: string;
  platform: string;
  cores: number;
  onnxruntime: Pick<RuntimeFiles, "version" | "folder">;
  devices: DeviceReport[];
  /** How the model did on the device that was asked for; absent where that is missing. */
  sieve?: Awaited<ReturnType<typeof tryOut>>;
}

/** Adds `doctor` to the program: does everything work here? */
export function registerDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("check that the model and the runtime work on this machine, and on which devices");
  addModelFlags(command)
    .option("--json", "print JSON")
    .option(
      "--cuda-from <folder>",
      "put the CUDA files of wheels, or of a site-packages folder, where they are looked for",
    )
    .option("--cuda-undo", "take the CUDA files away again")
    .addHelpText("after", EXAMPLES)
    .action((flags: DoctorFlags) => guarded(command, () => runDoctor(flags)));
}

async function runDoctor({ json = false, cudaFrom, cudaUndo, ...flags }: DoctorFlags): Promise<void> {
  const notices = createNotices(false);
  const runtime = await findRuntime();
  if (cudaUndo) return undoCuda(runtime);
  if (cudaFrom !== undefined) await copyCuda(cudaFrom, runtime, notices);
  const device = flags.device ?? (cudaFrom === undefined ? "cpu" : "cuda");
  const folder = await findModel({ ...flags, model: flags.model === "auto" ? undefined : flags.model });
  const diagnosis: Diagnosis = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    onnxruntime: { version: runtime.version, folder: runtime.folder },
    devices: await inspectDevices({ ...flags, folder }),
  };
  const missing = diagnosis.devices.find((report) => report.device === device && !report.isAvailable);
  if (!missing) diagnosis.sieve = await tryOut({ ...flags, device }, notices);
  await print(json ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : describe(diagnosis), true);
  if (!missing) return;
  notices.say(`error: Expected device ${device} on this machine, got none: ${missing.reason}.`);
  process.exitCode = 1;
}

async function copyCuda(folder: string, runtime: RuntimeFiles, notices: Notices): Promise<void> {
  const { names, bytes, missing } = await copyCudaFiles(folder, runtime);
  notices.say(`copied ${plural(names.length, "file")} (${Math.round(bytes / MEGABYTE)} MB) to ${runtime.folder}`);
  if (missing.length > 0) notices.warn(`not in ${folder}, and needed on the library path: ${missing.join(", ")}`);
}

async function undoCuda(runtime: RuntimeFiles): Promise<void> {
  const names = await removeCudaFiles(runtime);
  const what = names.length === 0 ? "nothing was there to be taken" : `took ${names.join(", ")}`;
  await print(`${what} away from ${visibleLine(runtime.folder)}\n`);
}

async function tryOut(flags: ModelFlags, notices: Notices) {
  const started = performance.now();
  const sieve = await createSieve({ ...sieveOptions(flags, notices), cache: false });
  try {
    const loadMs = Math.round(performance.now() - started);
    const first = await measure(sieve, 1);
    // The first run also pays for reading the tokenizer's ranks and for what the runtime sets up.
    let warm = 0;
    for (let run = 0; run < RUNS; run += 1) warm = Math.max(warm, (await measure(sieve, DOCUMENTS)).tokensPerSecond);
    return { ...sieve.info, loadMs, first, tokensPerSecond: warm };
  } finally {
    await sieve.dispose();
  }
}

function describe({ node, platform, cores, onnxruntime, devices, sieve }: Diagnosis): string {
  const line = (name: string, value: string) => `${name.padEnd(12)} ${visibleLine(value)}\n`;
  const machine =
    line("node", `${node} on ${platform}, ${cores} cores`) +
    line("onnxruntime", `${onnxruntime.version} in ${onnxruntime.folder}`);
  if (!sieve) return `${machine}\n${deviceTable(devices)}`;
  const { first, deviceReason } = sieve;
  return (
    machine +
    line("model", `${sieve.model} ${sieve.version} (${sieve.dtype}, ${sieve.fingerprint})`) +
    line("device", deviceReason === undefined ? sieve.device : `${sieve.device}: ${deviceReason}`) +
    line("loaded in", `${sieve.loadMs} ms`) +
    line("compressed", `${first.originalTokens} -> ${first.tokens} tokens`) +
    line(
      "speed",
      `${sieve.tokensPerSecond} tokens/s warm, best of ${RUNS} runs over ${DOCUMENTS} documents; ${first.tokensPerSecond} tokens/s in the first run`,
    ) +
    `\n${deviceTable(devices)}\nAll is well.\n`
  );
}

async function measure(sieve: Sieve, count: number) {
  const documents = Array.from({ length: count }, (_, document) =>
    Array.from({ length: SENTENCES }, (_, sentence) => `${PROBE} Case ${document}-${sentence}.`).join(" "),
  );
  const { timings, originalTokens, tokens } = await sieve.compress({ documents, rate: 0.5 });
  return { originalTokens, tokens, tokensPerSecond: Math.round((1000 * originalTokens) / timings.encodeMs) };
}
