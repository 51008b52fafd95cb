// `remoteBackend` against a real Triton: scores as this process's own, calls through a kill and a restart, and what a
// request over the wire costs. `npx tsx scripts/scale/triton.ts`
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { BackendError, createSieve, remoteBackend, type Sieve } from "../../src/core/index.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { loadModel } from "../../src/core/model/load/manifest.js";
import { freePort } from "../../test/contract/redis-server.js";
import { compareEncoders } from "../compare-encoders.js";
import { installTriton, startTriton } from "./triton-process.js";

const TEXTS = Number(process.env.TEXTS ?? 200);
const CALLS = Number(process.env.CALLS ?? 1000);
/** Calls under way at once. */
const LANES = 16;
const KILL_AT = 0.3;
/** A caller that was refused waits so long before it asks for something else, in milliseconds. */
const AFTER_ERROR_MS = 500;
/** A score may be so far from this process's own. */
const TOLERANCE = 1e-5;
const MODEL = "contextsieve-small";
const FOLDER = resolve("build/triton");

const installed = installTriton(FOLDER);
if ("why" in installed) {
  console.log(`NOT CHECKED: no Triton on this machine: ${installed.why}.`);
  process.exitCode = 1;
} else {
  await checkAll(installed.python);
}

async function checkAll(python: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const { modelPath } = await loadModel(await bundledModel());
  const port = await freePort();
  const start = () => startTriton(python, modelPath, MODEL, port, resolve(FOLDER, "server.log"));
  let triton = await start();
  try {
    const backend = remoteBackend({ url: `http://127.0.0.1:${port}`, model: MODEL });
    const request = { folder: await bundledModel(), device: "cpu" as const };
    const compared = await compareEncoders(request, { ...request, backend }, Array.from({ length: TEXTS }, textOf));
    console.log(`Triton beside this process: ${JSON.stringify(compared)}`);
    if (!(compared.scores <= TOLERANCE && compared.vectors <= TOLERANCE))
      throw new Error(`Expected ${TOLERANCE} at most`);

    const local = await createSieve({ cache: false });
    const remote = await createSieve({ cache: false, backend });
    await overhead(local, remote);
    await throughRestart(local, remote, async () => {
      await triton.kill();
      triton = await start();
    });
    await Promise.all([local.dispose(), remote.dispose()]);
  } finally {
    await triton.kill();
  }
}

/** What one short request takes here and over the wire. */
async function overhead(local: Sieve, remote: Sieve): Promise<void> {
  const medians: number[] = [];
  for (const sieve of [local, remote]) {
    const times: number[] = [];
    for (let run = 0; run < 50; run += 1) {
      const started = performance.now();
      await sieve.compress(requestOf(run));
      times.push(performance.now() - started);
    }
    medians.push(times.sort((a, b) => a - b)[25] as number);
  }
  const [here, there] = medians as [number, number];
  console.log(
    `one request, median of 50: ${here.toFixed(1)} ms here, ${there.toFixed(1)} ms by Triton: ${(there - here).toFixed(1)} ms more`,
  );
}

async function throughRestart(local: Sieve, remote: Sieve, restart: () => Promise<void>): Promise<void> {
  const expected: string[] = [];
  for (let index = 0; index < 40; index += 1) expected.push((await local.compress(requestOf(index))).text);
  const outcomes = { right: 0, afterRestart: 0, failed: 0 };
  const messages = new Set<string>();
  let next = 0;
  let restarting: Promise<void> | undefined;
  let isBack = false;
  const lane = async () => {
    while (next < CALLS) {
      const call = next;
      next += 1;
      if (call === Math.floor(CALLS * KILL_AT)) {
        restarting = restart().then(() => {
          isBack = true;
        });
      }
      try {
        const { text } = await remote.compress(requestOf(call));
        if (text !== expected[call % 40]) throw new Error(`Expected ${expected[call % 40]}, got ${text}`);
        outcomes.right += 1;
        if (isBack) outcomes.afterRestart += 1;
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        outcomes.failed += 1;
        messages.add(error.message.replace(/\d+ ms/u, "some ms"));
        await new Promise((wake) => setTimeout(wake, AFTER_ERROR_MS));
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await restarting;
  console.log(`${CALLS} calls through a kill and a restart: ${JSON.stringify(outcomes)}`);
  for (const message of messages) console.log(`  ${message}`);
  if (outcomes.afterRestart === 0) throw new Error("Expected answers from the server that was started again, got none");
}

function requestOf(index: number) {
  const place = index % 40;
  return {
    documents: [0, 1, 2].map((part) => `${textOf(undefined, place + part)} Nobody paid the fee of ${part + 3} euros.`),
    query: `Where did ship ${100 + place} go?`,
    maxTokens: 24,
  };
}

function textOf(_: unknown, index: number): string {
  const [ships, places] = [
    ["ferry", "barge", "tug", "pilot boat"],
    ["lock", "pier", "yard", "silo", "canteen"],
  ];
  const rest = index % 3 === 0 ? " The harbour master was told, and wrote it down in the book of the day." : "";
  return `Ship ${100 + index}, a ${ships[index % 4]}, left the ${places[index % 5]} at ${10 + (index % 12)}:00.${rest}`;
}
