import { constants } from "node:buffer";
import { createReadStream } from "node:fs";
import { buffer as readAll } from "node:stream/consumers";
import { InvalidOptionError, type SourceDocument } from "../../core/index.js";
import { decodeText } from "../decode.js";
import { reasonOf } from "../file-errors.js";
import { type FoundFile, STANDARD_INPUT } from "../find-files.js";
import { nameOf, openStandardInput } from "../input.js";
import { parseDocuments } from "../json-lines.js";

/** Whole lines of a file of documents. */
export interface LineBatch {
  /** What errors call the file. */
  file: string;
  /** Number of the first line. */
  firstLine: number;
  text: string;
  /** Bytes of the file that it takes. */
  bytes: number;
}

/** A batch ends with the first line that ends behind so many bytes: the same bytes make the same batches. */
const BATCH_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Reads a file of any size in batches of lines.
 *
 * @param encoding As `encodingName` gives it; a byte order mark goes before it.
 * @throws InvalidOptionError Where it cannot be read, or is no text in that encoding.
 */
export async function* lineBatches(file: FoundFile, encoding: string | undefined): AsyncGenerator<LineBatch> {
  const name = nameOf(file);
  let firstLine = 1;
  for await (const { body, used } of cutBytes(chunksOf(file), encoding)) {
    if (body.length > constants.MAX_STRING_LENGTH)
      throw new InvalidOptionError(`Expected lines of ${name} to hold at most 512 MB, got ${body.length} bytes.`);
    const { text } = decodeText(body, name, used);
    yield { file: name, firstLine, text, bytes: body.length };
    firstLine += text.split("\n").length - 1;
  }
}

/** The documents of a batch. @throws InvalidOptionError Naming the line. */
export function documentsOf({ text, file, firstLine }: LineBatch): SourceDocument[] {
  return parseDocuments(text, file, firstLine);
}

async function* chunksOf({ path }: FoundFile): AsyncGenerator<Buffer> {
  const stream = path === STANDARD_INPUT ? openStandardInput() : createReadStream(path);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    throw new InvalidOptionError(`Expected ${path} to be a readable file, got ${reasonOf(cause)}.`, { cause });
  }
}

/** Whole lines, each with the encoding that it is in. */
async function* cutBytes(
  chunks: AsyncGenerator<Buffer>,
  encoding: string | undefined,
): AsyncGenerator<{ body: Buffer; used: string | undefined }> {
  let pending = Buffer.alloc(0);
  let isFirst = true;
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk]);
    if (isFirst && pending.length >= 2 && (isWideMark(pending) || encoding?.startsWith("utf-16"))) {
      // Where characters take two bytes a line's end is not one byte.
      const rest = await readAll(chunks);
      const { text } = decodeText(Buffer.concat([pending, rest]), "the file", encoding);
      pending = Buffer.from(text);
      encoding = undefined;
    }
    isFirst = false;
    for (let end = endOf(pending); end > 0; end = endOf(pending)) {
      yield { body: pending.subarray(0, end), used: encoding };
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0) yield { body: pending, used: encoding };
}

function isWideMark(bytes: Buffer): boolean {
  const mark = bytes.readUInt16BE(0);
  return mark === 0xfffe || mark === 0xfeff;
}

/** Where the batch at the front ends; 0 if it is not whole yet. */
function endOf(bytes: Buffer): number {
  return bytes.length < BATCH_BYTES ? 0 : bytes.indexOf(NEWLINE, BATCH_BYTES - 1) + 1;
}
