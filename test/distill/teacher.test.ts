import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { annotate, LABEL } from "../../src/distill/annotate.js";
import { compressDocuments, type TeacherOptions, type TeacherPair } from "../../src/distill/teacher.js";
import { TeacherError } from "../../src/distill/teacher-error.js";
import { temporaryFolder } from "./temporary-folder.js";

const documents = Array.from({ length: 8 }, (_, index) => ({
  id: `doc${index}`,
  domain: "web",
  text: `This is the document number ${index}. It was written for the test.`,
}));

/** Strikes out short words: a deletion-only teacher. */
const strike = (text: string) =>
  text
    .split(" ")
    .filter((word) => word.length > 3)
    .join(" ");

const textOf = (prompt: string) => prompt.slice(prompt.indexOf("|") + 1);
const settings = (out: string, more: Partial<TeacherOptions> = {}): TeacherOptions => ({
  out,
  instruction: "Shorten:|{text}",
  backoffMs: 1,
  ...more,
});
const readPairs = (path: string) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as TeacherPair);

describe("compressDocuments", () => {
  it("writes a pair a chunk, that annotate reads back", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const report = await compressDocuments(documents, async (prompt) => strike(textOf(prompt)), settings(out));
    expect(report).toEqual({ total: 8, done: 8, resumed: 0, failed: 0, failures: [] });
    const pairs = readPairs(out).sort((a, b) => a.id.localeCompare(b.id));
    expect(pairs.map((pair) => pair.id)).toEqual(documents.map((document) => `${document.id}#0`));
    for (const [index, pair] of pairs.entries()) {
      expect(pair).toMatchObject({ document: `doc${index}`, domain: "web", original: documents[index]?.text });
      expect(annotate(pair.original, pair.compressed).labels).toContain(LABEL.kept);
    }
  });

  it("cuts long documents into chunks that are ranges of the document", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const text = Array.from({ length: 60 }, (_, index) => `Sentence ${index} stands here.`).join(" ");
    const asked: string[] = [];
    await compressDocuments(
      [{ id: "long", text }],
      async (prompt) => {
        asked.push(textOf(prompt));
        return "Sentence";
      },
      settings(out, { maxChunkTokens: 64 }),
    );
    expect(asked.length).toBeGreaterThan(4);
    for (const pair of readPairs(out)) expect(text.slice(...pair.span)).toBe(pair.original);
  });

  it("pays nothing twice after an interruption, even one that cut the last line off", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const asked: string[] = [];
    const interrupt = new AbortController();
    const first = compressDocuments(
      documents,
      async (prompt) => {
        asked.push(textOf(prompt));
        if (asked.length === 4) interrupt.abort(new Error("enough"));
        return strike(textOf(prompt));
      },
      settings(out, { concurrency: 2, signal: interrupt.signal }),
    );
    await expect(first).rejects.toThrow("enough");
    const written = readPairs(out).length;
    expect(written).toBe(asked.length);
    expect(written).toBeLessThan(documents.length);

    const content = readFileSync(out, "utf8");
    writeFileSync(out, content.slice(0, -20));
    const before = asked.length;
    const report = await compressDocuments(
      documents,
      async (prompt) => {
        asked.push(textOf(prompt));
        return strike(textOf(prompt));
      },
      settings(out),
    );
    expect(report).toMatchObject({ total: 8, done: 8, resumed: written - 1, failed: 0 });
    expect(asked.length - before).toBe(documents.length - (written - 1));
    expect(new Set(readPairs(out).map((pair) => pair.id)).size).toBe(8);

    const again = await compressDocuments(
      documents,
      () => Promise.reject(new Error("must not be asked")),
      settings(out),
    );
    expect(again).toMatchObject({ done: 8, resumed: 8, failed: 0 });
  });

  it("asks again where the text or the instruction has changed", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const teacher = async () => "words";
    await compressDocuments(documents, teacher, settings(out));
    const changed = documents.map((document) =>
      document.id === "doc3" ? { ...document, text: "New text." } : document,
    );
    expect(await compressDocuments(changed, teacher, settings(out))).toMatchObject({ resumed: 7, done: 8 });
    const other = settings(out, { instruction: "Otherwise:|{text}" });
    expect(await compressDocuments(documents, teacher, other)).toMatchObject({ resumed: 0, done: 8 });
  });

  it("never has more prompts under way than it may", async () => {
    let underWay = 0;
    let most = 0;
    await compressDocuments(
      documents,
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay -= 1;
        return "words";
      },
      settings(join(temporaryFolder(), "pairs.jsonl"), { concurrency: 3 }),
    );
    expect(most).toBe(3);
  });

  it("tries again after a passing failure and after a blank answer", async () => {
    const attempts = new Map<string, number>();
    const report = await compressDocuments(
      documents.slice(0, 2),
      async (prompt) => {
        const attempt = (attempts.get(prompt) ?? 0) + 1;
        attempts.set(prompt, attempt);
        if (attempt === 1) throw new TeacherError("full", { retryable: true });
        if (attempt === 2) return "  ";
        return "words";
      },
      settings(join(temporaryFolder(), "pairs.jsonl")),
    );
    expect(report).toMatchObject({ done: 2, failed: 0 });
    expect([...attempts.values()]).toEqual([3, 3]);
  });

  it("reports a chunk whose retries are used up, does the others, and asks it again next time", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    let attempts = 0;
    const report = await compressDocuments(
      documents,
      async (prompt) => {
        if (!prompt.includes("number 5")) return "words";
        attempts += 1;
        throw new Error("model says no");
      },
      settings(out, { retries: 2 }),
    );
    expect(attempts).toBe(3);
    expect(report).toMatchObject({ done: 7, failed: 1, failures: [{ id: "doc5#0", message: "model says no" }] });
    expect(await compressDocuments(documents, async () => "words", settings(out))).toMatchObject({
      done: 8,
      resumed: 7,
    });
  });

  it("ends the run at a fatal error without asking for the rest", async () => {
    let asked = 0;
    const run = compressDocuments(
      documents,
      async () => {
        asked += 1;
        throw new TeacherError("wrong key", { fatal: true, status: 401 });
      },
      settings(join(temporaryFolder(), "pairs.jsonl"), { concurrency: 1 }),
    );
    await expect(run).rejects.toThrow("wrong key");
    expect(asked).toBe(1);
  });

  it("keeps answers that arrive within the grace after an abort", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const interrupt = new AbortController();
    const run = compressDocuments(
      documents,
      async () => {
        interrupt.abort(new Error("stop"));
        await new Promise((resolve) => setTimeout(resolve, 30));
        return "words";
      },
      settings(out, { concurrency: 2, signal: interrupt.signal }),
    );
    await expect(run).rejects.toThrow("stop");
    expect(readPairs(out)).toHaveLength(1);
  });

  it("gives up a teacher that does not answer when the grace is over, and tells it by its signal", async () => {
    const interrupt = new AbortController();
    let told = false;
    const run = compressDocuments(
      documents,
      (_prompt, options) => {
        options?.signal?.addEventListener("abort", () => {
          told = true;
        });
        interrupt.abort(new Error("stop"));
        return new Promise(() => {});
      },
      settings(join(temporaryFolder(), "pairs.jsonl"), { signal: interrupt.signal, graceMs: 10 }),
    );
    await expect(run).rejects.toThrow("stop");
    expect(told).toBe(true);
  });

  it("asks nothing under a signal that is aborted already", async () => {
    let asked = 0;
    const run = compressDocuments(
      documents,
      async () => {
        asked += 1;
        return "words";
      },
      settings(join(temporaryFolder(), "pairs.jsonl"), { signal: AbortSignal.abort(new Error("never mind")) }),
    );
    await expect(run).rejects.toThrow("never mind");
    expect(asked).toBe(0);
  });

  it("does not wait out a backoff after an abort", async () => {
    const interrupt = new AbortController();
    const run = compressDocuments(
      documents.slice(0, 1),
      async () => {
        setTimeout(() => interrupt.abort(new Error("stop")), 5);
        throw new TeacherError("full", { retryable: true, retryAfterMs: 60_000 });
      },
      settings(join(temporaryFolder(), "pairs.jsonl"), { signal: interrupt.signal }),
    );
    const started = performance.now();
    await expect(run).rejects.toThrow("stop");
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it("tells its progress from what is there already to the end", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    await compressDocuments(documents.slice(0, 3), async () => "words", settings(out));
    const seen: string[] = [];
    const onProgress: TeacherOptions["onProgress"] = ({ done, total, resumed, failed }) =>
      seen.push(`${done}/${total} ${resumed} ${failed}`);
    await compressDocuments(documents.slice(0, 5), async () => "words", settings(out, { onProgress }));
    expect(seen).toEqual(["3/5 3 0", "4/5 3 0", "5/5 3 0"]);
  });

  it("takes a code fence off an answer, unless the source has it", async () => {
    const out = join(temporaryFolder(), "pairs.jsonl");
    const fenced = "```sh\nls -l\n```";
    const sources = [
      { id: "plain", text: "Run the ls command." },
      { id: "fenced", text: fenced },
    ];
    await compressDocuments(
      sources,
      async (prompt) => (textOf(prompt) === fenced ? fenced : "```\nRun ls.\n```"),
      settings(out),
    );
    expect(Object.fromEntries(readPairs(out).map((pair) => [pair.document, pair.compressed]))).toEqual({
      plain: "Run ls.",
      fenced,
    });
  });

  it.each([
    [{ concurrency: 0 }, "Expected `concurrency` to be a whole number from 1, got `0`."],
    [{ retries: -1 }, "Expected `retries` to be a whole number from 0, got `-1`."],
    [{ maxChunkTokens: 1.5 }, "Expected `maxChunkTokens` to be a whole number from 1, got `1.5`."],
    [{ graceMs: Number.NaN }, "Expected `graceMs` to be milliseconds from 0, got `NaN`."],
    [{ out: "" }, "Expected `out` to be a file's path, got ``."],
  ])("rejects the options %o by name", async (bad, message) => {
    const run = compressDocuments(documents, async () => "words", settings("unused.jsonl", bad));
    await expect(run).rejects.toThrow(message);
  });

  it("rejects two documents of one id before anything is asked", async () => {
    const twice = [...documents, { id: "doc1", text: "Another." }];
    const run = compressDocuments(twice, async () => "words", settings(join(temporaryFolder(), "pairs.jsonl")));
    await expect(run).rejects.toThrow("Expected the documents' ids to be unique, got `doc1` twice.");
  });
});
