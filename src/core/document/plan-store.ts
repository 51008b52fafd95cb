import type { ScoreCache } from "../cache/cache.js";
import type { Place, Room } from "../cache/room.js";
import type { AnalyzedDocument } from "./types.js";

/** Analysed documents that are remembered: an analysis is quick to repeat, but not as quick as none. */
export interface PlanStore {
  /** The plans as one call uses them: none that it looked up goes for another of its own. */
  takeTurn(): Plans;
}

/** The plans in one call. */
export interface Plans {
  get(name: string): AnalyzedDocument | undefined;
  set(name: string, document: AnalyzedDocument): void;
}

interface Plan {
  document: AnalyzedDocument;
  place: Place;
}

/** Bytes of an analysis (measured on Node 20): per word with its unit and what is derived from them, and per document. */
const WORD_BYTES = 280;
const DOCUMENT_BYTES = 4000;

/** Plans of this process by the cache that their scores are in and the model they are of: sieves of both share them. */
const stores = new WeakMap<ScoreCache, Map<string, Map<string, Plan>>>();

/** Turns that were taken so far. */
let turns = 0;

/**
 * The plans of a model over a cache.
 *
 * @param room Bounds them, with all else that is in it.
 */
export function openPlanStore(room: Room, cache: ScoreCache, fingerprint: string): PlanStore {
  const models = stores.get(cache) ?? new Map<string, Map<string, Plan>>();
  stores.set(cache, models);
  const plans = models.get(fingerprint) ?? new Map<string, Plan>();
  models.set(fingerprint, plans);
  return {
    takeTurn() {
      turns += 1;
      const turn = turns;
      return {
        get(name) {
          const plan = plans.get(name);
          plan?.place.touch(turn);
          return plan?.document;
        },
        set(name, document) {
          if (plans.has(name)) return;
          const place = room.take("plans", bytesOf(name, document), () => plans.delete(name), turn);
          if (place) plans.set(name, { document, place });
        },
      };
    },
  };
}

function bytesOf(name: string, { words, vectors }: AnalyzedDocument): number {
  return DOCUMENT_BYTES + 2 * name.length + WORD_BYTES * words.length + vectors.steps.byteLength;
}
