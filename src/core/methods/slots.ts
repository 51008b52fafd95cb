import type { CheckedRequest } from "../options/compress-options.js";
import type { CompressedDocument, CompressResult, DroppedDocument, ExplainedWord, Span } from "../types.js";
import { type RenderedSlices, renderWords } from "./render-words.js";

/** A word that a method judged. Places are the source's, UTF-16 and half-open. */
export interface JudgedWord extends Span {
  /** Probability it was judged by, 0..1. */
  keep: number;
  kept: boolean;
  /** Kept because it was forced, not because of its probability. */
  forced: boolean;
}

/** What a method says of one text. */
export interface JudgedContext {
  /** False if the text is dropped whole. */
  kept: boolean;
  /** True if no word was judged: the text is to be returned as it came, white space included. */
  whole: boolean;
  words: readonly JudgedWord[];
}

/** A document on its way through the method. */
export interface Slot {
  /** Place in the caller's documents. */
  index: number;
  text: string;
  /** Kept as it came: pinned by the caller, or everything fits. */
  isWhole: boolean;
  /** Judged by the method: neither pinned nor blank. */
  isOpen: boolean;
  /** What the method said; undefined for documents it does not judge. */
  context: JudgedContext | undefined;
}

/** What was counted on the way. */
export interface Tally {
  originalTokens: number;
  tokens: number;
  countText(text: string): number | Promise<number>;
  encodeMs: number;
  /** When the call began, on the clock of `performance.now()`. */
  started: number;
  /** The words of a text that the method did not judge: all kept. */
  plainWords(text: string): readonly JudgedWord[];
}

/** One slot per document. */
export function createSlots({ documents }: CheckedRequest): Slot[] {
  return documents.map(({ text, pinned }, index) => ({
    index,
    text,
    isWhole: pinned === true,
    isOpen: pinned !== true && text.trim() !== "",
    context: undefined,
  }));
}

/** Kept words that may go to meet a ceiling: all but forced ones. */
export function removableWords({ isWhole, context }: Slot): JudgedWord[] {
  if (isWhole || !context?.kept) return [];
  return context.words.filter((word) => word.kept && !word.forced);
}

/** The document's text as it is now, without some of its words. */
export function renderSlot(
  { text, isWhole, context }: Slot,
  removed: ReadonlySet<JudgedWord> = new Set(),
): RenderedSlices {
  if (isWhole || (context?.whole && removed.size === 0)) return { text, spans: text === "" ? [] : [[0, text.length]] };
  if (!context?.kept) return { text: "", spans: [] };
  return renderWords(
    text,
    context.words.filter((word) => word.kept && !removed.has(word)),
  );
}

/** The result, as every method gives it. */
export async function assemble(
  request: CheckedRequest,
  slots: readonly Slot[],
  removed: ReadonlySet<JudgedWord>,
  tally: Tally,
): Promise<CompressResult> {
  const documents: CompressedDocument[] = [];
  const dropped: DroppedDocument[] = [];
  for (const slot of slots) {
    const { id, title, metadata, score } = request.documents[slot.index] as CheckedRequest["documents"][number];
    const { text, spans } = renderSlot(slot, removed);
    if (text === "" && !slot.isWhole) {
      const reason = !slot.isOpen ? "empty" : slot.context?.kept ? "over-budget" : "irrelevant";
      dropped.push({ id, index: slot.index, reason });
      continue;
    }
    documents.push({
      id,
      index: slot.index,
      text,
      ...(title === undefined ? {} : { title }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(score === undefined ? {} : { score }),
      tokens: await tally.countText(text),
      originalTokens: await tally.countText(slot.text),
      relevance: 1,
      spans,
      kind: "prose",
      omitted: [],
      lossless: text === slot.text,
      ...(request.explain ? { words: explain(slot.context?.words ?? tally.plainWords(slot.text), removed) } : {}),
    });
  }
  const totalMs = performance.now() - tally.started;
  return {
    text: documents.map(({ text }) => text).join(request.separator),
    documents,
    dropped,
    tokens: tally.tokens,
    originalTokens: tally.originalTokens,
    timings: {
      encodeMs: tally.encodeMs,
      selectMs: 0,
      valueMs: 0,
      fitMs: totalMs - tally.encodeMs,
      totalMs,
      cacheHits: 0,
      cacheMisses: slots.filter(({ context }) => context !== undefined).length,
    },
  };
}

/** The method's own words; a published checkpoint knows no core, so a word's is its keep probability, and no pivots. */
function explain(words: readonly JudgedWord[], removed: ReadonlySet<JudgedWord>): ExplainedWord[] {
  return words.map((word) => ({
    start: word.start,
    end: word.end,
    keep: word.keep,
    core: word.keep,
    pivot: 0,
    relevance: 1,
    value: word.keep,
    kept: word.kept && !removed.has(word),
    protected: word.forced,
  }));
}
