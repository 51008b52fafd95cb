import { type ChildProcess, fork } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CompressOptions, SieveOptions } from "../../../src/index.js";
import { type Figure, type Measure, numberOf } from "../case.js";
import { makeDocuments } from "../corpus.js";

/** What the measured process is told. */
export type MemoryMessage =
  | { library: string; sieve: SieveOptions }
  | { compress: CompressOptions }
  | { collect: true };

/** What it answers, in bytes. */
interface Memory {
  rss: number;
  heapUsed: number;
  arrayBuffers: number;
  peak: number;
}

const PROBE = join(dirname(fileURLToPath(import.meta.url)), "../memory-probe.js");

/** Resident memory of a process of its own while documents stream through one sieve, each seen once and let go. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const documents = numberOf(settings, "documents");
  const perRequest = numberOf(settings, "documentsPerRequest");
  const tokens = numberOf(settings, "tokensPerDocument");
  const marks = numberOf(settings, "marks");
  const probe = fork(PROBE, { execArgv: ["--expose-gc"] });
  const figures: Figure[] = [];
  const mark = (name: string, bytes: number) => figures.push({ name, value: bytes / 2 ** 20, unit: "MB" });
  mark("Node alone", (await tell(probe, { collect: true })).rss);
  const library = pathToFileURL(join(dist, "index.js")).href;
  let last = await tell(probe, { library, sieve: { model, ...(dtype ? { dtype } : {}) } });
  mark("model open", last.rss);
  for (let seen = 0; seen < documents; ) {
    last = await tell(probe, {
      compress: {
        documents: makeDocuments(perRequest, tokens, 40_000 + seen),
        query: "What was decided, and what does it cost?",
        rate: 0.3,
      },
    });
    seen += perRequest;
    if (seen % (documents / marks) < perRequest) mark(`after ${seen.toLocaleString("en")} documents`, last.rss);
  }
  mark("peak", last.peak);
  mark("JavaScript heap at the end", last.heapUsed);
  mark("array buffers at the end", last.arrayBuffers);
  probe.disconnect();
  return { figures };
};

async function tell(probe: ChildProcess, message: MemoryMessage): Promise<Memory> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error("Expected the measured process to live."));
    probe.once("exit", fail);
    probe.once("message", (memory) => {
      probe.off("exit", fail);
      resolve(memory as Memory);
    });
    probe.send(message);
  });
}
