/**
 * Compares the two annotation methods: on the teacher's pairs (how many words they label differently, what the
 * quality filter says), and on deletions planted with the teacher's habits, where the truth is known. Writes
 * bench/results/annotate.json and annotate.md.
 *
 *     npx tsx bench/quality/annotate.ts
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ANNOTATION_METHODS,
  type Annotation,
  type AnnotationMethod,
  annotate,
  LABEL,
} from "../../src/distill/annotate.js";
import { readJsonl } from "../../src/distill/jsonl.js";
import type { Pair } from "../../src/distill/pair.js";
import { filterByQuality, measureQuality } from "../../src/distill/quality.js";
import { type AgreementShares, agreementShares, countLabel, startAgreement } from "./label-agreement.js";
import { learnHabits, plantDeletion } from "./planted-deletions.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const DATA = process.env.CONTEXTSIEVE_DATA ?? join(ROOT, "../shared/data");
const RESULTS = join(ROOT, "bench/results");
const SEED = 20240319;

interface Entry {
  pair: Pair;
  annotations: Record<AnnotationMethod, Annotation>;
}

/** The reference passes over commas, so every figure is given with and without them. */
interface Compared {
  all: AgreementShares;
  withoutCommas: AgreementShares;
}

type IsLabelled = (wordIndex: number) => boolean;

async function main(): Promise<void> {
  const pairs: Pair[] = [];
  for (const split of ["train", "dev"]) {
    pairs.push(...(await readJsonl<Pair>(join(DATA, `distil/pairs.${split}.jsonl`))).records);
  }
  const entries = pairs.map((pair): Entry => {
    const alignment = annotate(pair.original, pair.compressed);
    return {
      pair,
      annotations: { alignment, llmlingua2: annotate(pair.original, pair.compressed, { method: "llmlingua2" }) },
    };
  });
  const domains = [...new Set(pairs.map((pair) => pair.domain ?? ""))].sort();
  const result = {
    pairs: pairs.length,
    teacher: { keep: compareTeacher(entries, LABEL.kept), core: compareTeacher(entries, LABEL.core) },
    keepByDomain: Object.fromEntries(
      domains.map((domain) => [
        domain,
        compareTeacher(
          entries.filter(({ pair }) => pair.domain === domain),
          LABEL.kept,
        ),
      ]),
    ),
    planted: comparePlanted(entries),
    quality: Object.fromEntries(ANNOTATION_METHODS.map((method) => [method, describeQuality(entries, method)])),
  };
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, "annotate.json"), `${JSON.stringify(result, null, 2)}\n`);
  const text = describe(result);
  await writeFile(join(RESULTS, "annotate.md"), text);
  process.stdout.write(text);
}

/** The window search's labels against the global alignment's, on what the teacher wrote. */
function compareTeacher(entries: readonly Entry[], least: number): Compared {
  return compare(entries, ({ annotations }) => ({
    expected: (index) => (annotations.alignment.labels[index] as number) >= least,
    given: (index) => (annotations.llmlingua2.labels[index] as number) >= least,
  }));
}

/** Each method's labels against the truth, on deletions drawn with the teacher's habits. */
function comparePlanted(entries: readonly Entry[]): Record<AnnotationMethod, Compared> {
  const labelled = entries.map(({ pair, annotations }) => ({ source: pair.original, ...annotations.alignment }));
  const habits = learnHabits(labelled);
  const draw = randomNumbers(SEED);
  const deletions = labelled.map(({ source, words }) => plantDeletion(source, words, habits, draw));
  const judge = (method: AnnotationMethod) =>
    compare(entries, ({ pair }, position) => {
      const { kept, text } = deletions[position] as { kept: Uint8Array; text: string };
      const { labels } = annotate(pair.original, text, { method });
      return { expected: (index) => kept[index] === 1, given: (index) => labels[index] !== LABEL.dropped };
    });
  return { alignment: judge("alignment"), llmlingua2: judge("llmlingua2") };
}

function compare(
  entries: readonly Entry[],
  judge: (entry: Entry, position: number) => { expected: IsLabelled; given: IsLabelled },
): Compared {
  const all = startAgreement();
  const withoutCommas = startAgreement();
  entries.forEach((entry, position) => {
    const { expected, given } = judge(entry, position);
    entry.annotations.alignment.words.forEach((word, index) => {
      countLabel(all, expected(index), given(index));
      const isComma = entry.pair.original.slice(word.start, word.end) === ",";
      if (!isComma) countLabel(withoutCommas, expected(index), given(index));
    });
  });
  return { all: agreementShares(all), withoutCommas: agreementShares(withoutCommas) };
}

function describeQuality(entries: readonly Entry[], method: AnnotationMethod) {
  const scores = entries.map(({ pair, annotations }) => measureQuality(pair.original, annotations[method]));
  let compressedWords = 0;
  let unmatchedWords = 0;
  for (const { annotations } of entries) {
    compressedWords += annotations[method].matches.length;
    unmatchedWords += annotations[method].matches.filter((index) => index < 0).length;
  }
  return { compressedWords, unmatchedWords, report: filterByQuality(scores).report };
}

function describe(result: {
  pairs: number;
  teacher: { keep: Compared; core: Compared };
  keepByDomain: Record<string, Compared>;
  planted: Record<AnnotationMethod, Compared>;
  quality: Record<string, ReturnType<typeof describeQuality>>;
}): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
  const row = (name: string, { all, withoutCommas }: Compared) =>
    `| ${name} | ${all.words} | ${percent(all.different)} | ${percent(withoutCommas.different)} | ${percent(withoutCommas.precision)} | ${percent(withoutCommas.recall)} |`;
  const head = (first: string) =>
    `| ${first} | words | different | different, without commas | precision | recall |\n|---|---|---|---|---|---|`;
  const lines = [
    "# Annotation: global alignment and the paper's window search",
    "",
    "Written by `npx tsx bench/quality/annotate.ts`. The window search is LLMLingua-2's (`method: \"llmlingua2\"`, 400 words to either side, lemmas by rule in place of spaCy's). It passes over commas, as the reference implementation does; precision and recall leave them out.",
    "",
    "## On the teacher's compressions, against the global alignment",
    "",
    `${result.pairs} pairs. No one knows the truth here: the global alignment stands for it.`,
    "",
    head("window search's labels"),
    row("kept or core", result.teacher.keep),
    row("core", result.teacher.core),
    ...Object.entries(result.keepByDomain).map(([domain, compared]) => row(`kept or core, ${domain}`, compared)),
    "",
    "## On planted deletions, against the truth",
    "",
    "The same passages, words deleted at random with the teacher's habits (how often it keeps each word, given whether it kept the one before).",
    "",
    head("method"),
    ...ANNOTATION_METHODS.map((method) => row(method, result.planted[method])),
    "",
    "## Quality filter",
    "",
    "| method | compressed words | without a match | pairs with VR 0 | mean AG | left out by VR | left out by AG |\n|---|---|---|---|---|---|---|",
    ...Object.entries(result.quality).map(
      ([method, { compressedWords, unmatchedWords, report }]) =>
        `| ${method} | ${compressedWords} | ${unmatchedWords} | ${report.exact} | ${report.mean.alignmentGap.toFixed(5)} | ${report.dropped["variation-rate"]} | ${report.dropped["alignment-gap"]} |`,
    ),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** Numbers in [0, 1), the same ones every time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

await main();
