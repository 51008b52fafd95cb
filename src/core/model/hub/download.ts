import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { ModelLoadError } from "../../errors.js";
import { MAX_JSON_BYTES } from "../load/model-files.js";
import type { ResolvedHubOptions } from "./options.js";
import { watchPace } from "./pace.js";
import { beginFile, type PartialFile } from "./partial-file.js";
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
/** Downloads that broke off are gone on with this often. */
const MAX_DOWNLOADS = 3;
/** One that came too slowly so often is given up. */
const MAX_SLOW_DOWNLOADS = 2;

/**
 * Downloads a file so that its name only ever stands for the whole of it: it is written beside, checked by
 * size and hash, and then renamed. Two processes may do so at once. A download that breaks off is gone on with where it
 * stopped, if there is a hash that will tell whether the parts belong together.
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
  const remote = first ?? (await requestFile(model, file, options));
  if (!remote) return undefined;
  try {
    checkSize(remote, file, model);
  } catch (error) {
    await remote.response.body?.cancel();
    throw error;
  }
  const expected: ExpectedFile = { file, size: remote.size, hash: remote.hash, sha256 };
  let part: PartialFile | undefined;
  let failure: Error | undefined;
  let slow = 0;
  try {
    part = await beginFile(target, remote.size);
    for (let attempt = 0; attempt < MAX_DOWNLOADS && slow < MAX_SLOW_DOWNLOADS; attempt += 1) {
      if (!isCheckable(expected)) await part.clear();
      const source = attempt === 0 ? remote : await requestFile(model, file, options, part.bytes);
      if (!source) return undefined;
      failure = await receiveRest(source, part, expected, options);
      if (!failure) {
        await part.finish();
        return remote;
      }
      if (failure instanceof TooSlowError) slow += 1;
    }
  } catch (error) {
    if (isDiskError(error)) throw diskFailure(target, error);
    throw error;
  } finally {
    await part?.discard();
  }
  throw new ModelLoadError(`Expected ${file} of ${model} to arrive whole, got: ${failure?.message}.`, {
    cause: failure,
  });
}

/** What is known of a file that is under way. */
interface ExpectedFile extends Pick<RemoteFile, "size" | "hash"> {
  file: string;
  sha256: string | undefined;
}

/** It came too slowly to wait for. */
class TooSlowError extends Error {}

/** Takes in the rest of a file and checks the whole of it; what is wrong with it, if another attempt may mend that. */
async function receiveRest(
  source: RemoteFile,
  part: PartialFile,
  expected: ExpectedFile,
  options: ResolvedHubOptions,
): Promise<Error | undefined> {
  // The server may not be able to begin in the middle.
  if (source.startsAt !== part.bytes) await part.clear();
  try {
    await receive(source, part, expected, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isDiskError(error)) throw error;
    return error as Error;
  }
  try {
    check(part, expected);
  } catch (error) {
    if (part.bytes === expected.size || expected.size === undefined) await part.clear();
    return error as Error;
  }
  return undefined;
}

/** Writes a body behind what is there already. */
async function receive(
  source: RemoteFile,
  part: PartialFile,
  { file, size }: ExpectedFile,
  options: ResolvedHubOptions,
): Promise<void> {
  const most = size ?? MAX_JSON_BYTES;
  if (source.startsAt !== part.bytes) throw new Error(`a part that begins at byte ${source.startsAt}`);
  const { response } = source;
  const pace = watchPace();
  const signals = options.signal ? [options.signal, pace.signal] : [pace.signal];
  const into = new Writable({
    write(piece: Buffer, _encoding, done) {
      pace.received(piece.length);
      if (part.bytes + piece.length > most) return done(new Error(`more than ${most} bytes`));
      part.write(piece).then(() => {
        options.onProgress?.({ file, receivedBytes: part.bytes, ...(size === undefined ? {} : { totalBytes: size }) });
        done();
      }, done);
    },
  });
  try {
    const content = response.body ? Readable.fromWeb(response.body as ReadableStream) : Readable.from([]);
    await pipeline(content, into, { signal: AbortSignal.any(signals) });
  } catch (error) {
    if (pace.signal.aborted) throw new TooSlowError((pace.signal.reason as Error).message, { cause: error });
    throw error;
  } finally {
    pace.end();
  }
}

/** Whether parts from several answers can be told to belong together. */
function isCheckable({ size, hash, sha256 }: ExpectedFile): boolean {
  return sha256 !== undefined || hash?.length === 64 || (hash !== undefined && size !== undefined);
}

function check(part: PartialFile, { size, hash, sha256 }: ExpectedFile): void {
  if (size !== undefined && part.bytes !== size) throw new Error(`${part.bytes} of ${size} bytes`);
  if (hash !== undefined && (hash.length === 64 || size !== undefined)) {
    const actual = part.hash(hash.length === 40 ? "git" : "sha256");
    if (actual !== hash) throw new Error(`content with hash ${actual} instead of ${hash}`);
  }
  const sum = part.hash("sha256");
  if (sha256 && sum !== sha256) throw new Error(`content with SHA-256 ${sum}, where the manifest says ${sha256}`);
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

function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EACCES", "EROFS", "EDQUOT", "ENOTDIR", "EPERM"].includes((error as { code?: string }).code ?? "");
}

function diskFailure(target: string, cause: unknown): ModelLoadError {
  return new ModelLoadError(`Expected ${target} to be writable, got ${(cause as { code?: string }).code}.`, { cause });
}
