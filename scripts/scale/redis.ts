import KeyvRedis, { createClient } from "@keyv/redis";
import Keyv from "keyv";
import { keyvCache } from "../../src/core/index.js";
import { bulkFigures } from "../../test/contract/bulk-figures.js";
import { fleetFigures, type StretchFigures } from "../../test/contract/fleet-figures.js";
import { startRedisServer } from "../../test/contract/redis-server.js";
import { scoresOf } from "../../test/contract/score-cache.js";

const DOCUMENTS = 300;
/** A chunk of 600 tokens of prose: words, sentences, and the length of a vector. */
const CHUNK = [450, 26, 384] as const;
const ENTRIES = 5000;
const AT_ONCE = 32;

/** Two processes and a Redis that is killed and restarted. @throws Error Where a document is wrong, or encoded twice. */
export async function fleetLines(): Promise<string[]> {
  const { up, restarted, after } = await fleetFigures(DOCUMENTS);
  for (const { wrong } of [up, restarted, after]) expectNone(wrong, "wrong answers");
  for (const { twice } of [up, after]) expectNone(twice, "documents that were encoded twice while Redis was up");
  return [
    `2 processes, Redis up: ${describe(up)}`,
    `2 processes, Redis killed and restarted in the middle: ${describe(restarted)}`,
    `2 processes, once they reach it again: ${describe(after)}`,
  ];
}

/** Four workers, one of them killed. @throws Error Where a document is missing, wrong, or in the cache twice. */
export async function bulkLines(): Promise<string[]> {
  const { documents, jobs, jobsDone, documentsDone, passes, entries, wrong, seconds } = await bulkFigures(DOCUMENTS);
  expectNone(wrong, "documents that are missing or wrong");
  expectNone(jobs - jobsDone + Math.abs(documents - entries), "jobs or entries too many or too few");
  return [
    `4 workers, one killed: ${jobsDone} of ${jobs} jobs, ${documentsDone} documents, ${passes} passes in jobs that were done, ${entries} entries, ${wrong} wrong, ${seconds.toFixed(1)} s`,
  ];
}

/** How quickly one process stores and reads chunks in one Redis, and how large they are there. */
export async function cacheLines(): Promise<string[]> {
  const server = await startRedisServer();
  const client = createClient({ url: server.url });
  const cache = keyvCache(new Keyv(new KeyvRedis(client)));
  const scores = scoresOf(...CHUNK);
  const setMs = await timeOf((index) => cache.set(`cs3-${index}`, scores));
  const getMs = await timeOf(async (index) => {
    if ((await cache.get(`cs3-${index}`)) === undefined) throw new Error("Expected an entry, got a miss.");
  });
  const used = /used_memory_dataset:(\d+)/u.exec(await client.info("memory"))?.[1];
  await client.close();
  await server.stop();
  const rate = (durationMs: number) => Math.round((1000 * ENTRIES) / durationMs);
  return [
    `${ENTRIES} chunks of ${CHUNK[0]} words and ${CHUNK[1]} sentences: ${Math.round(Number(used) / ENTRIES)} bytes each in Redis, ${rate(setMs)} stored and ${rate(getMs)} read a second by one process`,
  ];
}

async function timeOf(call: (index: number) => Promise<void> | void | undefined): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < ENTRIES; index += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ENTRIES - index) }, (_, place) => call(index + place)));
  }
  return performance.now() - started;
}

function describe({ documents, answers, wrong, passes, twice, seconds }: StretchFigures): string {
  return `${documents} documents, ${answers} answers, ${wrong} wrong, ${passes} passes, ${twice} documents encoded twice, ${seconds.toFixed(1)} s`;
}

function expectNone(count: number, what: string): void {
  if (count !== 0) throw new Error(`Expected no ${what}, got ${count}.`);
}
