import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { InvalidOptionError, SieveError } from "../core/errors.js";
import { chooseHeldTitles } from "./hold-out.js";
import { readJsonl, writeJsonl } from "./jsonl.js";
import { labelPairs } from "./label-pairs.js";
import { licencesOf } from "./licences.js";
import { indexOverlap, type OverlapIndex } from "./overlap.js";
import type { Pair } from "./pair.js";
import type { QualityOptions } from "./quality.js";
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

/** Version of the dataset's layout, in every header. */
export const DATASET_VERSION = 1;

export interface DatasetOptions extends QualityOptions {
  /** Folder with `distil/` and, for training on questions, `qa/`; see docs/distill.md. */
  data: string;
  /** Another folder laid out like `data`, whose labelled pairs are added to those of `data`. */
  also?: string | undefined;
  /** Folder the JSON-lines files go to; made where absent. */
  out: string;
  /** Stops between two files. */
  signal?: AbortSignal;
  /** Told of every file written. */
  onFile?: (file: DatasetFile) => void;
}

/** First line of every file. */
export interface DatasetHeader {
  kind: "header";
  name: string;
  split: string;
  counts: Record<string, unknown>;
  /** Licence of the texts, by domain or source. */
  licences: Record<string, string>;
  /** SHA-256 of each file the texts came from, as it lay in `data`. */
  sources: Record<string, string>;
  version: number;
}

/** One written file, and its header. */
export interface DatasetFile {
  path: string;
  header: DatasetHeader;
}

/** Files of labelled pairs. */
const PAIRS = ["distil", "multilingual"].flatMap((folder) => [`${folder}/pairs.train`, `${folder}/pairs.dev`]);
/** Question files whose documents are divided into train and held. */
const DIVIDED = ["nq-oracle-bm25", "squad2", "jaquad"];
/** Question files that make one split whole. */
const WHOLE = [
  { source: "ten-domains.train", name: "ten-domains", split: "train" },
  { source: "ten-domains.dev", name: "ten-domains", split: "dev" },
  { source: "hotpotqa.dev", name: "hotpotqa", split: "dev" },
  { source: "qmsum-train", name: "qmsum-train", split: "held" },
];
/** Question files to tune on, whose passages no train split may hold. */
const JUDGED = ["hotpotqa.dev"];

interface QuestionFile extends QuestionSplit {
  header: QuestionFileHeader;
  sources: Record<string, string>;
}

/** A pair of another language. */
interface MultilingualPair extends Pair {
  /** ISO 639-1 code. */
  lang: string;
  source: string;
  licence: string;
  /** True where the source itself holds the marks of the core: the core is not labelled there. */
  noCore?: boolean;
}

type Write = (header: Omit<DatasetHeader, "kind" | "version">, lines: readonly unknown[]) => Promise<void>;

/**
 * Builds everything that training reads: labelled passages (`distil.train`, `distil.dev`) and questions with
 * their positive sentences (`qa.<name>.<split>`). Each file is JSON lines behind a {@link DatasetHeader}. Only
 * the train split is filtered by quality. No text of a held or judged document is in a train split. Question
 * files that are absent are passed over.
 *
 * @throws {InvalidOptionError} where `data` holds no `distil/pairs.train`, or `also` no pairs
 */
export async function buildDataset(options: DatasetOptions): Promise<DatasetFile[]> {
  const files: DatasetFile[] = [];
  const write: Write = async (partial, lines) => {
    options.signal?.throwIfAborted();
    const header: DatasetHeader = { kind: "header", ...partial, version: DATASET_VERSION };
    const path = join(options.out, `${header.name}.${header.split}.jsonl`);
    await writeJsonl(path, [header, ...lines]);
    files.push({ path, header });
    options.onFile?.({ path, header });
  };
  const { also } = options;
  if (also !== undefined && !PAIRS.some((name) => findSource(also, name)))
    throw new InvalidOptionError(
      `Expected \`also\` to hold one of ${PAIRS.join(", ")} (.jsonl or .jsonl.gz), got \`${also}\`.`,
    );
  const { train, dev } = await buildLabelled(options, write);
  await buildMultilingual(options, write);
  await buildQuestions(options, write, indexOverlap(train), dev);
  return files;
}

/** Writes the labelled passages and returns their texts, split by split. */
async function buildLabelled(options: DatasetOptions, write: Write): Promise<{ train: string[]; dev: string[] }> {
  const texts = { train: [] as string[], dev: [] as string[] };
  for (const split of ["train", "dev"] as const) {
    const read = await readPairs<Pair>(options, `distil/pairs.${split}`);
    if (read === undefined) {
      if (split === "dev") continue;
      throw new InvalidOptionError(
        `Expected \`data\` to hold distil/pairs.train.jsonl or .jsonl.gz, got \`${options.data}\`.`,
      );
    }
    const { records, sources } = read;
    texts[split] = records.map((pair) => pair.original);
    const labelled = labelPairs(records, split === "train" ? options : { variationShare: 0, gapShare: 0 });
    const counts = { ...labelled.counts, quality: labelled.report };
    const licences = licencesOf(records.map((pair) => pair.domain ?? ""));
    await write({ name: "distil", split, counts, licences, sources }, labelled.passages);
  }
  return texts;
}

/** Writes the labelled passages of other languages; a passage's domain there is its language. */
async function buildMultilingual(options: DatasetOptions, write: Write): Promise<void> {
  for (const split of ["train", "dev"] as const) {
    const read = await readPairs<MultilingualPair>(options, `multilingual/pairs.${split}`);
    if (read === undefined) continue;
    const { records, sources } = read;
    // What the teacher marked is all there is in these languages: no pair is left out.
    const { passages, counts } = labelPairs(records, { variationShare: 0, gapShare: 0 });
    const byId = new Map(records.map((record) => [record.id, record]));
    const lines = passages.map((passage) => {
      const { lang = "", noCore } = byId.get(passage.id) ?? {};
      return { ...passage, domain: lang, ...(noCore ? { noCore } : {}) };
    });
    const licences = Object.fromEntries(records.map((record) => [record.source, record.licence]));
    await write({ name: "multilingual", split, counts: { ...counts }, licences, sources }, lines);
  }
}

/** The pairs of a name in both folders, with the checksum of each file; undefined where neither has it. */
async function readPairs<Line extends Pair>(
  { data, also }: DatasetOptions,
  name: string,
): Promise<{ records: Line[]; sources: Record<string, string> } | undefined> {
  const records: Line[] = [];
  const sources: Record<string, string> = {};
  for (const folder of also === undefined ? [data] : [data, also]) {
    const source = findSource(folder, name);
    if (source === undefined) continue;
    const read = await readJsonl<Line>(join(folder, source));
    records.push(...read.records);
    sources[folder === data ? source : join(basename(folder), source)] = read.sha256;
  }
  return records.length === 0 ? undefined : { records, sources };
}

/**
 * @param seen the texts whose words are labelled for training: they cannot be held out
 * @param dev texts that train splits must not hold
 */
async function buildQuestions(options: DatasetOptions, write: Write, seen: OverlapIndex, dev: readonly string[]) {
  const divided = await readAll(options.data, DIVIDED);
  const judged = await readAll(options.data, JUDGED);
  const heldPassages = [...divided.values()].flatMap((file) => {
    const titles = chooseHeldTitles(file.passages, file.questions, seen);
    return file.passages.filter((passage) => titles.has(passage.title));
  });
  const heldTitles = new Set(heldPassages.map((passage) => passage.title));
  const judgedPassages = [...judged.values()].flatMap((file) => file.passages);
  const withheld = indexOverlap([...dev, ...[...judgedPassages, ...heldPassages].map((passage) => passage.text)]);
  const isHeld = (passage: PassageRecord) => heldTitles.has(passage.title);
  const isWithheld = (passage: PassageRecord) => isHeld(passage) || withheld.overlaps(passage.text);

  const writeQuestions = async (name: string, split: string, file: QuestionFile, part: QuestionSplit) => {
    const { counts, lines } = buildQuestionSet(part, (passage) => seen.overlaps(passage.text));
    const licences = { [file.header.name]: file.header.licence };
    await write({ name: `qa.${name}`, split, counts: { ...counts }, licences, sources: file.sources }, lines);
  };
  for (const [name, file] of divided) {
    await writeQuestions(name, "train", file, trainSplit(file, isWithheld));
    await writeQuestions(name, "held", file, heldSplit(file, isHeld));
  }
  for (const { source, name, split } of WHOLE) {
    const file = (await readAll(options.data, [source])).get(source);
    if (file !== undefined) await writeQuestions(name, split, file, file);
  }
}

async function readAll(data: string, names: readonly string[]): Promise<Map<string, QuestionFile>> {
  const files = new Map<string, QuestionFile>();
  for (const name of names) {
    const source = findSource(data, `qa/${name}`);
    if (source === undefined) continue;
    const { records, sha256 } = await readJsonl<QuestionLine>(join(data, source));
    const header = records.find((record) => record.kind === "header");
    if (header === undefined) throw new SieveError(`Expected \`${source}\` to begin with a header, got none.`);
    files.set(name, {
      header,
      sources: { [source]: sha256 },
      passages: records.filter((record): record is PassageRecord => record.kind === "passage"),
      questions: records.filter((record): record is QuestionRecord => record.kind === "question"),
    });
  }
  return files;
}

/** The file's path inside `data`, plain or gzipped; undefined where there is neither. */
function findSource(data: string, name: string): string | undefined {
  return [`${name}.jsonl`, `${name}.jsonl.gz`].find((path) => existsSync(join(data, path)));
}
