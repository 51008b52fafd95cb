import { type AlignmentWord, alignWords } from "./alignment.js";

/** Above this many source words x compressed words the texts are cut into parts, to bound time and memory. */
export const MAX_ALIGNMENT_CELLS = 4_000_000;
/** So many words in a row, found once in each text, are trusted as one place. */
const ANCHOR_WORDS = 4;

/**
 * {@link alignWords} for texts of any length: long ones are cut in two, again and again, at a run of words
 * that stands exactly once in either text, near the middle. Where the compression is a pure deletion the
 * parts are pure deletions too. 512-token chunks are never cut.
 *
 * @returns per compressed word the index of the source word it was taken from, or -1
 */
export function alignLongTexts(
  source: readonly AlignmentWord[],
  compressed: readonly AlignmentWord[],
  maxCells = MAX_ALIGNMENT_CELLS,
): Int32Array {
  const matches = new Int32Array(compressed.length).fill(-1);
  const parts = [{ sourceFrom: 0, sourceTo: source.length, from: 0, to: compressed.length }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { sourceFrom, sourceTo, from, to } = part;
    if (to === from || sourceTo === sourceFrom) continue;
    const sourcePart = source.slice(sourceFrom, sourceTo);
    const compressedPart = compressed.slice(from, to);
    if (sourcePart.length === 1 || sourcePart.length * compressedPart.length <= maxCells) {
      alignWords(sourcePart, compressedPart).forEach((index, j) => {
        matches[from + j] = index < 0 ? -1 : index + sourceFrom;
      });
      continue;
    }
    const [i, j] = chooseCut(sourcePart, compressedPart);
    parts.push({ sourceFrom, sourceTo: sourceFrom + i, from, to: from + j });
    parts.push({ sourceFrom: sourceFrom + i, sourceTo, from: from + j, to });
  }
  return matches;
}

function chooseCut(source: readonly AlignmentWord[], compressed: readonly AlignmentWord[]): [number, number] {
  const middle = source.length / 2;
  const allowed = allowedCuts(source, compressed);
  const near = findAnchors(source, compressed)
    .filter(([i, j]) => Math.abs(i - middle) <= source.length / 4 && j >= allowed.low(i) && j <= allowed.high(i))
    .sort((a, b) => Math.abs(a[0] - middle) - Math.abs(b[0] - middle));
  if (near[0] !== undefined) return near[0];
  const i = Math.floor(middle);
  const proportional = Math.round((compressed.length * i) / source.length);
  return [i, Math.min(Math.max(proportional, allowed.low(i)), allowed.high(i))];
}

/** Starts of runs that stand once in either text, in an order that both texts share (longest such chain). */
function findAnchors(source: readonly AlignmentWord[], compressed: readonly AlignmentWord[]): [number, number][] {
  const inSource = uniqueRuns(source);
  const pairs: [number, number][] = [];
  for (const [run, j] of uniqueRuns(compressed)) {
    const i = inSource.get(run);
    if (i !== undefined && i >= 0 && j >= 0) pairs.push([i, j]);
  }
  return longestRising(pairs.sort((a, b) => a[1] - b[1]));
}

/** Each run of words with its start, or -1 where it stands more than once. */
function uniqueRuns(words: readonly AlignmentWord[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (let start = 0; start + ANCHOR_WORDS <= words.length; start += 1) {
    const run = words
      .slice(start, start + ANCHOR_WORDS)
      .map((word) => word.surface)
      .join("\u0000");
    starts.set(run, starts.has(run) ? -1 : start);
  }
  return starts;
}

/** The longest chain of pairs that rises on the source's side (patience sorting). */
function longestRising(pairs: readonly [number, number][]): [number, number][] {
  const piles: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  pairs.forEach(([i], index) => {
    let low = 0;
    let high = piles.length;
    while (low < high) {
      const pile = (low + high) >> 1;
      if ((pairs[piles[pile] as number]?.[0] as number) < i) low = pile + 1;
      else high = pile;
    }
    before[index] = low > 0 ? (piles[low - 1] as number) : -1;
    piles[low] = index;
  });
  const chain: [number, number][] = [];
  for (let index = piles.at(-1) ?? -1; index >= 0; index = before[index] as number) {
    chain.push(pairs[index] as [number, number]);
  }
  return chain.reverse();
}

/**
 * For a cut at source word i, the compressed words that may stand before it. A pure deletion leaves only cuts
 * whose two sides are pure deletions; else any will do.
 */
function allowedCuts(source: readonly AlignmentWord[], compressed: readonly AlignmentWord[]) {
  const most = new Int32Array(source.length + 1);
  const least = new Int32Array(source.length + 1).fill(compressed.length);
  let placed = 0;
  source.forEach((word, i) => {
    if (compressed[placed]?.surface === word.surface) placed += 1;
    most[i + 1] = placed;
  });
  if (placed < compressed.length) return { low: () => 0, high: () => compressed.length };
  for (let i = source.length - 1, left = compressed.length; i >= 0; i -= 1) {
    if (left > 0 && compressed[left - 1]?.surface === source[i]?.surface) left -= 1;
    least[i] = left;
  }
  return { low: (i: number) => least[i] as number, high: (i: number) => most[i] as number };
}
