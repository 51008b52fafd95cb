import { type DocumentInput, type EncodeOptions, InvalidOptionError, type Sieve } from "../core/index.js";

/** What a job needs besides its documents. */
export interface EncodeJobOptions extends EncodeOptions {
  /** Whose cache is filled: one that all workers share, as `keyvCache` over Redis. */
  sieve: Pick<Sieve, "encode">;
}

/** What became of a job's documents. */
export interface EncodeJobResult {
  documents: number;
  /** Documents that took a pass of the model. */
  encoded: number;
  /** Documents whose scores were there, or came from another worker meanwhile. */
  known: number;
}

/**
 * Encodes documents into the sieve's cache: the body of a job, for any queue or workflow (BullMQ, Temporal, Kafka, pg-boss).
 * What a job made is found by its content, so that a job that is repeated, or was killed half way, costs what is left.
 *
 * @example
 * boss.work("encode", ([job]) => encodeJob(job.data.documents, { sieve }));
 *
 * @throws InvalidOptionError, BackendError, or the signal's reason
 */
export async function encodeJob(
  documents: readonly DocumentInput[],
  { sieve, ...options }: EncodeJobOptions,
): Promise<EncodeJobResult> {
  if (typeof sieve?.encode !== "function") {
    throw new InvalidOptionError(`Expected \`sieve\` to be a sieve, got \`${typeof sieve}\`.`);
  }
  if (Array.isArray(documents) && documents.length === 0) return { documents: 0, encoded: 0, known: 0 };
  const { cacheMisses } = await sieve.encode(documents, options);
  return { documents: documents.length, encoded: cacheMisses, known: documents.length - cacheMisses };
}
