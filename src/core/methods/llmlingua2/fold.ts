/**
 * Texts and pieces in the form in which they are compared: compatibility-decomposed, lower-case, without
 * white space, combining marks and control characters. What is left of a text is a stream of code points,
 * each with the range of UTF-16 units that it comes from.
 */
export interface FoldedText {
  codePoints: Uint32Array;
  /** Index of the first UTF-16 unit of the character each code point comes from. */
  starts: Uint32Array;
  /** Index after that character. */
  ends: Uint32Array;
  length: number;
}

const IGNORED = /[\p{M}\p{C}\p{Z}\s\ufffd]/u;
const cache = new Map<string, readonly number[]>();
const CACHE_CHARACTERS = 20_000;

/** Folds a text, remembering where each code point came from. */
export function foldText(text: string): FoldedText {
  let codePoints = new Uint32Array(text.length + 16);
  let starts = new Uint32Array(text.length + 16);
  let ends = new Uint32Array(text.length + 16);
  let length = 0;
  const grow = () => {
    const larger = (old: Uint32Array) => {
      const next = new Uint32Array(old.length * 2);
      next.set(old);
      return next;
    };
    codePoints = larger(codePoints);
    starts = larger(starts);
    ends = larger(ends);
  };
  for (let index = 0; index < text.length; ) {
    const character = String.fromCodePoint(text.codePointAt(index) as number);
    const end = index + character.length;
    for (const folded of foldCharacter(character)) {
      if (length === codePoints.length) grow();
      codePoints[length] = folded;
      starts[length] = index;
      ends[length] = end;
      length += 1;
    }
    index = end;
  }
  return { codePoints, starts, ends, length };
}

/** The folded code points of a text, without places. */
export function foldCharacters(text: string): number[] {
  const folded: number[] = [];
  for (const character of text) folded.push(...foldCharacter(character));
  return folded;
}

/** True if a character leaves nothing when folded: a mark, a space, a control character. */
export function foldsAway(character: string): boolean {
  return foldCharacter(character).length === 0;
}

function foldCharacter(character: string): readonly number[] {
  const known = cache.get(character);
  if (known) return known;
  const folded: number[] = [];
  // Lower-casing may compose or add marks (İ), so the decomposition comes after it as well.
  for (const part of character.normalize("NFKD").toLowerCase().normalize("NFKD")) {
    // The final sigma depends on its neighbours, and tokenizers disagree about it.
    if (!IGNORED.test(part)) folded.push((part === "ς" ? "σ" : part).codePointAt(0) as number);
  }
  if (cache.size >= CACHE_CHARACTERS) cache.clear();
  cache.set(character, folded);
  return folded;
}
