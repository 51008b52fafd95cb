import { join } from "node:path";
import { InvalidOptionError } from "../core/errors.js";
import { type Annotation, annotate, LABEL } from "./annotate.js";
import { chooseHeldTitles } from "./hold-out.js";
import { readJsonl, writeJsonl } from "./jsonl.js";
import { DISTIL_LICENCES } from "./licences.js";
import { indexOverlap, type OverlapIndex } from "./overlap.js";
import { filterByQuality, measureQuality, type QualityOptions, type QualityReport } from "./quality.js";
import {
  buildQuestionSet,
  heldSplit,
  type PassageRecord,
  type QuestionFileHeader,
  type QuestionLine,
  type QuestionRecord,
  type QuestionSplit,
  trainSplit,
} from "./question-set.js";
import { cutForTraining } from "./training-text.js";

/** Version of the dataset's layout, in every header. */
export const DATASET_VERSION = 1;

/** A source text and its teacher's compression. */
export interface Pair {
  id: string;
  domain?: string;
  document?: string;
  original: string;
  compressed: string;
}

export interface DatasetOptions extends QualityOptions {
  /** Folder with `distil/` and `qa/`, see docs/distill.md. */
  data: string;
  /** Folder the JSON-lines files go to; made where absent. */
  out: string;
  /** Stops between two files. */
  signal?: AbortSignal;
  /** Told of every file written. */
  onFile?: (file: DatasetFile) => void;
}

/** One written file, by what its header says. */
export interface DatasetFile {
  path: string;
  name: string;
  split: string;
  counts: Record<string, unknown>;
}

/** Files of questions whose documents are split into train and held; the rest have one split of their own. */
const DIVIDED = ["nq-oracle-bm25", "squad2"] as const;
const WHOLE = [
  { file: "ten-domains.train", name: "ten-domains", split: "train" },
  { file: "ten-domains.dev", name: "ten-domains", split: "dev" },
  { file: "hotpotqa.dev", name: "hotpotqa", split: "dev" },
  { file: "qmsum-train", name: "qmsum-train", split: "held" },
  { file: "jaquad", name: "jaquad", split: "held" },
] as const;

interface QuestionFile extends QuestionSplit {
  header: QuestionFileHeader;
  sources: Record<string, string>;
}

/**
 * Builds everything that training reads: labelled passages (`distil.train`, `distil.dev`) and questions with
 * their positive sentences (`qa.<name>.<split>`). Each file is JSON lines behind a header with counts,
 * licences and the SHA-256 of its sources. Only the train split is filtered by quality.
 */
export async function buildDataset(options: DatasetOptions): Promise<DatasetFile[]> {
  const files: DatasetFile[] = [];
  const write = async (name: string, split: string, header: Record<string, unknown>, lines: unknown[]) => {
    options.signal?.throwIfAborted();
    const path = join(options.out, `${name}.${split}.jsonl`);
    await writeJsonl(path, [{ kind: "header", name, split, ...header, version: DATASET_VERSION }, ...lines]);
    const file = { path, name, split, counts: header["counts"] as Record<string, unknown> };
    files.push(file);
    options.onFile?.(file);
  };

  let seen: OverlapIndex | undefined;
  const judged: string[] = [];
  for (const split of ["train", "dev"] as const) {
    const source = `distil/pairs.${split}.jsonl.gz`;
    const { records, sha256 } = await readJsonl<Pair>(join(options.data, source));
    if (split === "train") seen = indexOverlap(records.map((pair) => pair.original));
    else judged.push(...records.map((pair) => pair.original));
    const built = labelPairs(records, split === "train" ? options : { variationShare: 0, gapShare: 0 });
    const header = { counts: built.counts, licences: DISTIL_LICENCES, sources: { [source]: sha256 } };
    await write("distil", split, header, built.lines);
  }

  const trainedOn = seen as OverlapIndex;
  const neverTrained = await readQuestions(options.data, "hotpotqa.dev");
  judged.push(...neverTrained.passages.map((passage) => passage.text));
  const divided = await Promise.all(DIVIDED.map((file) => readQuestions(options.data, file)));
  const heldPassages = divided.flatMap((file) => {
    const titles = chooseHeldTitles(file.passages, file.questions, trainedOn);
    return file.passages.filter((passage) => titles.has(passage.title));
  });
  const heldTitles = new Set(heldPassages.map((passage) => passage.title));
  const heldTexts = indexOverlap([...judged, ...heldPassages.map((passage) => passage.text)]);
  const writeQuestions = async (name: string, split: string, file: QuestionFile, part: QuestionSplit) => {
    const built = buildQuestionSet(part, (passage) => trainedOn.overlaps(passage.text));
    const licences = { [file.header.name]: file.header.licence };
    await write(`qa.${name}`, split, { counts: built.counts, licences, sources: file.sources }, built.lines);
  };
  for (const [index, name] of DIVIDED.entries()) {
    const file = divided[index] as QuestionFile;
    const isHeld = (passage: PassageRecord) => heldTitles.has(passage.title);
    const isShared = (passage: PassageRecord) => isHeld(passage) || heldTexts.overlaps(passage.text);
    await writeQuestions(name, "train", file, trainSplit(file, isShared));
    await writeQuestions(name, "held", file, heldSplit(file, isHeld));
  }
  for (const { file: source, name, split } of WHOLE) {
    const file = await readQuestions(options.data, source);
    await writeQuestions(name, split, file, file);
  }
  return files;
}

/** Labels pairs, and leaves out the ones that {@link filterByQuality} does not trust. */
export function labelPairs(
  pairs: readonly Pair[],
  options: QualityOptions = {},
): { lines: Record<string, unknown>[]; counts: Record<string, unknown>; report: QualityReport } {
  const annotations = pairs.map((pair) => annotate(pair.original, pair.compressed));
  const scores = pairs.map((pair, index) => measureQuality(pair.original, annotations[index] as Annotation));
  const { reasons, report } = filterByQuality(scores, options);
  const counts = { passages: 0, words: 0, kept: 0, core: 0, sentences: 0, quality: report };
  const lines: Record<string, unknown>[] = [];
  pairs.forEach((pair, index) => {
    if (reasons[index] !== undefined) return;
    const { words, sentences, labels } = annotations[index] as Annotation;
    lines.push({
      id: pair.id,
      domain: pair.domain ?? "",
      document: pair.document ?? pair.id,
      ...cutForTraining(pair.original, words, sentences),
      labels: [...labels],
      weight: 1,
    });
    counts.passages += 1;
    counts.words += words.length;
    counts.sentences += sentences.length;
    for (const label of labels) {
      if (label !== LABEL.dropped) counts.kept += 1;
      if (label === LABEL.core) counts.core += 1;
    }
  });
  return { lines, counts, report };
}

async function readQuestions(data: string, name: string): Promise<QuestionFile> {
  const source = `qa/${name}.jsonl.gz`;
  const { records, sha256 } = await readJsonl<QuestionLine>(join(data, source));
  const header = records.find((record) => record.kind === "header");
  if (header === undefined) {
    throw new InvalidOptionError(`Expected \`data\` to hold question files that begin with a header, got none in \`${source}\`.`);
  }
  return {
    header,
    sources: { [source]: sha256 },
    passages: records.filter((record): record is PassageRecord => record.kind === "passage"),
    questions: records.filter((record): record is QuestionRecord => record.kind === "question"),
  };
}
