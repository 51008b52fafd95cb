import { type DocumentInput, type EncodeOptions, InvalidOptionError, type SourceDocument } from "../core/index.js";
import { sha256 } from "../core/runtime/hash.js";
import { type EncodeJobOptions, type EncodeJobResult, encodeJob } from "./encode-job.js";

/** Name of the jobs. */
export const ENCODE_JOB = "contextsieve-encode";

/** What a job carries. */
export interface EncodeJobData extends Pick<EncodeOptions, "kind" | "form"> {
  documents: SourceDocument[];
}

/** A job as BullMQ's `addBulk` takes it. */
export interface EncodeJobEntry {
  name: typeof ENCODE_JOB;
  data: EncodeJobData;
  opts: { jobId: string; [option: string]: unknown };
}

/** What is used of a BullMQ `Queue`. */
export interface EncodeQueue {
  addBulk(jobs: EncodeJobEntry[]): Promise<readonly { id?: string | undefined }[]>;
}

/** How documents become jobs. */
export interface AddEncodeJobsOptions extends Pick<EncodeOptions, "kind" | "form"> {
  /** Documents of a job. More make fewer jobs, fewer make less to do again where a worker is killed. @default 32 */
  batchSize?: number | undefined;
  /**
   * Goes into the jobs' ids beside their content: with another (`sieve.info.fingerprint` after an update of the model) the
   * same documents are jobs again.
   */
  version?: string | undefined;
  /** BullMQ's own options for each job. @default three attempts with exponential backoff from one second */
  jobOptions?: Readonly<Record<string, unknown>> | undefined;
}

const BATCH_SIZE = 32;
/** Jobs that are added in one call, so that no call carries a whole corpus. */
const JOBS_PER_CALL = 100;
const JOB_OPTIONS = { attempts: 3, backoff: { type: "exponential", delay: 1000 } };
const ID_DIGITS = 40;
/** Longest value of metadata that may name a source or a media type, in code units. */
const LONGEST_NAME = 2048;

/**
 * Adds documents to an existing BullMQ queue. A job's id is a digest of its documents, and BullMQ passes over an id that it
 * has: to add a corpus again, whole or in part, costs nothing. Ids and metadata that do not say how a text is read stay behind.
 *
 * @returns The ids of the jobs, in order.
 *
 * @example
 * await addEncodeJobs(new Queue("encode", { connection }), documents);
 *
 * @throws InvalidOptionError, or what the queue throws
 */
export async function addEncodeJobs(
  queue: EncodeQueue,
  documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
  options: AddEncodeJobsOptions = {},
): Promise<string[]> {
  const { kind, form, batchSize = BATCH_SIZE, version = "", jobOptions = JOB_OPTIONS } = options;
  if (typeof queue?.addBulk !== "function") {
    throw new InvalidOptionError(`Expected \`queue\` to be a BullMQ queue, got \`${typeof queue}\`.`);
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new InvalidOptionError(`Expected \`batchSize\` to be an integer of at least 1, got \`${batchSize}\`.`);
  }
  const ids: string[] = [];
  let jobs: EncodeJobEntry[] = [];
  const send = async () => {
    if (jobs.length > 0) await queue.addBulk(jobs);
    jobs = [];
  };
  for await (const batch of inBatches(documents, batchSize)) {
    const data: EncodeJobData = { documents: batch, ...(kind && { kind }), ...(form && { form }) };
    const jobId = jobIdOf(data, version);
    ids.push(jobId);
    jobs.push({ name: ENCODE_JOB, data, opts: { ...jobOptions, jobId } });
    if (jobs.length === JOBS_PER_CALL) await send();
  }
  await send();
  return ids;
}

/**
 * What a BullMQ `Worker` runs for jobs of {@link addEncodeJobs}.
 *
 * @example
 * new Worker("encode", encodeProcessor({ sieve }), { connection, concurrency: 4 });
 *
 * @throws InvalidOptionError If the job is none of these. BackendError if the model failed: the queue tries again.
 */
export function encodeProcessor(
  options: Pick<EncodeJobOptions, "sieve">,
): (job: { data: EncodeJobData }) => Promise<EncodeJobResult> {
  return async ({ data }) => {
    if (!Array.isArray(data?.documents)) {
      throw new InvalidOptionError("Expected a job of `addEncodeJobs`, got one without `documents`.");
    }
    const { documents, kind, form } = data;
    return encodeJob(documents, { ...options, kind, form });
  };
}

async function* inBatches(
  documents: Iterable<DocumentInput> | AsyncIterable<DocumentInput>,
  size: number,
): AsyncGenerator<SourceDocument[]> {
  let batch: SourceDocument[] = [];
  for await (const document of documents) {
    batch.push(slimmed(document));
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What its scores depend on. */
function slimmed(document: DocumentInput): SourceDocument {
  if (typeof document === "string") return { text: document };
  if (typeof document?.text !== "string") {
    throw new InvalidOptionError("Expected each document to be a string or an object with `text`, got one without.");
  }
  const { text, kind, metadata } = document;
  const known = Object.entries(metadata ?? {}).filter(
    ([, value]) => typeof value === "string" && value.length < LONGEST_NAME,
  );
  return { text, ...(kind && { kind }), ...(known.length > 0 && { metadata: Object.fromEntries(known) }) };
}

function jobIdOf(data: EncodeJobData, version: string): string {
  const digest = sha256(Buffer.from(JSON.stringify([version, data])));
  return `encode-${digest.toString("hex").slice(0, ID_DIGITS)}`;
}
