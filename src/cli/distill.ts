import { type Command, InvalidArgumentError, Option } from "commander";
import { ANNOTATION_METHODS, type AnnotationMethod } from "../distill/annotate.js";
import { buildDataset, DATASET_VERSION } from "../distill/dataset.js";
import { endpointTeacher } from "../distill/endpoint-teacher.js";
import { readJsonl, writeJsonl } from "../distill/jsonl.js";
import { labelPairs } from "../distill/label-pairs.js";
import { licencesOf } from "../distill/licences.js";
import type { Pair } from "../distill/pair.js";
import { DEFAULT_SHARES, type QualityReason, type QualityReport } from "../distill/quality.js";
import { compressDocuments, type TeacherDocument } from "../distill/teacher.js";
import { TeacherError } from "../distill/teacher-error.js";
import { CHUNK_ENCODINGS, type ChunkEncoding } from "../distill/token-count.js";
import { guarded } from "./guard.js";
import { plural } from "./plural.js";
import { createProgress, type Progress } from "./progress.js";

/** How long answers under way are waited for after the first Ctrl-C, in milliseconds. */
const GRACE_MS = 60_000;

const EXAMPLES = `
Examples:
  contextsieve distill teacher --in documents.jsonl --out pairs.jsonl --endpoint http://localhost:8000/v1 --model qwen3
  contextsieve distill quality --in pairs.jsonl --out good.jsonl
  contextsieve distill annotate --in good.jsonl --out labels.jsonl
`;

interface DatasetFlags {
  data: string;
  also?: string;
  out: string;
}

interface TeacherFlags {
  in: string;
  out: string;
  endpoint: string;
  model: string;
  concurrency: number;
  retries: number;
  chunkTokens: number;
  encoding: ChunkEncoding;
}

interface PairFlags {
  in: string;
  out?: string;
  method: AnnotationMethod;
  json?: boolean;
}

/** Adds `distill teacher | annotate | quality | dataset` to the program. Bad usage or input exits with status 2. */
export function registerDistill(program: Command): void {
  const distill = program
    .command("distill")
    .description("make training data: compress, label, filter, assemble")
    .addHelpText("after", EXAMPLES);
  const method = () =>
    new Option("--method <name>", "how words are found in their source")
      .choices([...ANNOTATION_METHODS])
      .default("alignment");

  distill
    .command("teacher")
    .description("have a language model compress documents by deletion; goes on where it stopped")
    .requiredOption("--in <file>", 'documents, JSON lines: {"id","text","domain"}')
    .requiredOption("--out <file>", "compressed chunks, JSON lines; kept and added to")
    .requiredOption("--endpoint <url>", "OpenAI-compatible endpoint; the key comes from OPENAI_API_KEY")
    .requiredOption("--model <name>", "the endpoint's model")
    .option("--concurrency <n>", "prompts under way at once", wholeNumber, 4)
    .option("--retries <n>", "attempts after a first failure", wholeNumber, 5)
    .option("--chunk-tokens <n>", "longest chunk, in tokens", wholeNumber, 512)
    .addOption(new Option("--encoding <name>", "what tokens are").choices([...CHUNK_ENCODINGS]).default("o200k_base"))
    .action((flags: TeacherFlags, command: Command) => guarded(command, () => runTeacher(flags)));

  distill
    .command("annotate")
    .description("label every source word: 0 dropped, 1 kept, 2 core")
    .requiredOption("--in <file>", 'pairs, JSON lines: {"id","original","compressed"}')
    .requiredOption("--out <file>", "labelled passages, JSON lines behind a header")
    .addOption(method())
    .action((flags: PairFlags, command: Command) => guarded(command, () => runAnnotate(flags)));

  distill
    .command("quality")
    .description("Variation Rate and Alignment Gap of pairs, and which ones to leave out")
    .requiredOption("--in <file>", 'pairs, JSON lines: {"id","original","compressed"}')
    .option("--out <file>", "the pairs that are good enough, JSON lines")
    .option("--json", "print the report as JSON")
    .addOption(method())
    .action((flags: PairFlags, command: Command) => guarded(command, () => runQuality(flags)));

  distill
    .command("dataset")
    .description("assemble what training reads: labelled passages and questions")
    .requiredOption("--data <dir>", "folder with distil/ and qa/")
    .option("--also <dir>", "folder of more labelled pairs, laid out like that of --data")
    .requiredOption("--out <dir>", "folder for the JSON-lines files")
    .action((flags: DatasetFlags, command: Command) => guarded(command, () => runDataset(flags)));
}

async function runTeacher(flags: TeacherFlags): Promise<void> {
  const apiKey = process.env.OPENAI_API_KEY;
  const teacher = endpointTeacher({
    endpoint: flags.endpoint,
    model: flags.model,
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  const { records } = await readJsonl<TeacherDocument>(flags.in);
  const interrupt = new AbortController();
  const onInterrupt = () => {
    interrupt.abort();
    process.stderr.write("\nwaiting for the answers under way; Ctrl-C again gives them up; run again to go on\n");
  };
  process.once("SIGINT", onInterrupt);
  let progress: Progress | undefined;
  try {
    const report = await compressDocuments(records, teacher, {
      out: flags.out,
      concurrency: flags.concurrency,
      retries: flags.retries,
      maxChunkTokens: flags.chunkTokens,
      encoding: flags.encoding,
      signal: interrupt.signal,
      graceMs: GRACE_MS,
      onProgress: ({ total, done, failed }) => {
        progress ??= createProgress(total, "chunks");
        progress.update(done, failed > 0 ? `, ${failed} failed` : "");
      },
    });
    progress?.end();
    const fresh = report.done - report.resumed;
    process.stderr.write(
      `${plural(fresh, "chunk")} compressed, ${report.resumed} there already, ${report.failed} failed\n`,
    );
    const first = report.failures[0];
    if (first !== undefined)
      throw new TeacherError(`${plural(report.failed, "chunk")} failed, first ${first.id}: ${first.message}`);
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

async function runAnnotate(flags: PairFlags): Promise<void> {
  const { records, sha256 } = await readJsonl<Pair>(flags.in);
  const labelled = labelPairs(records, { method: flags.method, variationShare: 0, gapShare: 0 });
  const header = {
    kind: "header",
    name: "labels",
    split: "all",
    method: flags.method,
    counts: labelled.counts,
    licences: licencesOf(records.map((pair) => pair.domain ?? "")),
    sources: { [flags.in]: sha256 },
    version: DATASET_VERSION,
  };
  await writeJsonl(flags.out as string, [header, ...labelled.passages]);
  const { passages, words, kept, core } = labelled.counts;
  process.stderr.write(
    `${plural(passages, "passage")}, ${plural(words, "word")}: ${percent(kept, words)} kept, ${percent(core, words)} core\n`,
  );
}

async function runQuality(flags: PairFlags): Promise<void> {
  const { records } = await readJsonl<Pair>(flags.in);
  const { report, quality } = labelPairs(records, { method: flags.method });
  if (flags.out !== undefined) {
    await writeJsonl(
      flags.out,
      records.filter((_, index) => quality[index]?.reason === undefined),
    );
  }
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : describeReport(report));
}

async function runDataset(flags: DatasetFlags): Promise<void> {
  await buildDataset({
    ...flags,
    onFile: ({ path, header }) => {
      const counts = Object.entries(header.counts).filter(([, value]) => typeof value === "number");
      process.stdout.write(`${path}: ${counts.map(([name, value]) => `${value} ${name}`).join(", ")}\n`);
    },
  });
}

function describeReport(report: QualityReport): string {
  const line = (name: string, reason: QualityReason) =>
    `${name}: ${report.dropped[reason]} left out${describeCut(report, reason)}\n`;
  return (
    `${plural(report.pairs, "pair")}, ${report.kept} good enough, ${report.exact} with nothing invented\n` +
    line("Variation Rate", "variation-rate") +
    line("Alignment Gap", "alignment-gap") +
    `mean Variation Rate ${report.mean.variationRate.toFixed(5)}, mean Alignment Gap ${report.mean.alignmentGap.toFixed(5)}\n`
  );
}

/** Where the line was drawn. Few pairs have no worst 5%, however bad they are. */
function describeCut({ pairs, cut }: QualityReport, reason: QualityReason): string {
  const lowest = cut[reason];
  if (lowest !== null) return `, from ${lowest.toFixed(4)} up`;
  const share = DEFAULT_SHARES[reason];
  return Math.floor(pairs * share) === 0
    ? `, since ${100 * share}% of ${plural(pairs, "pair")} is less than one`
    : ", none is above 0";
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "0%" : `${((100 * part) / whole).toFixed(1)}%`;
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/u.test(value)) throw new InvalidArgumentError(`Expected a whole number, got \`${value}\`.`);
  return Number(value);
}
