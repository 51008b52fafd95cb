import type { ScoreCache } from "./cache/cache.js";
import { cacheKey } from "./cache/key.js";
import type { Encoder } from "./model/encoder.js";
import { type PlannedDocument, planInParts } from "./plan.js";
import { segmentText } from "./text/segment.js";
import { breathe, inTurns } from "./turn.js";
import type { EncodedText } from "./types.js";
import { untilAborted } from "./until-aborted.js";

/** Documents with their scores, and where the scores came from. */
export interface EncodedDocuments {
  documents: PlannedDocument[];
  cacheHits: number;
  cacheMisses: number;
}

/** Encodes documents, each distinct text once, through the cache. */
export interface DocumentEncoder {
  /** @throws BackendError, or the signal's reason */
  encodeDocuments(texts: readonly string[], signal?: AbortSignal): Promise<EncodedDocuments>;
}

interface Running {
  promise: Promise<EncodedText>;
  controller: AbortController;
  waiters: number;
}

/** Plans are cheap to make again: this many words of them are kept at hand. */
const PLANNED_WORDS = 500_000;

/**
 * Joins an encoder and a cache. A cached entry that does not fit the text's words and sentences is foreign
 * or broken: it is recomputed. A text asked for twice at once is encoded once; the run is aborted when all
 * who wait for it have gone.
 *
 * @param cache None where nothing is to be kept from one call to the next.
 */
export function createDocumentEncoder(encoder: Encoder, cache: ScoreCache | undefined): DocumentEncoder {
  const running = new Map<string, Running>();
  const plans = new Map<string, PlannedDocument>();
  let plannedWords = 0;

  const remember = (plan: PlannedDocument) => {
    if (!cache || plan.words.length > PLANNED_WORDS / 2 || plans.has(plan.text)) return;
    plans.set(plan.text, plan);
    plannedWords += plan.words.length;
    for (const [oldest, old] of plans) {
      if (plannedWords <= PLANNED_WORDS) break;
      plans.delete(oldest);
      plannedWords -= old.words.length;
    }
  };

  const encodeOne = async (text: string, signal?: AbortSignal): Promise<{ plan: PlannedDocument; hit: boolean }> => {
    const known = plans.get(text);
    if (known) {
      // Used again: it moves to the end of the line.
      plans.delete(text);
      plans.set(text, known);
      return { plan: known, hit: true };
    }
    await breathe();
    const key = cacheKey(encoder.model.fingerprint, text);
    const segments = await segmentText(text);
    const cached = await cache?.get(key);
    const fits =
      cached !== undefined &&
      cached.keep.length === segments.words.length &&
      cached.core.length === segments.words.length &&
      // A caller's own cache may hold what an earlier version stored.
      cached.pivot?.length === segments.words.length &&
      cached.dimension === encoder.dimension &&
      cached.vectors.length === segments.sentences.length * encoder.dimension;
    const scores = fits ? cached : await encodeShared(key, { text, ...segments }, signal);
    await breathe();
    const plan = await inTurns(planInParts({ text, ...segments, ...scores }, encoder.model.manifest.scripts));
    remember(plan);
    return { plan, hit: fits };
  };

  const encodeShared = async (
    key: string,
    document: Parameters<Encoder["encode"]>[0],
    signal?: AbortSignal,
  ): Promise<EncodedText> => {
    let run = running.get(key);
    if (!run) {
      const controller = new AbortController();
      const promise = encoder.encode(document, controller.signal).then(async (scores) => {
        await cache?.set(key, scores);
        return scores;
      });
      const own: Running = { promise, controller, waiters: 0 };
      run = own;
      running.set(key, own);
      // A run that everyone gave up may end when another for the same text is under way.
      const forget = () => running.get(key) === own && running.delete(key);
      promise.then(forget, forget);
    }
    const shared = run;
    shared.waiters += 1;
    try {
      return await untilAborted(shared.promise, signal);
    } finally {
      shared.waiters -= 1;
      if (shared.waiters === 0 && running.get(key) === shared) {
        running.delete(key);
        shared.controller.abort();
      }
    }
  };

  return {
    async encodeDocuments(texts, signal) {
      const distinct = [...new Set(texts)];
      const encoded = await Promise.all(distinct.map((text) => encodeOne(text, signal)));
      const byText = new Map(distinct.map((text, index) => [text, encoded[index]?.plan as PlannedDocument]));
      const cacheHits = encoded.filter(({ hit }) => hit).length;
      return {
        documents: texts.map((text) => byText.get(text) as PlannedDocument),
        cacheHits,
        cacheMisses: encoded.length - cacheHits,
      };
    },
  };
}
