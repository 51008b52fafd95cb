import type { Sliced } from "../runtime/event-loop.js";
import { plainWords } from "../structure/outline.js";
import type { SentenceOutline } from "../structure/sentence-outline.js";
import { splitWords, surfaceOf } from "../text/words.js";
import type { EncodedText, Sentence, Word } from "../types.js";

/** A text that the encoder reads in the place of an outlined one, with where its words and sentences came from. */
export interface Reading {
  text: string;
  words: readonly Word[];
  sentences: readonly Sentence[];
  /** One flag a sentence: read alone, without its neighbours. */
  apart: Uint8Array;
  /** Word of the source that each word stands for; -1 for context. */
  sourceWords: Int32Array;
  /** Sentence of the source that each sentence stands for. */
  sourceSentences: Uint32Array;
}

/** An outlined text, cut into words and sentences. */
export interface OutlinedText {
  text: string;
  words: readonly Word[];
  sentences: readonly Sentence[];
  outline: SentenceOutline;
}

/** Words of a grain that are read, context included: what decides stands at its beginning. */
const LONGEST_READING = 96;
/** P(keep) and P(core) of a word that is not read: nothing is known of it. */
const UNREAD_SCORE = 0.5;
/** Sentences that are read in one go. */
const SENTENCES_PER_SLICE = 64;

/**
 * What the encoder reads of an outlined text. Of a grain that is no prose: its context and its words, as plain words
 * (`memoryLimit` reads "memory Limit"), without the marks between, each grain apart from its neighbours. Of prose:
 * the text as it stands, with the heading or label in front of it. Brackets, bare headers and waste are not read.
 */
export function* readingOf({ text, words, sentences, outline }: OutlinedText): Sliced<Reading> {
  const draft = createDraft();
  for (const [index, sentence] of sentences.entries()) {
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
    const isProse = sentence.kind === "prose";
    if (outline.roles[index] !== "content" && !(outline.roles[index] === "shell" && leadsProse(sentences, index)))
      continue;
    if (isProse || outline.roles[index] === "shell") draft.copy(text, words, sentence, index);
    else draft.describe(text, words, sentence, index, outline.contexts[index] as string);
  }
  return draft.done();
}

function leadsProse(sentences: readonly Sentence[], index: number): boolean {
  return sentences[index + 1]?.kind === "prose";
}

function createDraft() {
  let text = "";
  const words: Word[] = [];
  const sentences: Sentence[] = [];
  const apart: number[] = [];
  const sourceWords: number[] = [];
  const sourceSentences: number[] = [];
  const push = (surface: string, source: number, gap: string) => {
    text += gap;
    const start = text.length;
    text += surface;
    words.push({ start, end: text.length, spaceBefore: gap !== "" || words.length === 0 });
    sourceWords.push(source);
  };
  const close = (firstWord: number, source: number, kind: Sentence["kind"], isApart: boolean) => {
    if (words.length === firstWord) return;
    const start = (words[firstWord] as Word).start;
    sentences.push({ start, end: text.length, kind, firstWord, endWord: words.length });
    apart.push(isApart ? 1 : 0);
    sourceSentences.push(source);
  };

  return {
    /** Takes a sentence as it stands. */
    copy(source: string, own: readonly Word[], sentence: Sentence, index: number) {
      const first = words.length;
      for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
        const { start, end, spaceBefore } = own[word] as Word;
        const gap = source.slice(own[word - 1]?.end ?? 0, start);
        push(source.slice(start, end), word, word === sentence.firstWord ? gapOf(gap) : spaceBefore ? gapOf(gap) : "");
      }
      close(first, index, sentence.kind, false);
    },
    /** Takes a grain as plain words behind its context. */
    describe(source: string, own: readonly Word[], sentence: Sentence, index: number, context: string) {
      const first = words.length;
      for (const { start, end } of splitWords(context)) {
        if (words.length - first >= LONGEST_READING / 2) break;
        push(context.slice(start, end), -1, words.length === first ? "\n" : " ");
      }
      for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
        if (words.length - first >= LONGEST_READING) break;
        const surface = surfaceOf({ text: source, words: own }, word);
        for (const part of plainWords(surface).split(" ")) {
          if (part !== "") push(part, word, words.length === first ? "\n" : " ");
        }
      }
      close(first, index, sentence.kind, true);
    },
    done: (): Reading => ({
      text,
      words,
      sentences,
      apart: Uint8Array.from(apart),
      sourceWords: Int32Array.from(sourceWords),
      sourceSentences: Uint32Array.from(sourceSentences),
    }),
  };
}

/** The white space of a gap as the encoder tells it apart: none, a blank, a line break, a blank line. */
function gapOf(gap: string): string {
  const breaks = gap.match(/\r\n|[\n\r\u2028\u2029]/gu)?.length ?? 0;
  return breaks > 1 ? "\n\n" : breaks === 1 ? "\n" : " ";
}

/**
 * Scores of the source's words and sentences from those of its reading: a word's is the mean over the words that stand
 * for it; what was not read has scores that say nothing, no pivot among them, and a vector of zeros.
 */
export function scoresOfSource(
  { words, sentences }: { words: readonly Word[]; sentences: readonly Sentence[] },
  reading: Reading,
  read: EncodedText,
): EncodedText {
  const { dimension } = read;
  const count = new Uint16Array(words.length);
  for (const source of reading.sourceWords) if (source >= 0) count[source] = (count[source] as number) + 1;
  const scores = (of: Float32Array, unread: number) => {
    const scored = Float32Array.from(count, (parts) => (parts === 0 ? unread : 0));
    for (const [word, source] of reading.sourceWords.entries()) {
      if (source >= 0) scored[source] = (scored[source] as number) + (of[word] as number) / (count[source] as number);
    }
    return scored;
  };
  const vectors = new Float32Array(sentences.length * dimension);
  for (const [row, source] of reading.sourceSentences.entries()) {
    vectors.set(read.vectors.subarray(row * dimension, (row + 1) * dimension), source * dimension);
  }
  return {
    keep: scores(read.keep, UNREAD_SCORE),
    core: scores(read.core, UNREAD_SCORE),
    pivot: scores(read.pivot, 0),
    vectors,
    dimension,
  };
}
