import { createHash } from "node:crypto";
import { join } from "node:path";
import { type AppendLog, openAppendLog } from "../../distill/append-log.js";
import type { LineBatch } from "./line-batches.js";

/** A batch that is done, as a line of the manifest says it. */
export interface BatchRecord {
  /** SHA-256 of its lines. */
  batch: string;
  file: string;
  firstLine: number;
  documents: number;
  /** Documents that took a pass of the model; the others' scores were there. */
  encoded: number;
}

/** What is done: a file of JSON lines that only grows, and that a killed process leaves usable. */
export interface Manifest {
  /** The record of a batch with the same lines, under whatever name. */
  find(batch: LineBatch): BatchRecord | undefined;
  /** Resolves once it is on the disk. */
  add(batch: LineBatch, outcome: Pick<BatchRecord, "documents" | "encoded">): Promise<void>;
  close(): Promise<void>;
}

const NAME_DIGITS = 12;

/**
 * Opens the manifest of a folder of scores: one a model, since another model's scores are others.
 *
 * @throws SieveError Naming the file and the line that is none of ours.
 */
export async function openManifest(folder: string, fingerprint: string): Promise<Manifest> {
  const name = `manifest-${digestOf(fingerprint).slice(0, NAME_DIGITS)}.jsonl`;
  const log: AppendLog<BatchRecord> = await openAppendLog(join(folder, name));
  const records = new Map(log.records.map((record) => [record.batch, record]));
  return {
    find: ({ text }) => records.get(digestOf(text)),
    async add({ text, file, firstLine }, { documents, encoded }) {
      await log.append({ batch: digestOf(text), file, firstLine, documents, encoded });
    },
    close: () => log.close(),
  };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
