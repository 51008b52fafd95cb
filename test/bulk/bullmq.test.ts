import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AddEncodeJobsOptions,
  addEncodeJobs,
  type EncodeJobEntry,
  encodeJob,
  encodeProcessor,
} from "../../src/bulk/index.js";
import { InvalidOptionError, memoryCache, type SourceDocument } from "../../src/core/index.js";
import { openFakeSieve } from "../support/fake-sieve.js";
import { PASSAGES } from "../support/texts.js";

/** A queue that passes over ids it has, as BullMQ does. */
function listedQueue() {
  const jobs = new Map<string, EncodeJobEntry>();
  return {
    jobs,
    async addBulk(added: EncodeJobEntry[]) {
      for (const job of added) if (!jobs.has(job.opts.jobId)) jobs.set(job.opts.jobId, job);
      return added.map(({ opts }) => ({ id: opts.jobId }));
    },
  };
}

describe("jobs for a queue", () => {
  it("carry every document once, in batches, under ids that BullMQ takes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (texts, batchSize) => {
          const { jobs, addBulk } = listedQueue();
          const ids = await addEncodeJobs({ addBulk }, texts, { batchSize });
          expect(ids.length).toBe(Math.ceil(texts.length / batchSize));
          for (const id of ids) expect(id).toMatch(/^encode-[0-9a-f]{40}$/u);
          expect(ids.flatMap((id) => jobs.get(id)?.data.documents.map(({ text }) => text))).toEqual(texts);
          await addEncodeJobs({ addBulk }, texts, { batchSize });
          expect([...jobs.keys()].sort()).toEqual([...new Set(ids)].sort());
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are others for another version, kind or form, and the same whatever the documents are called", async () => {
    const { addBulk } = listedQueue();
    const idOf = async (document: SourceDocument, options: AddEncodeJobsOptions = {}) =>
      (await addEncodeJobs({ addBulk }, [document], options))[0];
    const plain = await idOf({ text: "a" });
    expect(await idOf({ id: "7", text: "a", score: 2, metadata: { page: 4 } })).toBe(plain);
    const others = [
      await idOf({ text: "a" }, { version: "2" }),
      await idOf({ text: "a" }, { kind: "log" }),
      await idOf({ text: "a" }, { form: "compact" }),
      await idOf({ text: "a", kind: "csv" }),
      await idOf({ text: "a", metadata: { source: "a.csv" } }),
    ];
    expect(new Set([plain, ...others]).size).toBe(6);
  });

  it("are refused where they cannot be made", async () => {
    await expect(addEncodeJobs({} as never, [])).rejects.toThrow("Expected `queue` to be a BullMQ queue");
    await expect(addEncodeJobs(listedQueue(), [{} as never])).rejects.toThrow(InvalidOptionError);
    await expect(addEncodeJobs(listedQueue(), [], { batchSize: 0 })).rejects.toThrow("`batchSize`");
    await expect(encodeProcessor({ sieve: {} as never })({ data: {} as never })).rejects.toThrow("`documents`");
    await expect(encodeJob(["a"], { sieve: undefined as never })).rejects.toThrow("Expected `sieve` to be a sieve");
  });
});

describe("a job", () => {
  it("costs nothing where its documents are known, and only what is left where it was cut off", async () => {
    const texts = PASSAGES.slice(0, 4).map(({ text }) => text);
    const { sieve, close } = await openFakeSieve({ sieve: { cache: memoryCache() } });
    await sieve.encode(texts.slice(0, 1));
    const process = encodeProcessor({ sieve });
    const data = { documents: texts.map((text) => ({ text })) };
    expect(await process({ data })).toEqual({ documents: 4, encoded: 3, known: 1 });
    expect(await process({ data })).toEqual({ documents: 4, encoded: 0, known: 4 });
    expect(await encodeJob([], { sieve })).toEqual({ documents: 0, encoded: 0, known: 0 });
    await close();
  });
});
