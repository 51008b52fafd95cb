import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";
import { findAnswerSentences } from "../../src/distill/answer-sentences.js";
import { buildDataset, type DatasetFile } from "../../src/distill/dataset.js";
import { temporaryFolder } from "./temporary-folder.js";

type Line = Record<string, unknown>;

function writeLines(path: string, lines: unknown[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const text = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
  writeFileSync(path, path.endsWith(".gz") ? gzipSync(text) : text);
}

const readLines = (path: string) =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

const TOPICS = 20;
const passageText = (index: number, part: string) =>
  `Topic ${index} ${part} is told by words k${index}${part} x${index}${part} y${index}${part}. The answer is value${index}${part}.`;

/** Twenty documents of two passages and a question each; the first was distilled, the second is in the dev pairs. */
function smallData(): string {
  const data = temporaryFolder();
  const pair = (index: number) => ({
    id: `c${index}`,
    domain: "wikiq",
    document: `d${index}`,
    original: passageText(index, "a"),
    compressed: `Topic ${index} told «value${index}a».`,
  });
  writeLines(join(data, "distil/pairs.train.jsonl.gz"), [pair(0)]);
  writeLines(join(data, "distil/pairs.dev.jsonl"), [{ ...pair(1), domain: "strange" }]);
  const indices = Array.from({ length: TOPICS }, (_, index) => index);
  writeLines(join(data, "qa/nq-oracle-bm25.jsonl.gz"), [
    { kind: "header", name: "nq", split: "dev", licence: "CC BY-SA", source: "test" },
    ...indices.flatMap((index) =>
      ["a", "b"].map((part) => ({
        kind: "passage",
        id: `p${index}${part}`,
        title: `Title ${index}`,
        text: passageText(index, part),
      })),
    ),
    ...indices.map((index) => ({
      kind: "question",
      id: `q${index}`,
      question: `What is the value of ${index}?`,
      answers: [`the Value${index}a`],
      gold: [`p${index}a`],
      documents: [`p${index}a`, `p${(index + 1) % TOPICS}b`, `p${(index + 2) % TOPICS}a`],
    })),
  ]);
  return data;
}

async function build(): Promise<Record<string, { file: DatasetFile; lines: Line[] }>> {
  const files = await buildDataset({ data: smallData(), out: temporaryFolder() });
  return Object.fromEntries(
    files.map((file) => [`${file.header.name}.${file.header.split}`, { file, lines: readLines(file.path) }]),
  );
}

const ofKind = (lines: readonly Line[] | undefined, kind: string) => (lines ?? []).filter((line) => line.kind === kind);

describe("buildDataset", () => {
  it("writes labelled passages behind a header with counts, licences and hashes", async () => {
    const { "distil.train": train, "distil.dev": dev } = await build();
    expect(train?.lines[0]).toMatchObject({
      kind: "header",
      name: "distil",
      split: "train",
      counts: { passages: 1, sentences: 2, core: 1, quality: { kept: 1 } },
      licences: { wikiq: "NQ-open oracle passages from Wikipedia, CC BY-SA" },
      sources: { "distil/pairs.train.jsonl.gz": expect.stringMatching(/^[0-9a-f]{64}$/u) },
      version: 1,
    });
    expect(dev?.lines[0]).toMatchObject({ licences: { strange: "not stated" } });
    const passage = train?.lines[1] as Line;
    const words = passage.words as string[];
    const labels = passage.labels as number[];
    expect(passage.shapes).toHaveLength(words.length);
    expect(words.filter((_, index) => labels[index] === 2)).toEqual(["value0a"]);
    expect(words.filter((_, index) => (labels[index] as number) > 0)).toEqual(["Topic", "0", "told", "value0a", "."]);
  });

  it("adds the pairs of another folder to those of its own, each file with its checksum", async () => {
    const data = smallData();
    const also = temporaryFolder();
    const pair = { id: "ru-1", lang: "ru", domain: "wiki", source: "own", licence: "MIT" };
    const original = "Паром ушёл в полдень, и никто его не ждал.";
    writeLines(join(also, "multilingual/pairs.train.jsonl"), [
      { ...pair, original, compressed: "«Паром ушёл в полдень», никто не ждал." },
    ]);
    const out = temporaryFolder();
    const files = await buildDataset({ data, also, out });
    const [written] = files.filter(({ header }) => header.name === "multilingual") as [DatasetFile];
    expect(Object.keys(written.header.sources)).toEqual([join(basename(also), "multilingual/pairs.train.jsonl")]);
    expect(written.header.licences).toEqual({ own: "MIT" });
    const [, passage] = readLines(written.path);
    expect(passage).toMatchObject({ id: "ru-1", domain: "ru" });
    const without = await buildDataset({ data, out: temporaryFolder() });
    expect(files.length).toBe(without.length + 1);
  });

  it("refuses another folder without pairs", async () => {
    const also = temporaryFolder();
    await expect(buildDataset({ data: smallData(), also, out: temporaryFolder() })).rejects.toThrow(
      `Expected \`also\` to hold one of distil/pairs.train, distil/pairs.dev, multilingual/pairs.train, multilingual/pairs.dev (.jsonl or .jsonl.gz), got \`${also}\`.`,
    );
  });

  it("points each question at the gold sentences that hold its answer", async () => {
    const { "qa.nq-oracle-bm25.train": train } = await build();
    for (const question of ofKind(train?.lines, "question")) {
      expect(question.positives).toEqual([[(question.gold as string[])[0], 1]]);
    }
    expect(ofKind(train?.lines, "question").length).toBeGreaterThan(0);
  });

  it("holds out a fifth of the documents, and lets nothing of them into training", async () => {
    const { "qa.nq-oracle-bm25.train": train, "qa.nq-oracle-bm25.held": held } = await build();
    const heldQuestions = ofKind(held?.lines, "question");
    expect(heldQuestions).toHaveLength(TOPICS / 5);
    const heldTitles = new Set(heldQuestions.map((question) => `Title ${String(question.id).slice(1)}`));
    const passages = ofKind(train?.lines, "passage");
    for (const passage of passages) expect(heldTitles.has(passage.title as string)).toBe(false);
    const known = new Set(passages.map((passage) => passage.id));
    for (const question of ofKind(train?.lines, "question")) {
      for (const id of question.documents as string[]) expect(known.has(id)).toBe(true);
    }
    expect(ofKind(held?.lines, "passage")).toHaveLength(2 * TOPICS);
  });

  it("never holds out a document that was distilled, and marks its passage as seen", async () => {
    const { "qa.nq-oracle-bm25.held": held } = await build();
    expect(ofKind(held?.lines, "question").map((question) => question.id)).not.toContain("q0");
    const seen = ofKind(held?.lines, "passage").filter((passage) => passage.seen === true);
    expect(seen.map((passage) => passage.id)).toEqual(["p0a"]);
  });

  it("keeps passages of the dev pairs out of training", async () => {
    const { "qa.nq-oracle-bm25.train": train } = await build();
    expect(ofKind(train?.lines, "passage").map((passage) => passage.id)).not.toContain("p1a");
    expect(ofKind(train?.lines, "question").map((question) => question.id)).not.toContain("q1");
  });

  it("divides the documents the same way every time", async () => {
    const ids = async () =>
      ofKind((await build())["qa.nq-oracle-bm25.held"]?.lines, "question").map((question) => question.id);
    expect(await ids()).toEqual(await ids());
  });

  it("says which file a data folder lacks", async () => {
    await expect(buildDataset({ data: temporaryFolder(), out: temporaryFolder() })).rejects.toThrow(
      /^Expected `data` to hold distil\/pairs\.train\.jsonl or \.jsonl\.gz, got `/u,
    );
  });

  it("names the file and line that does not parse", async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, "distil"));
    writeFileSync(join(data, "distil/pairs.train.jsonl"), '{"id":"a","original":"a","compressed":"a"}\n{"id":\n');
    await expect(buildDataset({ data, out: temporaryFolder() })).rejects.toThrow(
      /pairs\.train\.jsonl` line 2 that does not parse/u,
    );
  });

  it("writes nothing after an abort", async () => {
    const out = temporaryFolder();
    const run = buildDataset({ data: smallData(), out, signal: AbortSignal.abort(new Error("stop")) });
    await expect(run).rejects.toThrow("stop");
  });
});

describe("findAnswerSentences", () => {
  const find = (text: string, ...answers: string[]) => {
    const words = splitWords(text);
    return findAnswerSentences(text, words, splitSentences(text, words), answers);
  };

  it("looks past case, punctuation and articles", () => {
    expect(find("It was born in the May. On May 18, 2018, the end came.", "may 18 2018")).toEqual([1]);
    expect(find("He met the Queen. She left.", "a queen")).toEqual([0]);
  });

  it("takes whole words only", () => {
    expect(find("They planted trees. One tree fell.", "tree")).toEqual([1]);
  });

  it("counts every sentence that an answer touches", () => {
    expect(find("We saw Rome. Paris came next. Then home.", "Rome Paris")).toEqual([0, 1]);
  });

  it("finds each sentence of several answers once, in order", () => {
    expect(find("Blue is here. Red is there. Blue again.", "red", "blue", "Blue")).toEqual([0, 1, 2]);
  });

  it("finds answers in scripts without spaces", () => {
    expect(find("東大寺は奈良市にある。大仏は高さ15メートルである。", "高さ15メートル")).toEqual([1]);
  });

  it("finds nothing for an answer without words", () => {
    expect(find("A text.", "the", "?!", "")).toEqual([]);
  });
});
