import { type FoldedText, foldCharacters, foldsAway, foldText } from "./fold.js";

/** What the aligner knows of a piece. */
export interface Surface {
  /** Text the piece stands for, without the marks of its tokenizer family. */
  text: string;
  /** True for a piece that stands for a whole run of text that the vocabulary cannot spell (`[UNK]`). */
  unknown: boolean;
}

/** Places in a text, one range per item. */
export interface Places {
  starts: Uint32Array;
  ends: Uint32Array;
}

/** Places of the pieces of a text in it. */
export interface Alignment {
  /** Range of each piece. */
  pieces: Places;
  /** Range of each UTF-16 unit of all the surfaces, one after another. */
  units: Places;
}

/** How far a piece may be looked for if the text at hand is not its own, in folded code points. */
const LOOKAHEAD = 32;

/**
 * Finds the places of a tokenizer's pieces in the text they were cut from. The tokenizers here give no
 * offsets, and they normalize (case, compatibility forms, accents, control characters); so pieces and
 * text are compared folded, in order. A piece that cannot be found gets an empty range where it would be.
 *
 * Ranges never run backwards; two neighbours share a character only if the tokenizer split what the
 * character stands for (`½`, `…`).
 */
export function alignPieces(surfaces: readonly Surface[], text: string): Alignment {
  const folded = foldText(text);
  const pieces = emptyPlaces(surfaces.length);
  const units = emptyPlaces(surfaces.reduce((total, surface) => total + surface.text.length, 0));
  let at = 0;
  let unit = 0;
  let previousEnd = 0;
  for (const [index, surface] of surfaces.entries()) {
    const points = foldCharacters(surface.text);
    const found = find(folded, at, points, surface.unknown ? 0 : LOOKAHEAD);
    let start = previousEnd;
    let end = previousEnd;
    if (found >= 0) {
      at = found + points.length;
      start = Math.max(previousEnd, folded.starts[found] as number);
      end = withTrailingMarks(text, folded.ends[at - 1] as number);
      // Two pieces of one character: both are where it is.
      if ((folded.starts[found] as number) < previousEnd) start = folded.starts[found] as number;
      placeUnits(units, unit, surface.text, folded, found, at);
    } else {
      if (surface.unknown) {
        start = at < folded.length ? (folded.starts[at] as number) : text.length;
        end = runEnd(text, start);
        while (at < folded.length && (folded.starts[at] as number) < end) at += 1;
      }
      units.starts.fill(start, unit, unit + surface.text.length);
      units.ends.fill(end, unit, unit + surface.text.length);
    }
    pieces.starts[index] = start;
    pieces.ends[index] = end;
    unit += surface.text.length;
    previousEnd = Math.max(previousEnd, end);
  }
  return { pieces, units };
}

/** Empty ranges at 0 for `length` items. */
export function emptyPlaces(length: number): Places {
  return { starts: new Uint32Array(length), ends: new Uint32Array(length) };
}

function find(folded: FoldedText, from: number, points: readonly number[], lookahead: number): number {
  if (points.length === 0) return -1;
  const last = Math.min(from + lookahead, folded.length - points.length);
  for (let start = from; start <= last; start += 1) {
    let offset = 0;
    while (offset < points.length && folded.codePoints[start + offset] === points[offset]) offset += 1;
    if (offset === points.length) return start;
  }
  return -1;
}

/** Spreads the places of a surface's folded code points over its UTF-16 units. */
function placeUnits(units: Places, unit: number, surface: string, folded: FoldedText, from: number, to: number): void {
  let used = from;
  let start = folded.starts[from] as number;
  let end = start;
  let next = unit;
  for (const character of surface) {
    const count = foldCharacters(character).length;
    if (count > 0 && used < to) {
      start = folded.starts[used] as number;
      used = Math.min(used + count, to);
      end = folded.ends[used - 1] as number;
    } else {
      start = end;
    }
    units.starts.fill(start, next, next + character.length);
    units.ends.fill(end, next, next + character.length);
    next += character.length;
  }
}

/** Marks and joiners after a character belong to it: tokenizers may strip them, readers may not. */
function withTrailingMarks(text: string, end: number): number {
  let next = end;
  while (next < text.length) {
    const character = String.fromCodePoint(text.codePointAt(next) as number);
    if (/[\s\p{Z}\p{Cc}]/u.test(character) || !foldsAway(character)) break;
    next += character.length;
  }
  return next;
}

const CUT = /[\s\p{Z}]/u;
const ALONE = /[\p{P}\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e\p{Script=Han}]/u;

/** End of the run that a WordPiece tokenizer reads as one: up to white space, punctuation or a Han character. */
function runEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const character = String.fromCodePoint(text.codePointAt(end) as number);
    if (CUT.test(character)) break;
    if (ALONE.test(character)) return end === start ? end + character.length : end;
    end += character.length;
  }
  return end;
}
