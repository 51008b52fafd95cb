import type { ScoreCache } from "../cache/cache.js";
import type { Place, Room } from "../cache/room.js";
import { textHash } from "../text/text-hash.js";
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
  bytes: number;
}

/** The plans of one model in one cache. */
interface Held {
  plans: Map<string, Plan>;
  /** Those that there was no room for, by a hash of their names, with their bytes: no more than there could ever be room for. */
  missing: Map<number, number>;
  missingBytes: number;
  /** Share of the last texts without a plan that had had one. */
  shareAgain: number;
}

/** Bytes of an analysis (measured on Node 20): per word with its unit and what is derived from them, and per document. */
const WORD_BYTES = 280;
const DOCUMENT_BYTES = 4000;

/**
 * The room grows by what was let go of and is wanted again where that is so of so many of the last texts without a plan:
 * the same documents are asked about again and again, and are more than there is room for.
 */
const MOSTLY_AGAIN = 0.9;
const LAST = 256;

/** Plans of this process by the cache that their scores are in and the model they are of: sieves of both share them. */
const stores = new WeakMap<ScoreCache, Map<string, Held>>();

/** Turns that were taken so far. */
let turns = 0;

/**
 * The plans of a model over a cache. The room for them grows with what is asked for again: to what one call takes that
 * comes again, and beyond that with the texts that come again and again. Where most are new it stays small.
 *
 * @param room Bounds them, with all else that is in it.
 */
export function openPlanStore(room: Room, cache: ScoreCache, fingerprint: string): PlanStore {
  const models = stores.get(cache) ?? new Map<string, Held>();
  stores.set(cache, models);
  const held = models.get(fingerprint) ?? { plans: new Map(), missing: new Map(), missingBytes: 0, shareAgain: 0 };
  models.set(fingerprint, held);
  const { plans, missing } = held;
  const forget = (hash: number): boolean => {
    held.missingBytes -= missing.get(hash) ?? 0;
    return missing.delete(hash);
  };
  const miss = (hash: number, bytes: number) => {
    forget(hash);
    missing.set(hash, bytes);
    held.missingBytes += bytes;
    for (const first of missing.keys()) {
      if (held.missingBytes <= room.mostPlanBytes) return;
      forget(first);
    }
  };
  return {
    takeTurn() {
      turns += 1;
      const turn = turns;
      let bytesOfTurn = 0;
      return {
        get(name) {
          const plan = plans.get(name);
          plan?.place.touch(turn);
          if (plan) bytesOfTurn += plan.bytes;
          return plan?.document;
        },
        set(name, document) {
          if (plans.has(name)) return;
          const bytes = bytesOf(name, document);
          const hash = textHash(name);
          bytesOfTurn += bytes;
          const isAgain = forget(hash);
          held.shareAgain += (Number(isAgain) - held.shareAgain) / LAST;
          if (isAgain) room.growTo(bytesOfTurn);
          if (isAgain && held.shareAgain >= MOSTLY_AGAIN) room.growTo(room.planBytes + bytes);
          const letGo = () => {
            plans.delete(name);
            miss(hash, bytes);
          };
          const place = room.take("plans", bytes, letGo, turn);
          if (place) plans.set(name, { document, place, bytes });
          else miss(hash, bytes);
        },
      };
    },
  };
}

function bytesOf(name: string, { words, vectors }: AnalyzedDocument): number {
  return DOCUMENT_BYTES + 2 * name.length + WORD_BYTES * words.length + vectors.steps.byteLength;
}
