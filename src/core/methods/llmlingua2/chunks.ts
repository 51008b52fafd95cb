import { yieldToEventLoop } from "../../runtime/event-loop.js";
import type { Span } from "../../types.js";
import { alignPieces, emptyPlaces, type Places } from "./align.js";
import { surfacesOf } from "./families.js";
import { type ForcedString, type Section, splitSections } from "./sections.js";
import type { CheckpointTokenizer } from "./tokenizer.js";

/** One token of a chunk: a piece of the vocabulary, or a forced string that the vocabulary lacks. */
export interface ChunkItem extends Span {
  /** Vocabulary string; the forced string itself if `forced` is set. */
  piece: string;
  /** Index in the forced strings outside the vocabulary; absent for pieces. */
  forced?: number;
}

/** A stretch of a context that the encoder reads at once. */
export interface Chunk {
  items: ChunkItem[];
  /** The chunk as the tokenizer decodes it, with the reference's `[NEWi]` for forced strings: what is counted. */
  decoded: string;
}

/** A context's own rules of cutting. */
export interface ChunkRules {
  /** Forced strings that are not one piece of the vocabulary, in the caller's order. */
  outOfVocabulary: readonly ForcedString[];
  /** Pieces after which a chunk may end. */
  endTokens: ReadonlySet<string>;
  /** Most tokens of a sequence, special tokens included. */
  maxSequenceTokens: number;
}

/**
 * Cuts a context into chunks as the reference does (`__chunk_context`): tokens are counted in full runs,
 * the cut is moved back to the last end token, and each chunk is decoded and tokenized anew. A full chunk
 * without an end token is one token longer than the encoder takes with both special tokens around it; the
 * closing one is then left out, as the reference's truncation does.
 */
export async function cutChunks(text: string, rules: ChunkRules, tokenizer: CheckpointTokenizer): Promise<Chunk[]> {
  const read = await readSections(text, splitSections(text, rules.outOfVocabulary), tokenizer);
  const count = read.items.length;
  const room = rules.maxSequenceTokens - 2;
  const chunks: Chunk[] = [];
  for (let start = 0; start < count; ) {
    const end = start + room > count - 1 ? count : cutPoint(read.items, start, room, rules) + 1;
    chunks.push(rebuild(read, start, end, rules, tokenizer));
    start = end;
    await yieldToEventLoop();
  }
  return chunks;
}

function cutPoint(items: readonly ChunkItem[], start: number, room: number, rules: ChunkRules): number {
  for (let at = start + room; at > start; at -= 1) {
    const item = items[at] as ChunkItem;
    // A forced string ends a chunk if its own text is among the end tokens.
    if (rules.endTokens.has(item.piece)) return at;
  }
  return start + room;
}

/** The pieces of a text with their places in it. */
interface ReadText {
  items: ChunkItem[];
  /** Places of each unit of the pieces' surfaces, one piece after another. */
  units: Places;
  /** Index in `units` of each piece's first unit; one longer than `items`. */
  unitStarts: Uint32Array;
}

async function readSections(
  text: string,
  sections: readonly Section[],
  tokenizer: CheckpointTokenizer,
): Promise<ReadText> {
  const items: ChunkItem[] = [];
  const lengths: number[] = [];
  const parts: { units: Places; shift: number }[] = [];
  for (const section of sections) {
    if (section.forced !== undefined) {
      items.push({ piece: text.slice(section.start, section.end), ...section });
      lengths.push(0);
      continue;
    }
    const sectionText = text.slice(section.start, section.end);
    const pieces = tokenizer.tokenize(sectionText);
    const surfaces = surfacesOf(tokenizer.family, pieces, tokenizer.unknown);
    const { pieces: places, units } = alignPieces(surfaces, sectionText);
    for (const [index, piece] of pieces.entries()) {
      lengths.push((surfaces[index] as { text: string }).text.length);
      items.push({
        piece,
        start: section.start + (places.starts[index] as number),
        end: section.start + (places.ends[index] as number),
      });
    }
    parts.push({ units, shift: section.start });
    await yieldToEventLoop();
  }
  return { items, units: joinPlaces(parts), unitStarts: runningSum(lengths) };
}

function joinPlaces(parts: readonly { units: Places; shift: number }[]): Places {
  const joined = emptyPlaces(parts.reduce((total, { units }) => total + units.starts.length, 0));
  let at = 0;
  for (const { units, shift } of parts) {
    for (let unit = 0; unit < units.starts.length; unit += 1) {
      joined.starts[at] = (units.starts[unit] as number) + shift;
      joined.ends[at] = (units.ends[unit] as number) + shift;
      at += 1;
    }
  }
  return joined;
}

function runningSum(lengths: readonly number[]): Uint32Array {
  const sums = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) sums[index + 1] = (sums[index] as number) + length;
  return sums;
}

/** Decodes the pieces from `start` to `end`, tokenizes what comes out, and carries the places over. */
function rebuild(read: ReadText, start: number, end: number, rules: ChunkRules, tokenizer: CheckpointTokenizer): Chunk {
  const written = read.items.slice(start, end).map((item) => writtenAs(item, rules));
  const texts = tokenizer.family.decode(written);
  const rebuilt: ChunkItem[] = [];
  for (let from = start; from < end; ) {
    const item = read.items[from] as ChunkItem;
    let to = from + 1;
    if (item.forced !== undefined) {
      rebuilt.push(item);
    } else {
      while (to < end && read.items[to]?.forced === undefined) to += 1;
      rebuilt.push(...retokenize(read, from, to, texts.slice(from - start, to - start), tokenizer));
    }
    from = to;
  }
  return { items: rebuilt.slice(0, rules.maxSequenceTokens - 1), decoded: texts.join("") };
}

function writtenAs(item: ChunkItem, rules: ChunkRules): string {
  return item.forced === undefined ? item.piece : (rules.outOfVocabulary[item.forced] as ForcedString).token;
}

function retokenize(
  read: ReadText,
  from: number,
  to: number,
  texts: readonly string[],
  tokenizer: CheckpointTokenizer,
): ChunkItem[] {
  const text = texts.join("");
  const sources = emptyPlaces(text.length);
  let at = 0;
  for (let index = from; index < to; index += 1) {
    const item = read.items[index] as ChunkItem;
    const first = read.unitStarts[index] as number;
    const own = (read.unitStarts[index + 1] as number) - first;
    const part = texts[index - from] as string;
    // Decoding a chunk's first piece leaves the space before it out, or the mark of a broken word in.
    for (let unit = own - part.length; unit < own; unit += 1) {
      sources.starts[at] = unit < 0 ? item.start : (read.units.starts[first + unit] as number);
      sources.ends[at] = unit < 0 ? item.start : (read.units.ends[first + unit] as number);
      at += 1;
    }
  }
  const pieces = tokenizer.tokenize(text);
  const { pieces: found } = alignPieces(surfacesOf(tokenizer.family, pieces, tokenizer.unknown), text);
  let previous = (read.items[from] as ChunkItem).start;
  return pieces.map((piece, index) => {
    const start = found.starts[index] as number;
    const end = found.ends[index] as number;
    const span = start < end ? spanOf(sources, start, end) : { start: previous, end: previous };
    previous = Math.max(previous, span.end);
    return { piece: tokenizer.piece(tokenizer.id(piece)), ...span };
  });
}

function spanOf(sources: Places, start: number, end: number): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let unit = start; unit < end; unit += 1) {
    if ((sources.starts[unit] as number) === (sources.ends[unit] as number)) continue;
    first = Math.min(first, sources.starts[unit] as number);
    last = Math.max(last, sources.ends[unit] as number);
  }
  if (first > last) first = last = sources.starts[start] as number;
  return { start: first, end: last };
}
