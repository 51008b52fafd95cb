import type { Sliced } from "../runtime/event-loop.js";

/** Ranks of byte sequences, each written as a string with one character per byte. */
export interface RankTable {
  readonly rankOf: ReadonlyMap<string, number>;
  /** Length of the longest sequence, in bytes. */
  readonly longest: number;
}

/** Ranks as gpt-tokenizer ships them: the token of each rank as text, or as bytes if it is not valid UTF-8. */
export type RankList = readonly (string | readonly number[] | undefined)[];

/** Bytes below 128 are their own character. */
const ASCII = /^[\0-\x7f]*$/;
const NO_RANK = -1;
// A heap entry is one exact number: rank * POSITIONS + position.
const POSITIONS = 2 ** 30;

/** Ranks that are read before the event loop may run. */
const RANKS_PER_SLICE = 1024;

/** Makes an encoding's ranks ready for {@link countBytePairs}, in slices: there are up to 200,000. */
export function* buildRankTable(ranks: RankList): Sliced<RankTable> {
  const rankOf = new Map<string, number>();
  let longest = 0;
  for (const [rank, token] of ranks.entries()) {
    if (rank % RANKS_PER_SLICE === RANKS_PER_SLICE - 1) yield;
    if (token === undefined) continue;
    const bytes = typeof token === "string" ? toByteString(token) : Buffer.from(token).toString("latin1");
    rankOf.set(bytes, rank);
    longest = Math.max(longest, bytes.length);
  }
  return { rankOf, longest };
}

/**
 * Tokens of one piece of the pre-tokenizer, by byte-pair encoding: the adjacent pair of the lowest rank, the
 * leftmost among equals, is merged until no pair has a rank. Every single byte has a rank in these encodings,
 * so the parts that are left are the tokens. A heap makes it `n log n`, so that a word of a hundred thousand
 * letters is no trap.
 */
export function countBytePairs(piece: string, table: RankTable): number {
  const bytes = toByteString(piece);
  if (bytes.length < 2 || table.rankOf.has(bytes)) return Math.min(bytes.length, 1);
  return mergedParts(bytes, table);
}

function mergedParts(bytes: string, { rankOf, longest }: RankTable): number {
  const length = bytes.length;
  const next = new Int32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const pairRank = new Int32Array(length + 1).fill(NO_RANK);
  const heap: number[] = [];

  const rankPairAt = (position: number): void => {
    const middle = next[position] as number;
    const end = middle < length ? (next[middle] as number) : length;
    const possible = middle < length && end - position <= longest;
    const rank = (possible && rankOf.get(bytes.slice(position, end))) || 0;
    // Rank 0 is a single byte in every encoding: no pair has it.
    pairRank[position] = rank || NO_RANK;
    if (rank) push(heap, rank * POSITIONS + position);
  };

  for (let index = 0; index <= length; index += 1) {
    next[index] = index + 1;
    previous[index] = index - 1;
  }
  for (let index = 0; index < length - 1; index += 1) rankPairAt(index);

  let parts = length;
  while (heap.length > 0) {
    const entry = pop(heap);
    const rank = Math.floor(entry / POSITIONS);
    const position = entry - rank * POSITIONS;
    // An entry is stale once its pair was merged or grew: the pair that is there now has another rank.
    if (pairRank[position] !== rank) continue;
    const middle = next[position] as number;
    const end = next[middle] as number;
    next[position] = end;
    previous[end] = position;
    pairRank[middle] = NO_RANK;
    parts -= 1;
    rankPairAt(position);
    if (position > 0) rankPairAt(previous[position] as number);
  }
  return parts;
}

function toByteString(text: string): string {
  if (ASCII.test(text)) return text;
  return Buffer.from(text, "utf8").toString("latin1");
}

function push(heap: number[], entry: number): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as number;
    if (above <= entry) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: number[]): number {
  const top = heap[0] as number;
  const entry = heap.pop() as number;
  const size = heap.length;
  if (size === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= size) break;
    if (child + 1 < size && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
    const below = heap[child] as number;
    if (below >= entry) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = entry;
  return top;
}
