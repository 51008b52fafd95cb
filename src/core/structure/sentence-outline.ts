import type { Sliced } from "../runtime/event-loop.js";
import type { Sentence, Word } from "../types.js";
import { firstHidden, hasHidden } from "./hidden.js";
import type { Grain, GrainRole, Hidden, Outline, TextKind } from "./outline.js";

/** An outline as the rest of the method reads it: one entry a sentence, since a grain of prose may be many sentences. */
export interface SentenceOutline {
  kind: TextKind;
  /** What is counted where something is left out, in the plural. */
  unit: string;
  /** What begins a comment in the text's language. */
  comment?: string | undefined;
  hidden: readonly Hidden[];
  roles: readonly GrainRole[];
  /** Sentence without which this one means nothing, or -1. */
  heads: Int32Array;
  /** Sentence that this one closes, or -1. */
  closes: Int32Array;
  /** Last sentence that closes this one, or -1; `nextClosers` of a closer is the one before it. */
  closers: Int32Array;
  nextClosers: Int32Array;
  /** Sentence in whose list this one stands, or -1. */
  within: Int32Array;
  /** Offset in the text where the separator at the sentence's end begins; the sentence's end where there is none. */
  separators: Uint32Array;
  /** Worth without a question, 0..1. */
  priors: Float32Array;
  /** What the encoder reads in front of the sentence; empty where nothing. */
  contexts: readonly string[];
}

/** Cuts a grain of prose into sentences: half-open ranges of words, ascending, without a gap. */
export type SplitProse = (grain: Grain, firstWord: number, endWord: number) => readonly (readonly [number, number])[];

/** Grains that are turned into sentences in one go. */
const GRAINS_PER_SLICE = 256;

/**
 * The sentences of an outlined text: each grain one, save prose, which is cut further. Every word lies in exactly one
 * sentence, and each sentence holds at least one word.
 */
export function* sentencesOfOutline(
  outline: Outline,
  words: readonly Word[],
  splitProse: SplitProse,
): Sliced<{ sentences: Sentence[]; outline: SentenceOutline }> {
  const { grains } = outline;
  const sentences: Sentence[] = [];
  /** Grain of each sentence, and first sentence of each grain; -1 where a grain holds no word. */
  const grainOf: number[] = [];
  const firstOf = new Int32Array(grains.length).fill(-1);
  let next = 0;
  for (const [index, grain] of grains.entries()) {
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
    const firstWord = next;
    // A word belongs to the grain that it begins in; what lies in front of a grain belongs to it.
    const end = grains[index + 1] === undefined ? Number.POSITIVE_INFINITY : grain.end;
    while (next < words.length && (words[next] as Word).start < end) next += 1;
    if (next === firstWord) continue;
    firstOf[index] = sentences.length;
    const ranges = grain.kind === "prose" ? splitProse(grain, firstWord, next) : [[firstWord, next] as const];
    for (const [from, to] of ranges) {
      const start = (words[from] as Word).start;
      // What is hidden in front of a grain may stand for a mark of its own.
      const last = (words[to - 1] as Word).end;
      const hasMark = grain.kind !== "prose" && grain.start < start && hasHidden(grain.start, start, outline.hidden);
      sentences.push({
        start: hasMark ? grain.start : start,
        end: outline.hidden[firstHidden(outline.hidden, last)]?.isShown === true ? Math.max(last, grain.end) : last,
        kind: grain.kind,
        firstWord: from,
        endWord: to,
      });
      grainOf.push(index);
    }
  }
  yield;
  const of = (index: number) => grains[grainOf[index] as number] as Grain;
  const place = (grain: number) => (grain < 0 ? -1 : (firstOf[grain] as number));
  const { length } = sentences;
  const made: SentenceOutline = {
    kind: outline.kind,
    unit: outline.unit,
    comment: outline.comment,
    hidden: outline.hidden,
    roles: sentences.map((_, index) => of(index).role),
    heads: Int32Array.from({ length }, (_, index) => place(of(index).head)),
    closes: Int32Array.from({ length }, (_, index) => place(of(index).closes)),
    closers: new Int32Array(length).fill(-1),
    nextClosers: new Int32Array(length).fill(-1),
    within: Int32Array.from({ length }, (_, index) => place(of(index).within)),
    separators: Uint32Array.from(sentences, ({ kind, end }, index) =>
      kind === "prose" ? end : Math.min(end, of(index).separator),
    ),
    priors: Float32Array.from({ length }, (_, index) => of(index).prior),
    contexts: sentences.map((_, index) => of(index).context),
  };
  for (const [index, closed] of made.closes.entries()) {
    if (closed < 0) continue;
    made.nextClosers[index] = made.closers[closed] as number;
    made.closers[closed] = index;
  }
  return { sentences, outline: made };
}
