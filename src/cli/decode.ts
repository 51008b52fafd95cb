import { InvalidOptionError } from "../core/index.js";

/** What bytes became, and what is odd about it. */
export interface DecodedText {
  text: string;
  /** A line for the user: the text may not be what was meant. */
  warning?: string;
}

/** Bytes that no text begins with, and what they are. */
const MAGIC: readonly [bytes: string, kind: string][] = [
  ["%PDF-", "a PDF"],
  ["PK\x03\x04", "a zip archive, as office documents are"],
  ["PK\x05\x06", "an empty zip archive"],
  ["\x1f\x8b", "gzip"],
  ["\xfd7zXZ\0", "xz"],
  ["\x28\xb5\x2f\xfd", "Zstandard"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive"],
  ["\x89PNG", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF87a", "a GIF image"],
  ["GIF89a", "a GIF image"],
  ["\xd0\xcf\x11\xe0", "an old office document"],
  ["\x7fELF", "a program"],
  ["SQLite format 3\0", "a database"],
];

const MARKS: readonly [bytes: string, encoding: string][] = [
  ["\xef\xbb\xbf", "utf-8"],
  ["\xff\xfe", "utf-16le"],
  ["\xfe\xff", "utf-16be"],
];

// What Windows-1252 has where Latin-1 has control characters. Node's own decoder leaves the control characters.
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Bytes that are looked at for whether UTF-16 may be meant. */
const SAMPLE_BYTES = 4096;

/**
 * The name that the Encoding Standard has for an encoding: `latin1` is `windows-1252`.
 *
 * @throws InvalidOptionError Where nobody knows it.
 */
export function encodingName(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch (cause) {
    throw new InvalidOptionError(
      `Expected --encoding to name an encoding, such as utf-8, latin1, utf-16le or shift_jis, got \`${label}\`.`,
      { cause },
    );
  }
}

/**
 * A file's bytes as text. A byte order mark decides and is left out; else the encoding that the user named,
 * else UTF-8, never with replacement characters in the place of what cannot be read.
 *
 * @param name What errors call the file.
 * @param encoding As {@link encodingName} gives it.
 * @throws InvalidOptionError Where the bytes are no text, or not in that encoding.
 */
export function decodeText(bytes: Buffer, name: string, encoding: string | undefined): DecodedText {
  const mark = MARKS.find(([prefix]) => begins(bytes, prefix));
  const [prefix, used] = mark ?? ["", encoding ?? "utf-8"];
  if (!used.startsWith("utf-16")) refuseBinary(bytes, name);
  const body = bytes.subarray(prefix.length);
  const text = used === "windows-1252" ? decodeWindows1252(body) : tryDecode(body, used);
  if (text === undefined) throw new InvalidOptionError(unreadable(name, used, mark !== undefined, encoding));
  // UTF-32 begins as UTF-16 does, and is read as every second character being NUL.
  if (used.startsWith("utf-16") && text.includes("\0")) {
    throw new InvalidOptionError(`${name} looks binary, or like UTF-32; make it UTF-8 first.`);
  }
  const isOtherwise = !mark && !/^utf-/u.test(used) && hasHighBytes(body) && tryDecode(body, "utf-8") !== undefined;
  return isOtherwise ? { text, warning: `${name} is valid UTF-8, but read as ${used}, as --encoding says.` } : { text };
}

function refuseBinary(bytes: Buffer, name: string): void {
  const kind = MAGIC.find(([prefix]) => begins(bytes, prefix))?.[1];
  if (kind === undefined && !bytes.includes(0)) return;
  const guess = kind === undefined ? guessUtf16(bytes) : undefined;
  throw new InvalidOptionError(
    guess === undefined
      ? `${name} looks binary${kind === undefined ? "" : ` (${kind})`}; extract its text first.`
      : `${name} looks like UTF-16 without a byte order mark; name it with --encoding ${guess}.`,
  );
}

/** Text of a European language in UTF-16 has a zero in nearly every second place, and none in the others. */
function guessUtf16(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  for (const [place, byte] of sample.entries()) if (byte === 0) zeros[place % 2] = (zeros[place % 2] as number) + 1;
  const [even, odd] = zeros as [number, number];
  if (even === 0 && odd > sample.length / 4) return "utf-16le";
  if (odd === 0 && even > sample.length / 4) return "utf-16be";
  return undefined;
}

function unreadable(name: string, used: string, isMarked: boolean, asked: string | undefined): string {
  if (!isMarked && asked === undefined)
    return `Expected ${name} to be UTF-8 text, got bytes that are not; name its encoding, such as --encoding windows-1252.`;
  const source = isMarked ? "its byte order mark" : "--encoding";
  return `Expected ${name} to be ${used} text, as ${source} says, got bytes that are not.`;
}

function begins(bytes: Buffer, prefix: string): boolean {
  return bytes.length >= prefix.length && bytes.toString("latin1", 0, prefix.length) === prefix;
}

function hasHighBytes(bytes: Buffer): boolean {
  return bytes.some((byte) => byte >= 0x80);
}

function tryDecode(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replace(/[\x80-\x9f]/gu, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] as string);
}
