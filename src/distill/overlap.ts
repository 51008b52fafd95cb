import { splitWords } from "../core/text/words.js";

/** Two texts that share this many words in a row are taken from one document. */
export const SHARED_WORDS = 10;

/** A set of texts that can be asked whether another text shares a passage with one of them. */
export interface OverlapIndex {
  /** True where `text` shares {@link SHARED_WORDS} words in a row with a text of the index, or is the same text. */
  overlaps(text: string): boolean;
}

/** Indexes texts by their runs of ten words, lower-cased, without punctuation. */
export function indexOverlap(texts: Iterable<string>): OverlapIndex {
  const known = new Set<string>();
  for (const text of texts) for (const run of runs(text)) known.add(run);
  return {
    overlaps(text) {
      for (const run of runs(text)) if (known.has(run)) return true;
      return false;
    },
  };
}

function* runs(text: string): Generator<string> {
  const words = splitWords(text)
    .map((word) => text.slice(word.start, word.end).toLowerCase())
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  if (words.length > 0 && words.length < SHARED_WORDS) yield `^${words.join(" ")}$`;
  for (let start = 0; start + SHARED_WORDS <= words.length; start += 1) {
    yield words.slice(start, start + SHARED_WORDS).join(" ");
  }
}
