import { foldWord, isSymbol, LIKENESS, wordLikeness } from "./similarity.js";

/** What the alignment sees of a word, on either side. */
export interface AlignmentWord {
  surface: string;
  /** True where white space or the text's start stands before the word. */
  spaceBefore: boolean;
  /** What parts the word from the one before it: 0 nothing, 1 a sentence's end, 2 a line break between sentences. */
  boundary: number;
}

/** Where the last match was left: the next match goes on in the run, or lies past a gap that crossed this much. */
const STATE = { run: 0, gap: 1, sentenceGap: 2, lineGap: 3 } as const;
const STATES = 4;
const OPERATION = { match: 1, skipSource: 2, skipCompressed: 3 } as const;

const WORD_SCORE = [0, 0.4, 2, 3.4, 4] as const;
const SYMBOL_SCORE = [0, 0.4, 0.4, 1.8, 2] as const;
const RUN_BONUS = 1;
const GLUED_BONUS = 0.3;
const SKIPPED_WORD = -1;
const SKIPPED_SYMBOL = -0.1;
/** Score of a gap by what the compression shows before the word (row) and what the gap crosses (column). */
const GAP_SCORE = [
  [0, -0.6, -0.9],
  [-0.3, 0, -0.3],
  [-0.8, -0.5, 0],
] as const;
/** Short words belong to what follows, closing marks to what stands before. */
const SHORT_WORD_LEFT_BEHIND = -0.05;
const MARK_AFTER_GAP = -0.1;
const GLUED_AFTER_GAP = -0.5;
const OPENING = /^[([{"'“‘«¿¡]$/u;

/**
 * Global monotone alignment of a compression with its source (Needleman and Wunsch, with gap states as in
 * Gotoh): every compressed word gets the index of the source word it was taken from, or -1. Of all
 * alignments the one with the highest score wins: exact matches first, then matches but for case or
 * inflection; unbroken runs before scattered words; gaps that cross a sentence or a line only where the
 * compression shows one. Where the compression is a pure deletion, every word is matched exactly.
 *
 * Time and memory are proportional to `source.length x compressed.length`.
 */
export function alignWords(source: readonly AlignmentWord[], compressed: readonly AlignmentWord[]): Int32Array {
  const pure = isSubsequence(source, compressed);
  const likeness = likenessTable(source, compressed, pure);
  const columns = compressed.length + 1;
  const trace = new Uint8Array((source.length + 1) * columns * STATES);
  let row = new Float64Array(columns * STATES).fill(Number.NEGATIVE_INFINITY);
  let next = new Float64Array(columns * STATES);
  row[STATE.run] = 0;
  const skipCompressed = compressed.map((word) =>
    pure ? Number.NEGATIVE_INFINITY : isSymbol(word.surface) ? SKIPPED_SYMBOL : SKIPPED_WORD,
  );
  const leaveBehind = compressed.map((word) => leavingScore(word.surface));
  for (let i = 0; i <= source.length; i += 1) {
    next.fill(Number.NEGATIVE_INFINITY);
    const crossed = i < source.length ? (source[i] as AlignmentWord).boundary : 0;
    for (let j = 0; j < columns; j += 1) {
      for (let state = 0; state < STATES; state += 1) {
        const score = row[j * STATES + state] as number;
        if (score === Number.NEGATIVE_INFINITY) continue;
        if (j < compressed.length) {
          const target = (j + 1) * STATES + state;
          const skipped = score + (skipCompressed[j] as number);
          if (skipped > (row[target] as number)) {
            row[target] = skipped;
            trace[i * columns * STATES + target] = OPERATION.skipCompressed * STATES + state;
          }
        }
        if (i === source.length) continue;
        const gapState = Math.max(state, STATE.gap + crossed);
        const gapTarget = j * STATES + gapState;
        const gapped = score + (state === STATE.run && j > 0 ? (leaveBehind[j - 1] as number) : 0);
        if (gapped > (next[gapTarget] as number)) {
          next[gapTarget] = gapped;
          trace[(i + 1) * columns * STATES + gapTarget] = OPERATION.skipSource * STATES + state;
        }
        if (j === compressed.length) continue;
        const like = likeness[i * compressed.length + j] as number;
        if (like === LIKENESS.none) continue;
        const matched =
          score +
          matchScore(
            like,
            state,
            crossed,
            source[i] as AlignmentWord,
            compressed[j] as AlignmentWord,
            i === 0 || j === 0,
          );
        const matchTarget = (j + 1) * STATES + STATE.run;
        if (matched > (next[matchTarget] as number)) {
          next[matchTarget] = matched;
          trace[(i + 1) * columns * STATES + matchTarget] = OPERATION.match * STATES + state;
        }
      }
    }
    if (i < source.length) [row, next] = [next, row];
  }
  return traceBack(trace, source.length, compressed.length, row);
}

function matchScore(
  like: number,
  state: number,
  crossed: number,
  source: AlignmentWord,
  compressed: AlignmentWord,
  atStart: boolean,
): number {
  const symbol = isSymbol(compressed.surface);
  const base = (symbol ? SYMBOL_SCORE : WORD_SCORE)[like] as number;
  const glued = !compressed.spaceBefore && !source.spaceBefore;
  if (state === STATE.run) return base + (atStart ? RUN_BONUS / 4 : RUN_BONUS + (glued ? GLUED_BONUS : 0));
  const gap = Math.max(state - STATE.gap, crossed);
  let score = base + ((GAP_SCORE[compressed.boundary] as readonly number[])[gap] as number);
  if (symbol && !OPENING.test(compressed.surface)) score += MARK_AFTER_GAP;
  else if (!compressed.spaceBefore) score += GLUED_AFTER_GAP;
  return score;
}

function leavingScore(surface: string): number {
  if (isSymbol(surface)) return OPENING.test(surface) ? SHORT_WORD_LEFT_BEHIND : 0;
  return surface.length <= 3 && surface === surface.toLowerCase() ? SHORT_WORD_LEFT_BEHIND : 0;
}

function isSubsequence(source: readonly AlignmentWord[], compressed: readonly AlignmentWord[]): boolean {
  let next = 0;
  for (const word of source) if (next < compressed.length && compressed[next]?.surface === word.surface) next += 1;
  return next === compressed.length;
}

/** Likeness of every source word with every compressed word, row by row; computed once per pair of surfaces. */
function likenessTable(
  source: readonly AlignmentWord[],
  compressed: readonly AlignmentWord[],
  pure: boolean,
): Uint8Array {
  const table = new Uint8Array(source.length * compressed.length);
  const columnsOf = new Map<string, number[]>();
  compressed.forEach((word, j) => {
    const columns = columnsOf.get(word.surface);
    if (columns) columns.push(j);
    else columnsOf.set(word.surface, [j]);
  });
  const known = new Map<string, [number, number][]>();
  for (let i = 0; i < source.length; i += 1) {
    const surface = (source[i] as AlignmentWord).surface;
    let row = known.get(surface);
    if (row === undefined) {
      row = [];
      for (const [other, columns] of columnsOf) {
        const like = pure ? (other === surface ? LIKENESS.exact : LIKENESS.none) : cheapLikeness(surface, other);
        if (like !== LIKENESS.none) for (const j of columns) row.push([j, like]);
      }
      known.set(surface, row);
    }
    for (const [j, like] of row) table[i * compressed.length + j] = like;
  }
  return table;
}

/** {@link wordLikeness} behind a first-letter check that spares most pairs the folding. */
function cheapLikeness(left: string, right: string): number {
  if (left === right) return LIKENESS.exact;
  const symbols = isSymbol(left) || isSymbol(right);
  if (!symbols && foldWord(left.charAt(0)) !== foldWord(right.charAt(0))) return LIKENESS.none;
  return wordLikeness(left, right);
}

function traceBack(trace: Uint8Array, rows: number, compressedLength: number, last: Float64Array): Int32Array {
  const matches = new Int32Array(compressedLength).fill(-1);
  let i = rows;
  let j = compressedLength;
  let state = 0;
  for (let candidate = 1; candidate < STATES; candidate += 1) {
    if ((last[j * STATES + candidate] as number) > (last[j * STATES + state] as number)) state = candidate;
  }
  while (i > 0 || j > 0) {
    const step = trace[(i * (compressedLength + 1) + j) * STATES + state] as number;
    const operation = Math.floor(step / STATES);
    if (operation === OPERATION.match) {
      i -= 1;
      j -= 1;
      matches[j] = i;
    } else if (operation === OPERATION.skipSource) i -= 1;
    else j -= 1;
    state = step % STATES;
  }
  return matches;
}
