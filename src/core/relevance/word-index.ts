import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { sideBySide } from "../runtime/side-by-side.js";
import { plainWords } from "../structure/outline.js";
import { LONGEST_COMPOSED } from "../text/fold.js";
import { textHash } from "../text/text-hash.js";
import { splitWords, surfaceOf } from "../text/words.js";

/** Which sentences of a text hold a word. */
export interface WordIndex {
  /** Hashes of its words, ascending: a list of numbers takes a tenth of the room of a map of words. */
  hashes: Float64Array;
  /** Index in `places` of each word's first; `hashes + 1` long. */
  starts: Uint32Array;
  /** Sentences of each word, ascending; one entry per occurrence. */
  places: Uint32Array;
  /** Words of each sentence; 0 where it is not to be found by its words. */
  lengths: Uint32Array;
  /** Sentences that have words, and all of their words. */
  filled: number;
  words: number;
}

/** Sentences whose words are read before the event loop may run. */
const SENTENCES_PER_SLICE = 128;
/** Different words that are laid down before the event loop may run. */
const WORDS_PER_SLICE = 4096;

const rememberedOf = oncePerDocument((): { index?: WordIndex } => ({}));

/** The words of a text by sentence, what each stands under included: made once per text. */
export function* wordIndexOf(document: AnalyzedDocument): Sliced<WordIndex> {
  const remembered = rememberedOf(document);
  remembered.index ??= yield* indexWords(document.sentences.length, (sentence) => sentenceTerms(document, sentence));
  return remembered.index;
}

/** The same of several texts. */
export function* wordIndicesOf(documents: readonly AnalyzedDocument[]): Sliced<WordIndex[]> {
  const indices: WordIndex[] = [];
  for (const document of documents) {
    indices.push(yield* wordIndexOf(document));
    yield;
  }
  return indices;
}

/** An index of so many sentences, from the words of each. */
export function* indexWords(sentences: number, wordsOf: (sentence: number) => readonly string[]): Sliced<WordIndex> {
  const found = new Map<number, number[]>();
  const lengths = new Uint32Array(sentences);
  let filled = 0;
  let words = 0;
  for (let sentence = 0; sentence < sentences; sentence += 1) {
    if (sentence % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
    const own = wordsOf(sentence);
    lengths[sentence] = own.length;
    words += own.length;
    if (own.length > 0) filled += 1;
    for (const word of own) {
      const hash = textHash(word);
      const places = found.get(hash);
      if (places) places.push(sentence);
      else found.set(hash, [sentence]);
    }
  }
  yield;
  const hashes = Float64Array.from(found.keys()).sort();
  const starts = new Uint32Array(hashes.length + 1);
  const places = new Uint32Array(words);
  for (const [index, hash] of hashes.entries()) {
    if (index % WORDS_PER_SLICE === WORDS_PER_SLICE - 1) yield;
    const own = found.get(hash) as number[];
    places.set(own, starts[index]);
    starts[index + 1] = (starts[index] as number) + own.length;
  }
  return { ...sideBySide({ hashes, starts, places, lengths }), filled, words };
}

/**
 * The sentences that hold a word, ascending, one entry per occurrence; undefined if none does.
 *
 * @param hash `textHash` of the word as an index holds it.
 */
export function placesOf({ hashes, starts, places }: WordIndex, hash: number): Uint32Array | undefined {
  let from = 0;
  let to = hashes.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((hashes[middle] as number) < hash) from = middle + 1;
    else to = middle;
  }
  return hashes[from] === hash ? places.subarray(starts[from], starts[from + 1]) : undefined;
}

/** The words of a question as an index holds them, each once. */
export function questionTerms(question: string): string[] {
  const surfaces = splitWords(question).map(({ start, end }) => question.slice(start, end));
  return [...new Set(surfaces.flatMap(termsOf))];
}

/** Brackets and what is no text have no words; a grain is found by the names that it stands under, too. */
function sentenceTerms(document: AnalyzedDocument, sentence: number): string[] {
  const { outline } = document;
  const { kind, firstWord, endWord } = document.sentences[sentence] as AnalyzedDocument["sentences"][number];
  const role = outline?.roles[sentence];
  if (role === "waste" || (role === "shell" && kind === "data")) return [];
  const terms = outline
    ? plainWords(outline.contexts[sentence] as string)
        .split(" ")
        .flatMap(termsOf)
    : [];
  for (let word = firstWord; word < endWord; word += 1) {
    for (const term of termsOf(surfaceOf(document, word))) terms.push(term);
  }
  return terms;
}

/** A word, and the words that it is made of: `maxTokens` is also found by "max tokens". Nothing of a mark. */
function termsOf(surface: string): string[] {
  if (/^[a-z]+$/u.test(surface)) return [stemOf(surface)];
  const whole = normalise(surface);
  if (!/[\p{L}\p{N}]/u.test(whole)) return [];
  const parts = plainWords(surface).split(" ").map(normalise);
  return parts.length < 2 ? [whole] : [whole, ...parts];
}

/** A word as questions and texts are compared by it: without case, accents and endings. */
export function normalise(surface: string): string {
  const lower = surface.toLowerCase();
  const composed = lower.length > LONGEST_COMPOSED ? lower : lower.normalize("NFKD").replace(/\p{M}/gu, "");
  return stemOf(composed);
}

/** Endings of English verbs: what was `started` is asked for as `Start`. */
const INFLECTION = /^(\p{L}{3,40}?)(?:ing|ed|e)$/u;

/**
 * Irregular words of common English verbs, each before the verb: "cannot be found" is asked of a text that says "cannot find", the place of
 * birth of one that says "born".
 */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  (
    "found find went go gone go sent send lost lose made make took take taken take gave give given give wrote write written " +
    "write paid pay built build held hold kept keep chose choose chosen choose broke break broken break fell fall fallen " +
    "fall rose rise risen rise won win sold sell bought buy taught teach caught catch met meet spent spend thrown throw threw " +
    "throw shown show drove drive driven drive spoken speak spoke speak grew grow grown grow died die dying die dead die death die " +
    "born birth married marry marries marry marriage marry led lead began begin begun begin said say told tell left leave felt feel " +
    "knew know known know became become saw see seen see stood stand ran run flew fly flown fly flight fly drew draw drawn draw " +
    "wore wear worn wear swam swim drank drink ate eat eaten eat sang sing sung sing shot shoot fought fight slept sleep " +
    "stole steal stolen steal hid hide hidden hide understood understand thought think sought seek sale sell choice choose " +
    "growth grow loss lose weight weigh height high length long width wide depth deep speech speak belief believe proof prove " +
    "arrival arrive discovery discover survival survive"
  )
    .split(" ")
    .flatMap((word, index, all): [string, string][] => (index % 2 === 0 ? [[word, all[index + 1] as string]] : [])),
);

function stemOf(word: string): string {
  const isPlural = word.endsWith("s");
  const verb = IRREGULAR.get(word) ?? (isPlural ? IRREGULAR.get(word.slice(0, -1)) : undefined);
  if (verb !== undefined) return stemOf(verb);
  const singular = isPlural ? word.replace(/(?<=\p{L}{3})(?:es|s)$/u, "") : word;
  return singular.replace(INFLECTION, "$1");
}
