import type { Sliced } from "../runtime/event-loop.js";
import type { PackedRanks } from "./packed-ranks.js";

/** Ranks of byte sequences, found by a hash of their bytes. */
export interface RankTable {
  /** One more than the rank in each slot, 0 where it is free; a sequence's is the first from its hash on. A power of 2 long. */
  readonly slots: Int32Array;
  /** Where the sequence of each rank begins in `bytes`; one more than there are ranks. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
  /** Length of the longest sequence, in bytes. */
  readonly longest: number;
}

/** Bytes below 128 are their own character. */
const ASCII = /^[\0-\x7f]*$/;
const NO_RANK = -1;
// A heap entry is one exact number: rank * POSITIONS + position.
const POSITIONS = 2 ** 30;

/** Ranks that are read before the event loop may run. */
const RANKS_PER_SLICE = 4096;
/** Slots for each rank, at the least. */
const ROOM = 2;

/** Makes an encoding's ranks ready for {@link countBytePairs}, in slices: there are up to 200,000. */
export function* buildRankTable({ lengths, bytes }: PackedRanks): Sliced<RankTable> {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(ROOM * lengths.length + 1)));
  const starts = new Uint32Array(lengths.length + 1);
  const mask = slots.length - 1;
  let longest = 0;
  for (let rank = 0; rank < lengths.length; rank += 1) {
    if (rank % RANKS_PER_SLICE === RANKS_PER_SLICE - 1) yield;
    const length = lengths[rank] as number;
    const start = starts[rank] as number;
    starts[rank + 1] = start + length;
    if (length === 0) continue;
    longest = Math.max(longest, length);
    let hash = HASH_START;
    for (let at = start; at < start + length; at += 1) hash = hashOn(hash, bytes[at] as number);
    let slot = finish(hash) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = rank + 1;
  }
  return { slots, starts, bytes, longest };
}

// FNV-1a, its bits mixed once more at the end, since the slot is its lowest ones.
const HASH_START = 0x811c9dc5;

function hashOn(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

/** The rank of a stretch of a byte string, or `NO_RANK`. */
function rankOf(text: string, start: number, end: number, { slots, starts, bytes }: RankTable): number {
  let hash = HASH_START;
  for (let at = start; at < end; at += 1) hash = hashOn(hash, text.charCodeAt(at));
  const mask = slots.length - 1;
  for (let slot = finish(hash) & mask; ; slot = (slot + 1) & mask) {
    const rank = (slots[slot] as number) - 1;
    if (rank < 0) return NO_RANK;
    const first = starts[rank] as number;
    if ((starts[rank + 1] as number) - first !== end - start) continue;
    let at = start;
    while (at < end && bytes[first + at - start] === text.charCodeAt(at)) at += 1;
    if (at === end) return rank;
  }
}

/**
 * Tokens of one piece of the pre-tokenizer, by byte-pair encoding: the adjacent pair of the lowest rank, the
 * leftmost among equals, is merged until no pair has a rank. Every single byte has a rank in these encodings,
 * so the parts that are left are the tokens. A heap makes it `n log n`, so that a word of a hundred thousand
 * letters is no trap.
 */
export function countBytePairs(piece: string, table: RankTable): number {
  const bytes = toByteString(piece);
  const isToken = bytes.length <= table.longest && rankOf(bytes, 0, bytes.length, table) !== NO_RANK;
  if (bytes.length < 2 || isToken) return Math.min(bytes.length, 1);
  return mergedParts(bytes, table);
}

function mergedParts(bytes: string, table: RankTable): number {
  const length = bytes.length;
  const next = new Int32Array(length + 1);
  const previous = new Int32Array(length + 1);
  const pairRank = new Int32Array(length + 1).fill(NO_RANK);
  const heap: number[] = [];

  const rankPairAt = (position: number): void => {
    const middle = next[position] as number;
    const end = middle < length ? (next[middle] as number) : length;
    const possible = middle < length && end - position <= table.longest;
    const rank = possible ? rankOf(bytes, position, end, table) : NO_RANK;
    pairRank[position] = rank;
    if (rank !== NO_RANK) push(heap, rank * POSITIONS + position);
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
