import type { SentenceOutline } from "../structure/sentence-outline.js";

/** Which sentences of an outlined text are in: those that were taken, the heads that they need, and what closes these. */
export interface HeadCounts {
  /** True for a sentence that is in, for its own sake or for another's. */
  isIn(sentence: number): boolean;
  /** Takes a sentence. `enter` is called for each sentence that comes in by it: itself, heads, closers. */
  raise(sentence: number, enter: (sentence: number) => void): void;
  /** The exact inverse: `leave` is called for each sentence that goes out with it. */
  lower(sentence: number, leave: (sentence: number) => void): void;
}

/**
 * Counts, for each sentence, what needs it: a head is in while anything under it is. So every choice of sentences is
 * valid at any time, and taking and giving back are exact inverses in any order.
 */
export function createHeadCounts({ heads, closers, nextClosers }: SentenceOutline): HeadCounts {
  const counts = new Uint32Array(heads.length);
  const withClosers = (sentence: number, visit: (sentence: number) => void) => {
    visit(sentence);
    for (let closer = closers[sentence] as number; closer >= 0; closer = nextClosers[closer] as number) visit(closer);
  };
  return {
    isIn: (sentence) => (counts[sentence] as number) > 0,
    raise(sentence, enter) {
      for (let at = sentence; at >= 0; at = heads[at] as number) {
        counts[at] = (counts[at] as number) + 1;
        // What was in already has counted its own heads.
        if ((counts[at] as number) > 1) return;
        withClosers(at, enter);
      }
    },
    lower(sentence, leave) {
      for (let at = sentence; at >= 0; at = heads[at] as number) {
        counts[at] = (counts[at] as number) - 1;
        if ((counts[at] as number) > 0) return;
        withClosers(at, leave);
      }
    },
  };
}
