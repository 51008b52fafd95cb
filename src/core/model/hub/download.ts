import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { ModelLoadError } from "../../errors.js";
import { MAX_JSON_BYTES } from "../load/model-files.js";
import type { ResolvedHubOptions } from "./options.js";
import { type RemoteFile, requestFile } from "./request-file.js";

/** What is known of a file before it is asked for. */
export interface Download {
  /** The server's answer, if it was asked already. */
  first?: RemoteFile;
  /** SHA-256 that the content must have, in hexadecimal: the manifest's. */
  sha256?: string | undefined;
}

/** Weights larger than this are not fetched, in bytes. */
const MAX_WEIGHT_BYTES = 16 * 2 ** 30;
/** A download of which nothing arrives for so long is given up, in milliseconds. */
const STALL_MS = 10_000;
/** Downloads that broke off are begun again this often. */
const MAX_DOWNLOADS = 3;

/**
 * Downloads a file so that its name only ever stands for the whole of it: it is written beside, checked by
 * size and hash, and then renamed. Two processes may do so at once.
 *
 * @returns What the server said of it; undefined if the checkpoint has no such file.
 * @throws ModelLoadError If it cannot be had whole. The signal's reason if it was aborted.
 */
export async function downloadFile(
  model: string,
  file: string,
  target: string,
  options: ResolvedHubOptions,
  { first, sha256 }: Download = {},
): Promise<RemoteFile | undefined> {
  let failure: unknown;
  for (let attempt = 0; attempt < MAX_DOWNLOADS; attempt += 1) {
    const remote = attempt === 0 && first ? first : await requestFile(model, file, options);
    if (!remote) return undefined;
    try {
      checkSize(remote, file, model);
    } catch (error) {
      await remote.response.body?.cancel();
      throw error;
    }
    try {
      await save({ ...remote, sha256 }, file, target, options);
      return remote;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (isDiskError(error)) throw diskFailure(target, error);
      failure = error;
    }
  }
  throw new ModelLoadError(
    `Expected ${file} of ${model} to arrive whole, got: ${failure instanceof Error ? failure.message : String(failure)}.`,
    { cause: failure },
  );
}

/** The size of weights is known before they come; other files are small, and end where they should. */
function checkSize({ size }: RemoteFile, file: string, model: string): void {
  const isJson = file.endsWith(".json");
  const most = isJson ? MAX_JSON_BYTES : MAX_WEIGHT_BYTES;
  if (size === undefined ? isJson : size <= most) return;
  throw new ModelLoadError(
    `Expected the server to offer ${file} of ${model} with a size of at most ${most} bytes, got ${size ?? "no size"}.`,
  );
}

async function save(
  remote: RemoteFile & Pick<Download, "sha256">,
  file: string,
  target: string,
  options: ResolvedHubOptions,
): Promise<void> {
  const { response, size, hash, sha256 } = remote;
  await mkdir(dirname(target), { recursive: true });
  const part = `${target}.${randomUUID()}.part`;
  const digest = createHash(hash?.length === 40 ? "sha1" : "sha256");
  // Git names a small file by a hash that begins with its size.
  if (hash?.length === 40) digest.update(`blob ${size ?? 0}\0`);
  const checksum = createHash("sha256");
  const most = size ?? MAX_JSON_BYTES;
  const patience = new AbortController();
  const stall = setTimeout(() => patience.abort(new Error(`nothing more in ${STALL_MS / 1000} seconds`)), STALL_MS);
  const signals = options.signal ? [options.signal, patience.signal] : [patience.signal];
  let receivedBytes = 0;
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      stall.refresh();
      receivedBytes += piece.length;
      if (receivedBytes > most) return done(new Error(`more than ${most} bytes`));
      digest.update(piece);
      checksum.update(piece);
      options.onProgress?.({ file, receivedBytes, ...(size === undefined ? {} : { totalBytes: size }) });
      done(null, piece);
    },
  });
  try {
    const content = response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);
    await pipeline(content, check, createWriteStream(part), { signal: AbortSignal.any(signals) });
    if (size !== undefined && receivedBytes !== size) throw new Error(`${receivedBytes} of ${size} bytes`);
    const actual = digest.digest("hex");
    const checkable = hash !== undefined && (hash.length === 64 || size !== undefined);
    if (checkable && actual !== hash) throw new Error(`content with hash ${actual} instead of ${hash}`);
    const sum = checksum.digest("hex");
    if (sha256 && sum !== sha256) throw new Error(`content with SHA-256 ${sum}, where the manifest says ${sha256}`);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw patience.signal.aborted ? patience.signal.reason : error;
  } finally {
    clearTimeout(stall);
  }
}

function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "ENOTDIR", "EPERM"].includes((error as { code?: string }).code ?? "");
}

function diskFailure(target: string, cause: unknown): ModelLoadError {
  return new ModelLoadError(`Expected ${target} to be writable, got ${(cause as { code?: string }).code}.`, { cause });
}
