import type { ScoreCache } from "../cache/cache.js";
import { guardCache } from "../cache/guarded.js";
import { cacheKey } from "../cache/key.js";
import { roundScores } from "../cache/packed.js";
import type { Room } from "../cache/room.js";
import type { Encoder } from "../model/encoder.js";
import { runSliced, yieldToEventLoop } from "../runtime/event-loop.js";
import { endTogether, untilAborted } from "../runtime/until-aborted.js";
import type { KindHint } from "../structure/detect.js";
import { type SegmentedText, segmentText } from "../text/segment.js";
import type { EncodedText, TextForm } from "../types.js";
import { analyzeDocument } from "./analyze.js";
import { openPlanStore } from "./plan-store.js";
import { readingOf, scoresOfSource } from "./reading.js";
import type { AnalyzedDocument } from "./types.js";

/** Analysed documents, and where their scores came from. */
export interface ReadDocuments {
  documents: AnalyzedDocument[];
  cacheHits: number;
  cacheMisses: number;
}

/** A text to read, with what is known of it. */
export interface ReaderInput {
  text: string;
  hint?: KindHint | undefined;
  /** How it is printed if it is cut. @default "same" */
  form?: TextForm | undefined;
}

/** Reads documents: each distinct text is encoded once, through the cache, and analysed once. */
export interface DocumentReader {
  /** @throws BackendError, or the signal's reason */
  read(inputs: readonly ReaderInput[], signal?: AbortSignal): Promise<ReadDocuments>;
}

interface Running {
  promise: Promise<EncodedText>;
  controller: AbortController;
  waiters: number;
}

/** Changes with anything that makes other grains of a text that is no prose: its scores are of other sentences then. */
const OUTLINE_VERSION = 1;

/** What a read document is remembered by: its text, and what else decides how it is read. */
function nameOf({ text, hint, form = "same" }: ReaderInput): string {
  return hint === undefined && form === "same" ? text : `${JSON.stringify({ ...hint, form })}\n${text}`;
}

/**
 * Joins an encoder and a cache. A cached entry that does not fit the text's words and sentences is foreign
 * or broken: it is recomputed. A text that is asked for twice at once is encoded once; the run is aborted when no
 * caller waits for it any more.
 *
 * @param cache Undefined if nothing is to be kept from one call to the next.
 * @param room Where analyses are kept; undefined for none.
 */
export function createDocumentReader(
  encoder: Encoder,
  cache: ScoreCache | undefined,
  room: Room | undefined,
): DocumentReader {
  const guarded = cache && guardCache(cache);
  const running = new Map<string, Running>();
  const plans = cache && room && openPlanStore(room, cache, encoder.model.fingerprint);

  const readOne = async (
    name: string,
    { text, hint, form = "same" }: ReaderInput,
    signal?: AbortSignal,
  ): Promise<{ document: AnalyzedDocument; hit: boolean }> => {
    const known = plans?.get(name);
    if (known) return { document: known, hit: true };
    await yieldToEventLoop();
    const segments = await segmentText(text, hint, form);
    const key = cacheKey(
      encoder.model.fingerprint,
      text,
      segments.outline && `${segments.outline.kind}-${form}-${OUTLINE_VERSION}`,
    );
    const cached = await guarded?.get(key, signal);
    const fits =
      cached !== undefined &&
      cached.keep.length === segments.words.length &&
      cached.core.length === segments.words.length &&
      // A caller's own cache may hold what an earlier version stored.
      cached.pivot?.length === segments.words.length &&
      cached.dimension === encoder.dimension &&
      cached.vectors.length === segments.sentences.length * encoder.dimension;
    const scores = fits ? cached : await encodeShared(key, text, segments, signal);
    await yieldToEventLoop();
    const document = await runSliced(analyzeDocument({ text, ...segments, ...scores }, encoder.model.manifest.scripts));
    plans?.set(name, document);
    return { document, hit: fits };
  };

  /** Scores a text; of an outlined one, what is read in its place. */
  const encode = async (text: string, segments: SegmentedText, signal: AbortSignal): Promise<EncodedText> => {
    const { outline } = segments;
    if (!outline) return encoder.encode({ text, ...segments }, signal);
    const reading = await runSliced(readingOf({ text, ...segments, outline }));
    return scoresOfSource(segments, reading, await encoder.encode(reading, signal));
  };

  const encodeShared = async (
    key: string,
    text: string,
    segments: SegmentedText,
    signal?: AbortSignal,
  ): Promise<EncodedText> => {
    // The call may have ended while the text was segmented: nothing is begun for it.
    signal?.throwIfAborted();
    let run = running.get(key);
    if (!run) {
      const controller = new AbortController();
      const promise = encode(text, segments, controller.signal).then(async (exact) => {
        // As a cache gives them back, with a cache or without.
        const scores = roundScores(exact);
        await guarded?.set(key, scores);
        return scores;
      });
      const own: Running = { promise, controller, waiters: 0 };
      run = own;
      running.set(key, own);
      // A run that all its callers gave up may end while another for the same text is under way.
      const forget = () => running.get(key) === own && running.delete(key);
      promise.then(forget, (error: unknown) => {
        forget();
        // If one window fails, nobody waits for the text's others.
        controller.abort(error);
      });
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
    async read(inputs, signal) {
      const distinct = new Map(inputs.map((input) => [nameOf(input), input]));
      // If one fails the call has failed: the others' windows leave the queue, and no server is asked for them.
      const entries = await endTogether(signal, (own) =>
        Promise.all([...distinct].map(async ([name, input]) => [name, await readOne(name, input, own)] as const)),
      );
      const byName = new Map(entries);
      const cacheHits = [...byName.values()].filter(({ hit }) => hit).length;
      return {
        documents: inputs.map((input) => byName.get(nameOf(input))?.document as AnalyzedDocument),
        cacheHits,
        cacheMisses: byName.size - cacheHits,
      };
    },
  };
}
