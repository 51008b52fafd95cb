import { createHash } from "node:crypto";
import { InvalidOptionError } from "../core/errors.js";
import { type AppendLog, openAppendLog } from "./append-log.js";
import { chunkText, PAPER_CHUNK_TOKENS } from "./chunks.js";
import { cleanAnswer, DELETION_INSTRUCTION, fillInstruction } from "./instructions.js";
import type { Pair } from "./pair.js";
import { withRetries } from "./retry.js";
import { TeacherError } from "./teacher-error.js";
import { type ChunkEncoding, loadTokenCount } from "./token-count.js";
import { runBounded } from "./worker-pool.js";

/** Anything that answers a prompt: a language model behind an endpoint, a LangChain chat model, a person. */
export type Teacher = (prompt: string, options?: { signal?: AbortSignal }) => Promise<string>;

/** A document to be compressed. */
export interface TeacherDocument {
  /** Unique among the documents. */
  id: string;
  text: string;
  domain?: string;
}

/** One compressed chunk, as it stands in the file: a {@link Pair} that `annotate` reads. */
export interface TeacherPair extends Pair {
  document: string;
  /** The chunk's range in the document, in UTF-16 code units, half-open. */
  span: [start: number, end: number];
  /** SHA-256 of the prompt: a changed text or instruction is asked anew. */
  prompt: string;
}

export interface TeacherProgress {
  /** Chunks in all. */
  total: number;
  /** Chunks that are in the file, from this run or an earlier one. */
  done: number;
  /** Of these, the ones an earlier run had paid for. */
  resumed: number;
  failed: number;
}

export interface TeacherOptions {
  /** JSON-lines file of {@link TeacherPair}: begun, or gone on with where an earlier run stopped. */
  out: string;
  /** What the teacher is told; `{text}` stands for the text. @default DELETION_INSTRUCTION */
  instruction?: string;
  /** Longest chunk, in tokens of `encoding`, at least 1. @default 512 */
  maxChunkTokens?: number;
  /** @default "o200k_base" */
  encoding?: ChunkEncoding;
  /** Prompts under way at once, at least 1. @default 4 */
  concurrency?: number;
  /** Attempts after a first failure, 0 or more. @default 5 */
  retries?: number;
  /** Wait before the first retry, in milliseconds; doubles each time. @default 1000 */
  backoffMs?: number;
  /** The longest wait between attempts, in milliseconds. @default 60000 */
  maxBackoffMs?: number;
  /** Stops the run: nothing new is asked, what is under way has `graceMs` to arrive and is kept. */
  signal?: AbortSignal;
  /** How long answers that are already being paid for are waited for after `signal`, in milliseconds. @default 2000 */
  graceMs?: number;
  onProgress?: (progress: TeacherProgress) => void;
}

/** What a run did. Chunks that failed are asked again by the next run. */
export interface TeacherReport extends TeacherProgress {
  failures: { id: string; message: string }[];
}

interface Chunk {
  pair: Omit<TeacherPair, "compressed">;
  prompt: string;
}

/**
 * Has a teacher compress documents by deletion: cuts them into chunks at sentence ends, asks for each chunk
 * that the file does not hold yet, and appends every answer as it comes. A chunk whose retries are used up
 * is reported and does not stop the others; a fatal {@link TeacherError} (a wrong key) does.
 *
 * @throws {InvalidOptionError} for options or documents that cannot be used
 * @throws the signal's reason, once what was under way has been written
 */
export async function compressDocuments(
  documents: Iterable<TeacherDocument>,
  teacher: Teacher,
  options: TeacherOptions,
): Promise<TeacherReport> {
  const settings = validate(options);
  const chunks = await cutDocuments(documents, settings);
  const log = await openAppendLog<TeacherPair>(settings.out);
  try {
    const paid = new Set(log.records.map((record) => record.prompt));
    const open = chunks.filter((chunk) => !paid.has(chunk.pair.prompt));
    return await askAll(open, chunks.length, teacher, log, settings);
  } finally {
    await log.close();
  }
}

async function askAll(
  open: readonly Chunk[],
  total: number,
  teacher: Teacher,
  log: AppendLog<TeacherPair>,
  settings: ReturnType<typeof validate>,
): Promise<TeacherReport> {
  const resumed = total - open.length;
  const report: TeacherReport = { total, done: resumed, resumed, failed: 0, failures: [] };
  const tell = () => {
    const { failures: _, ...progress } = report;
    settings.onProgress?.(progress);
  };
  tell();
  await runBounded(open, settings, async (chunk, signals) => {
    try {
      const compressed = await withRetries(() => ask(teacher, chunk, signals.request), {
        ...settings,
        signal: signals.start,
      });
      await log.append({ ...chunk.pair, compressed });
      report.done += 1;
    } catch (error) {
      if (signals.start.aborted || (error instanceof TeacherError && error.fatal)) throw error;
      report.failed += 1;
      report.failures.push({ id: chunk.pair.id, message: error instanceof Error ? error.message : String(error) });
    }
    tell();
  });
  return report;
}

async function ask(teacher: Teacher, chunk: Chunk, signal: AbortSignal): Promise<string> {
  const answer = await teacher(chunk.prompt, { signal });
  if (typeof answer !== "string" || answer.trim() === "") {
    throw new TeacherError("Expected the teacher to answer with text, got none.", { retryable: true });
  }
  return cleanAnswer(answer, chunk.pair.original);
}

async function cutDocuments(
  documents: Iterable<TeacherDocument>,
  settings: ReturnType<typeof validate>,
): Promise<Chunk[]> {
  const countTokens = await loadTokenCount(settings.encoding);
  const chunks: Chunk[] = [];
  const ids = new Set<string>();
  const prompts = new Set<string>();
  for (const document of documents) {
    if (typeof document?.id !== "string" || typeof document.text !== "string") {
      throw new InvalidOptionError("Expected each document to have an `id` and a `text`, got one without.");
    }
    if (ids.has(document.id)) {
      throw new InvalidOptionError(`Expected the documents' ids to be unique, got \`${document.id}\` twice.`);
    }
    ids.add(document.id);
    chunkText(document.text, countTokens, settings.maxChunkTokens).forEach(({ start, end }, index) => {
      const original = document.text.slice(start, end);
      const prompt = fillInstruction(settings.instruction, original);
      const digest = createHash("sha256").update(prompt).digest("hex");
      if (prompts.has(digest)) return;
      prompts.add(digest);
      const domain = document.domain === undefined ? {} : { domain: document.domain };
      const pair = { id: `${document.id}#${index}`, document: document.id, ...domain, original };
      chunks.push({ prompt, pair: { ...pair, span: [start, end], prompt: digest } });
    });
  }
  return chunks;
}

function validate(options: TeacherOptions) {
  const settings = {
    instruction: DELETION_INSTRUCTION,
    maxChunkTokens: PAPER_CHUNK_TOKENS,
    encoding: "o200k_base" as ChunkEncoding,
    concurrency: 4,
    retries: 5,
    backoffMs: 1000,
    maxBackoffMs: 60_000,
    graceMs: 2000,
    ...options,
  };
  if (typeof settings.out !== "string" || settings.out === "") {
    throw new InvalidOptionError(`Expected \`out\` to be a file's path, got \`${String(settings.out)}\`.`);
  }
  const atLeast = (name: "maxChunkTokens" | "concurrency" | "retries", least: number) => {
    if (!Number.isInteger(settings[name]) || settings[name] < least) {
      throw new InvalidOptionError(
        `Expected \`${name}\` to be a whole number from ${least}, got \`${settings[name]}\`.`,
      );
    }
  };
  atLeast("maxChunkTokens", 1);
  atLeast("concurrency", 1);
  atLeast("retries", 0);
  for (const name of ["backoffMs", "maxBackoffMs", "graceMs"] as const) {
    if (!(settings[name] >= 0)) {
      throw new InvalidOptionError(`Expected \`${name}\` to be milliseconds from 0, got \`${settings[name]}\`.`);
    }
  }
  return settings;
}
