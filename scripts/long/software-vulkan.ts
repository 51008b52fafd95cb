// WebGPU without a GPU: Mesa's software Vulkan from Debian's backports, unpacked into build/. Scores as the CPU's, two
// models at once, abort, dispose, exit. Slow by its nature. `npx tsx scripts/long/software-vulkan.ts`
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { probeDevice } from "../../src/core/model/devices/probe-device.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { compareEncoders } from "../compare-encoders.js";
import { unpackDebian } from "./debian-folder.js";

const SUITE = "bookworm-backports";
const PACKAGES = ["mesa-vulkan-drivers", "libvulkan1"];
const LIBRARIES = "usr/lib/x86_64-linux-gnu";
const DRIVER = "usr/share/vulkan/icd.d/lvp_icd.json";
const SECOND_MODEL = resolve("models/contextsieve-multilingual");
const TEXTS = Number(process.env.TEXTS ?? 200);
const CALLS = Number(process.env.CALLS ?? 100);
/** A score may be so far from the CPU's. */
const TOLERANCE = 1e-3;
const THIS_FILE = fileURLToPath(import.meta.url);

const [part] = process.argv.slice(2);
if (part === undefined) await outside();
else if (part === "checks") await checks();
else await exitPart(part);

/** Finds or fetches a driver, and starts the checks in a process that sees it. */
async function outside(): Promise<void> {
  const folder = resolve("build/software-vulkan");
  const debian = unpackDebian(SUITE, PACKAGES, folder);
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, "home") };
  if ("root" in debian) {
    Object.assign(env, {
      LD_LIBRARY_PATH: join(debian.root, LIBRARIES),
      VK_DRIVER_FILES: join(debian.root, DRIVER),
    });
  } else {
    console.log(`No software Vulkan from ${SUITE}: ${debian.why}.`);
    const here = await probeDevice("webgpu");
    if (!here.isAvailable) {
      console.log(`NOT CHECKED: WebGPU cannot be tried on this machine: ${here.reason}.`);
      process.exitCode = 1;
      return;
    }
    console.log("The machine's own WebGPU is checked in its place.");
  }
  process.exitCode = await run("checks", env);
}

async function checks(): Promise<void> {
  const outcome = await probeDevice("webgpu");
  if (!outcome.isAvailable) throw new Error(`Expected WebGPU on software Vulkan, got none: ${outcome.reason}`);
  const sieve = await createSieve({ device: "webgpu", cache: false });
  await equality(sieve);
  await twoModels(sieve);
  await abort(sieve);
  await disposeInTheMiddle(sieve);
  for (const way of ["exit-idle", "exit-busy"]) {
    const status = await run(way, process.env);
    if (status !== 0) throw new Error(`Expected a process to end well (${way}), got status ${status}`);
    console.log(`${way}: status 0`);
  }
}

async function equality(sieve: Sieve): Promise<void> {
  const texts = Array.from({ length: TEXTS }, (_, index) => textOf(index));
  const request = { folder: await bundledModel(), dtype: sieve.info.dtype };
  const compared = await compareEncoders({ ...request, device: "cpu" }, { ...request, device: "webgpu" }, texts);
  console.log(`webgpu beside cpu: ${JSON.stringify(compared)}`);
  if (compared.scores <= TOLERANCE && compared.vectors <= TOLERANCE) return;
  throw new Error(`Expected scores and vectors within ${TOLERANCE} of the CPU's`);
}

async function twoModels(first: Sieve): Promise<void> {
  if (!existsSync(join(SECOND_MODEL, "manifest.json")))
    throw new Error(`Expected a model in ${SECOND_MODEL}, got none`);
  const second = await createSieve({ device: "webgpu", model: SECOND_MODEL, cache: false });
  const ask = async (call: number) => {
    const sieve = call % 2 === 0 ? first : second;
    const { documents } = await sieve.compress({ documents: [textOf(call % 4)], rate: 1, explain: true });
    return JSON.stringify(documents[0]?.words?.map(({ keep }) => keep.toFixed(3)));
  };
  const alone: (string | undefined)[] = [];
  for (let call = 0; call < 4; call += 1) alone.push(await ask(call));
  const together = await Promise.all(Array.from({ length: CALLS }, (_, call) => ask(call)));
  const strange = together.filter((scores, call) => scores !== alone[call % 4]).length;
  if (strange > 0) throw new Error(`Expected ${CALLS} calls as alone, got ${strange} others`);
  await second.dispose();
  console.log(`two models, ${CALLS} alternating calls at once: all as alone`);
}

async function abort(sieve: Sieve): Promise<void> {
  const reason = new Error("the user left");
  const controller = new AbortController();
  const calls = Array.from({ length: 8 }, (_, index) =>
    sieve.compress({ documents: [textOf(index)], rate: 0.5, signal: controller.signal }).catch((error) => error),
  );
  setTimeout(() => controller.abort(reason), 50);
  if ((await Promise.all(calls)).some((outcome) => outcome !== reason))
    throw new Error("Expected all calls to be aborted");
  await wordsOf(sieve, [textOf(1)]);
  console.log("abort: the calls end, and the next one works");
}

async function disposeInTheMiddle(sieve: Sieve): Promise<void> {
  const call = sieve.compress({ documents: [textOf(2)], rate: 0.5 }).catch((error: Error) => error.message);
  await new Promise((wake) => setTimeout(wake, 100));
  await sieve.dispose();
  console.log(
    `dispose in the middle of a run: ${typeof (await call) === "string" ? await call : "the run ended first"}`,
  );
}

/** A process that ends by itself while its sieve is open, or by `process.exit` in the middle of a run. */
async function exitPart(way: string): Promise<void> {
  const sieve = await createSieve({ device: "webgpu", cache: false });
  const call = wordsOf(sieve, [textOf(3)]);
  if (way === "exit-idle") await call;
  else setTimeout(() => process.exit(0), 100);
}

async function run(words: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", THIS_FILE, words], { env, stdio: "inherit" });
  const [code, signal] = await once(child, "exit");
  if (signal) console.log(`the process ended with ${signal}`);
  return code ?? 1;
}

async function wordsOf(sieve: Sieve, documents: string[]) {
  const result = await sieve.compress({ documents, rate: 1, explain: true });
  return result.documents.flatMap(({ words = [] }) => words);
}

/** Short, since a software GPU reads some ten tokens a second; of few lengths, since each is compiled anew. */
function textOf(index: number): string {
  const [ships, verbs] = [
    ["ferry", "barge", "tug", "pilot boat"],
    ["left", "entered", "missed", "blocked"],
  ];
  return `Ship ${100 + index}, a ${ships[index % 4]}, ${verbs[(index >> 2) % 4]} the lock at ${10 + (index % 12)}:00.`;
}
