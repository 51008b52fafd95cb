import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { ModelLoadError } from "../../errors.js";
import type { ResolvedHubOptions } from "./options.js";
import { type RemoteFile, requestFile } from "./request-file.js";

/** Downloads that broke off are begun again this often. */
const MAX_DOWNLOADS = 3;

/**
 * Downloads a file so that its name only ever stands for the whole of it: it is written beside, checked by
 * size and hash, and then renamed. Two processes may do so at once.
 *
 * @returns What the server said of it; undefined where the checkpoint has no such file.
 * @throws ModelLoadError Where it cannot be had whole. The signal's reason where it was aborted.
 */
export async function downloadFile(
  model: string,
  file: string,
  target: string,
  options: ResolvedHubOptions,
  first?: RemoteFile,
): Promise<RemoteFile | undefined> {
  let failure: unknown;
  for (let attempt = 0; attempt < MAX_DOWNLOADS; attempt += 1) {
    const remote = attempt === 0 && first ? first : await requestFile(model, file, options);
    if (!remote) return undefined;
    try {
      await save(remote, file, target, options);
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

async function save(remote: RemoteFile, file: string, target: string, options: ResolvedHubOptions): Promise<void> {
  const { response, size, hash } = remote;
  await mkdir(dirname(target), { recursive: true });
  const part = `${target}.${randomUUID()}.part`;
  const digest = createHash(hash?.length === 40 ? "sha1" : "sha256");
  // Git names a small file by a hash that begins with its size.
  if (hash?.length === 40) digest.update(`blob ${size ?? 0}\0`);
  let receivedBytes = 0;
  const check = new Transform({
    transform(piece: Buffer, _encoding, done) {
      receivedBytes += piece.length;
      digest.update(piece);
      options.onProgress?.({ file, receivedBytes, ...(size === undefined ? {} : { totalBytes: size }) });
      done(null, piece);
    },
  });
  try {
    const content = response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);
    await pipeline(content, check, createWriteStream(part), { signal: options.signal as AbortSignal });
    if (size !== undefined && receivedBytes !== size) throw new Error(`${receivedBytes} of ${size} bytes`);
    const actual = digest.digest("hex");
    const checkable = hash !== undefined && (hash.length === 64 || size !== undefined);
    if (checkable && actual !== hash) throw new Error(`content with hash ${actual} instead of ${hash}`);
    await rename(part, target);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "ENOTDIR", "EPERM"].includes((error as { code?: string }).code ?? "");
}

function diskFailure(target: string, cause: unknown): ModelLoadError {
  return new ModelLoadError(`Expected ${target} to be writable, got ${(cause as { code?: string }).code}.`, { cause });
}
