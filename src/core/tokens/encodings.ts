import { runSliced } from "../runtime/event-loop.js";
import { buildRankTable, countBytePairs, type RankTable } from "./byte-pairs.js";
import type { TokenCounter } from "./counter.js";
import type { PackedRanks } from "./packed-ranks.js";
import { PieceCache } from "./piece-cache.js";
import { SPLIT_PATTERNS } from "./split-patterns.js";

/** What is counted with if the caller names nothing: GPT-4o, GPT-4.1, GPT-5 and the o-series. */
export const DEFAULT_ENCODING = "o200k_base";

interface EncodingFamily {
  pattern: RegExp;
  /** The ranks are megabytes: imported when an encoding is first asked for. */
  importRanks(): Promise<{ packed: PackedRanks }>;
}

const O200K: EncodingFamily = {
  pattern: SPLIT_PATTERNS.o200k,
  importRanks: () => import("./ranks/o200k-base.js"),
};
const CL100K: EncodingFamily = {
  pattern: SPLIT_PATTERNS.cl100k,
  importRanks: () => import("./ranks/cl100k-base.js"),
};
const P50K: EncodingFamily = {
  pattern: SPLIT_PATTERNS.r50k,
  importRanks: () => import("./ranks/p50k-base.js"),
};
const R50K: EncodingFamily = {
  pattern: SPLIT_PATTERNS.r50k,
  importRanks: () => import("./ranks/r50k-base.js"),
};

// Members of a family differ in their special tokens only, and those are counted as the text they are here.
const FAMILY_OF: ReadonlyMap<string, EncodingFamily> = new Map([
  ["o200k_base", O200K],
  ["o200k_harmony", O200K],
  ["cl100k_base", CL100K],
  ["p50k_base", P50K],
  ["p50k_edit", P50K],
  ["r50k_base", R50K],
  ["gpt2", R50K],
]);

/** Names of the encodings that {@link loadEncoding} knows. */
export const ENCODING_NAMES: readonly string[] = [...FAMILY_OF.keys()];

const loaded = new Map<EncodingFamily, Promise<FamilyCounts>>();
/** One counter a name, so that what others remember for a counter outlives the call. */
const counters = new Map<string, TokenCounter>();

/** Counts by one family's ranks and pattern; shared by everyone in the process. */
interface FamilyCounts {
  count(text: string): number;
  pieceCount(fragment: string): number;
}

/**
 * The counter of a named encoding, exact by OpenAI's tiktoken: the count is the sum over the pre-tokenizer's
 * pieces, and each piece is counted once and remembered. Text that reads like a special token
 * (`<|endoftext|>`) is text. Answers `undefined` for a name it does not know.
 */
export async function loadEncoding(name: string): Promise<TokenCounter | undefined> {
  const family = FAMILY_OF.get(name);
  if (family === undefined) return undefined;
  let counts = loaded.get(family);
  if (counts === undefined) {
    counts = loadFamily(family);
    loaded.set(family, counts);
    counts.catch(() => loaded.delete(family));
  }
  const known = counters.get(name) ?? { name, incremental: true, ...(await counts) };
  counters.set(name, known);
  return known;
}

async function loadFamily(family: EncodingFamily): Promise<FamilyCounts> {
  const { packed } = await family.importRanks();
  return countsBy(await runSliced(buildRankTable(packed)), family.pattern);
}

function countsBy(table: RankTable, pattern: RegExp): FamilyCounts {
  const cache = new PieceCache();

  const countPiece = (piece: string): number => {
    const known = cache.get(piece);
    if (known !== undefined) return known;
    const count = countBytePairs(piece, table);
    cache.set(piece, count);
    return count;
  };

  const count = (text: string): number => {
    let total = 0;
    for (const piece of text.match(pattern) ?? []) total += countPiece(piece);
    return total;
  };

  // A piece by itself is cut as the same single piece, so pieces and fragments can share the cache.
  const pieceCount = (fragment: string): number => {
    const known = cache.get(fragment);
    if (known !== undefined) return known;
    const total = count(fragment);
    cache.set(fragment, total);
    return total;
  };

  return { count, pieceCount };
}
