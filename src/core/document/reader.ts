import type { ScoreCache } from "../cache/cache.js";
import { guardCache } from "../cache/guarded.js";
import { cacheKey } from "../cache/key.js";
import { findScores } from "../cache/metadata.js";
import { roundScores } from "../cache/packed.js";
import type { Room } from "../cache/room.js";
import type { EncoderPair } from "../model/encoder-pair.js";
import { runSliced, yieldToEventLoop } from "../runtime/event-loop.js";
import { mapBounded } from "../runtime/map-bounded.js";
import { createSharedRuns } from "../runtime/shared-runs.js";
import { endTogether } from "../runtime/until-aborted.js";
import type { KindHint } from "../structure/detect.js";
import { type SegmentedText, segmentText } from "../text/segment.js";
import type { EncodedText, TextForm } from "../types.js";
import { analyzeDocument } from "./analyze.js";
import { assignReaders, type Readers } from "./assign-readers.js";
import { encodeByReaders, unreadText } from "./encode-by-readers.js";
import { openPlanStore } from "./plan-store.js";
import type { AnalyzedDocument } from "./types.js";

/** Analysed documents, and where their scores came from. */
export interface ReadDocuments extends ReadCounts {
  documents: AnalyzedDocument[];
}

/** A text to read, with what is known of it. */
export interface ReaderInput {
  text: string;
  hint?: KindHint | undefined;
  /** How it is printed if it is cut. @default "same" */
  form?: TextForm | undefined;
  /**
   * Whether one model reads it, whatever its language, the second where there is one: so that its vectors can be
   * compared with others, or with a question that only that one reads.
   *
   * @default false
   */
  bySecond?: boolean | undefined;
  /** What may hold scores that were stored beside the text. */
  metadata?: unknown;
}

/** The scores of a text, and the key that they are kept under; none for a text that no model reads. */
export interface KeyedScores {
  key?: string;
  scores: EncodedText;
}

/** Where the scores of documents came from. */
export interface ReadCounts {
  cacheHits: number;
  cacheMisses: number;
}

/** Reads documents: each distinct text is encoded once, through the cache, and analysed once. */
export interface DocumentReader {
  /** @throws BackendError, or the signal's reason */
  read(inputs: readonly ReaderInput[], signal?: AbortSignal): Promise<ReadDocuments>;
  /** Reads without keeping what was read longer than there is room for it. @throws BackendError, or the signal's reason */
  encode(inputs: readonly ReaderInput[], signal?: AbortSignal): Promise<ReadCounts>;
  /** The scores alone, in the inputs' order. @throws BackendError, or the signal's reason */
  score(inputs: readonly ReaderInput[], signal?: AbortSignal): Promise<KeyedScores[]>;
}

/** Scores, and whether another process made them. */
interface EncodedOnce {
  scores: EncodedText;
  hit: boolean;
}

/** An analysed document, and whether its scores were in the cache; unknown if no model reads it. */
interface ReadDocument {
  document: AnalyzedDocument;
  hit?: boolean;
}

/** Documents of one call that are under way at once: enough for any batch, and no more in memory. */
const MOST_UNDER_WAY = 1024;

/** Changes with anything that makes other grains of a text that is no prose: its scores are of other sentences then. */
const OUTLINE_VERSION = 3;

/** What a read document is remembered by: its text, and what else decides how it is read. */
function nameOf({ text, hint, form = "same", bySecond = false }: ReaderInput): string {
  const isPlain = hint === undefined && form === "same" && !bySecond;
  return isPlain ? text : `${JSON.stringify({ ...hint, form, bySecond })}\n${text}`;
}

/** What a plan depends on besides its text: the first model, and whether another reads what that one does not. */
function plansOf({ first, second }: EncoderPair): string {
  return `${first.model.fingerprint}${second === undefined ? "" : "+"}`;
}

/**
 * Joins a sieve's models and a cache. A cached entry that does not fit the text's words and sentences is foreign
 * or broken: it is recomputed. A text that is asked for twice at once is encoded and analysed once; that is aborted when
 * no caller waits for it any more.
 *
 * @param cache Undefined if nothing is to be kept from one call to the next.
 * @param room Where analyses are kept; undefined for none.
 */
export function createDocumentReader(
  pair: EncoderPair,
  cache: ScoreCache | undefined,
  room: Room | undefined,
): DocumentReader {
  const guarded = cache && guardCache(cache);
  const encodings = createSharedRuns<EncodedOnce>();
  const readings = createSharedRuns<ReadDocument>();
  const plans = cache && room && openPlanStore(room, cache, plansOf(pair));

  const readOne = async (input: ReaderInput, signal: AbortSignal): Promise<ReadDocument> => {
    const { segments, readers, scores, hit } = await scoreOne(input, signal);
    await yieldToEventLoop();
    const source = { text: input.text, ...segments, ...scores };
    const document = await runSliced(analyzeDocument(source, readers.readBy));
    return hit === undefined ? { document } : { document, hit };
  };

  const scoreOne = async (input: ReaderInput, signal?: AbortSignal) => {
    await yieldToEventLoop();
    const { text, hint, form, bySecond } = input;
    const segments = await segmentText(text, hint, form ?? "same");
    const readers = await assignReaders({ text, ...segments }, pair, bySecond);
    return { segments, readers, ...(await scoresOf(input, segments, readers, signal)) };
  };

  /** Scores from beside the text, the cache or the models; of a text that no model reads there are none. */
  const scoresOf = async (
    { text, form = "same", metadata }: ReaderInput,
    segments: SegmentedText,
    readers: Readers,
    signal?: AbortSignal,
  ): Promise<KeyedScores & { hit?: boolean }> => {
    const { words, sentences, outline } = segments;
    const { dimension } = readers.encoders.values().next().value ?? pair.first;
    if (readers.encoders.size === 0) return { scores: unreadText(segments, dimension) };
    const key = cacheKey(
      [...readers.encoders.values()].map(({ model }) => model.fingerprint).join("+"),
      text,
      outline && `${outline.kind}-${form}-${OUTLINE_VERSION}`,
    );
    const beside = findScores(metadata);
    const cached = beside?.key === key ? beside.scores : await guarded?.get(key, signal);
    const fits = (found: EncodedText): boolean =>
      found.keep.length === words.length &&
      found.core.length === words.length &&
      // A caller's own cache may hold what an earlier version stored.
      found.pivot?.length === words.length &&
      found.dimension === dimension &&
      found.vectors.length === sentences.length * dimension;
    if (cached && fits(cached)) return { key, scores: cached, hit: true };
    return { key, ...(await encodeShared(key, { text, ...segments }, readers, fits, signal)) };
  };

  const encodeShared = (
    key: string,
    source: SegmentedText & { text: string },
    readers: Readers,
    fits: (found: EncodedText) => boolean,
    signal?: AbortSignal,
  ): Promise<EncodedOnce> =>
    encodings.join(
      key,
      async (own) => {
        // As a cache gives them back, with a cache or without.
        const encode = async () => roundScores(await encodeByReaders(source, readers, own));
        return guarded ? guarded.encodeOnce(key, encode, fits, own) : { scores: await encode(), hit: false };
      },
      signal,
    );

  /** Reads each distinct text once; `keep` is given each as it is read. */
  const readEach = async (
    inputs: readonly ReaderInput[],
    signal: AbortSignal | undefined,
    keep: (name: string, document: AnalyzedDocument) => void,
  ): Promise<ReadCounts> => {
    const distinct = new Map(inputs.map((input) => [nameOf(input), input]));
    const turn = plans?.takeTurn();
    const counts = { cacheHits: 0, cacheMisses: 0 };
    // What is known is looked up first: nothing that is new takes its place.
    for (const name of distinct.keys()) {
      const known = turn?.get(name);
      if (!known) continue;
      distinct.delete(name);
      counts.cacheHits += 1;
      keep(name, known);
    }
    // If one fails the call has failed: the others' windows leave the queue, and no server is asked for them.
    await endTogether(signal, (own) =>
      mapBounded([...distinct], MOST_UNDER_WAY, async ([name, input]) => {
        const { document, hit } = await readings.join(name, (shared) => readOne(input, shared), own);
        turn?.set(name, document);
        keep(name, document);
        if (hit !== undefined) counts[hit ? "cacheHits" : "cacheMisses"] += 1;
      }),
    );
    return counts;
  };

  return {
    async read(inputs, signal) {
      const byName = new Map<string, AnalyzedDocument>();
      const counts = await readEach(inputs, signal, (name, document) => byName.set(name, document));
      return { documents: inputs.map((input) => byName.get(nameOf(input)) as AnalyzedDocument), ...counts };
    },
    encode: (inputs, signal) => readEach(inputs, signal, () => undefined),
    score(inputs, signal) {
      return endTogether(signal, (own) => mapBounded(inputs, MOST_UNDER_WAY, (input) => scoreOne(input, own)));
    },
  };
}
