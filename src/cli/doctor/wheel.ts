import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { InvalidOptionError } from "../../core/index.js";

/** A file inside a wheel, which is a zip archive. */
export interface WheelEntry {
  name: string;
  /** Bytes of the file as it is unpacked. */
  size: number;
  /** Its content, unpacked while it is read. */
  open(): Promise<Readable>;
}

const END = 0x06054b50;
const END_BYTES = 22;
/** The end record stands before a comment of at most so many bytes. */
const MOST_COMMENT_BYTES = 65_535;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Stands for a number that is in a Zip64 record, which no wheel below 4 GB has. */
const ELSEWHERE = 0xffffffff;

/**
 * The files of a wheel.
 *
 * @throws InvalidOptionError If it is no zip archive, or one of a kind that wheels are not.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readWheel(path: string): Promise<WheelEntry[]> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tail = await bytesAt(file, Math.max(0, size - END_BYTES - MOST_COMMENT_BYTES), size);
    const at = lastIndexOf(tail, END);
    if (at < 0) throw damaged(path, "no end of an archive");
    const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    if (start === ELSEWHERE || start + length > size) throw damaged(path, "a directory beyond its end");
    return readDirectory(path, await bytesAt(file, start, start + length));
  } finally {
    await file.close();
  }
}

function readDirectory(path: string, directory: Buffer): WheelEntry[] {
  const entries: WheelEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length; ) {
    if (directory.readUInt32LE(at) !== ENTRY) throw damaged(path, "a damaged directory");
    const method = directory.readUInt16LE(at + 10);
    const [packed, size] = [directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 24)];
    const lengths = [28, 30, 32].map((place) => directory.readUInt16LE(at + place)) as [number, number, number];
    const local = directory.readUInt32LE(at + 42);
    const name = directory.toString("utf8", at + ENTRY_BYTES, at + ENTRY_BYTES + lengths[0]);
    if ([packed, size, local].includes(ELSEWHERE)) throw damaged(path, `${name} of 4 GB or more`);
    if (method !== STORED && method !== DEFLATED) throw damaged(path, `${name} packed by method ${method}`);
    entries.push({ name, size, open: () => openEntry(path, local, packed, method) });
    at += ENTRY_BYTES + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

async function openEntry(path: string, local: number, packed: number, method: number): Promise<Readable> {
  const file = await open(path, "r");
  let start: number;
  try {
    const header = await bytesAt(file, local, local + LOCAL_BYTES);
    if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL) throw damaged(path, "a damaged entry");
    start = local + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
  const content = createReadStream(path, { start, end: start + packed - 1 });
  if (method === STORED) return content;
  const unpacked = createInflateRaw();
  content.once("error", (error) => unpacked.destroy(error));
  return content.pipe(unpacked);
}

async function bytesAt(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}

function lastIndexOf(bytes: Buffer, mark: number): number {
  for (let at = bytes.length - END_BYTES; at >= 0; at -= 1) if (bytes.readUInt32LE(at) === mark) return at;
  return -1;
}

function damaged(path: string, got: string): InvalidOptionError {
  return new InvalidOptionError(`Expected ${path} to be a wheel, got ${got}.`);
}
