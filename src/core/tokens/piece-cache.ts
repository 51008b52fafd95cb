// Weight of one generation: code units of its keys, and an allowance for each entry.
const MAX_GENERATION_WEIGHT = 4_000_000;
const ENTRY_WEIGHT = 24;
// V8 makes slices of this length or more as views that keep the whole text they were cut from alive.
const SHORTEST_VIEW = 13;

/**
 * Remembers the count of pieces of text, bounded in memory: two generations, the older one forgotten when the
 * younger one is full, so that what is used stays and no single use is paid for (an approximate least
 * recently used).
 */
export class PieceCache {
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  #weight = 0;

  get(piece: string): number | undefined {
    const count = this.#young.get(piece);
    if (count !== undefined) return count;
    const older = this.#old.get(piece);
    if (older !== undefined) this.set(piece, older);
    return older;
  }

  set(piece: string, count: number): void {
    const weight = piece.length + ENTRY_WEIGHT;
    if (weight > MAX_GENERATION_WEIGHT) return;
    if (this.#weight + weight > MAX_GENERATION_WEIGHT) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#weight += weight;
    this.#young.set(ownCopy(piece), count);
  }

  /** Entries held, in both generations. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}

function ownCopy(piece: string): string {
  return piece.length < SHORTEST_VIEW ? piece : Buffer.from(piece, "utf16le").toString("utf16le");
}
