import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { isForeignFunctionWord } from "../text/language.js";
import { surfaceOf } from "../text/words.js";
import { FUNCTION_WORDS } from "./function-words.js";
import { normalise } from "./word-index.js";

/** A run of words that are written with a capital or a figure: `Ada Lind`, `Apollo 11`. */
export interface Name {
  sentence: number;
  /** Its words as they are compared. */
  words: readonly string[];
}

/** The names in a text. */
export interface Names {
  /** In the order of the text. */
  all: readonly Name[];
  /** Which of `all` hold a word. */
  byWord: ReadonlyMap<string, readonly number[]>;
  /** Words of the name that the text begins with: what it is about. Empty if it begins with none. */
  subject: readonly string[];
}

/** A text's subject begins within so many words. */
const SUBJECT_REACH = 8;
/** Sentences that are searched for names before the event loop may run. */
const SENTENCES_PER_SLICE = 128;
/** What may stand between two words of a name: `J. R. Lind`, `Al-Razi`, `O'Hara`, `Ann "Kit" Lind`. */
const INSIDE_NAME = /^(?:[\s.'’-]{0,2}|\s["“]|["”]\s|[\s.]+(?:\p{Lu}\.? ?){1,2})$/u;

const rememberedOf = oncePerDocument((): { names?: Names } => ({}));

/** The names in a text: found once per text. */
export function* namesOf(document: AnalyzedDocument): Sliced<Names> {
  const remembered = rememberedOf(document);
  if (remembered.names) return remembered.names;
  const runs: Run[] = [];
  for (let sentence = 0; sentence < document.sentences.length; sentence += 1) {
    if (sentence % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
    // Of what no model reads it is not known what a capital means: German writes every noun with one.
    if (document.readBy[sentence] !== 0) pushRuns(runs, document, sentence);
  }
  // A lone capital at the start of a sentence says nothing, unless the word has one elsewhere too.
  const inside = new Set(runs.flatMap(({ words, isOpening }) => words.slice(isOpening ? 1 : 0)));
  const all = runs.filter(({ words, isOpening }) => !isOpening || words.length > 1 || inside.has(words[0] as string));
  const byWord = new Map<string, number[]>();
  for (const [index, { words }] of all.entries()) {
    for (const word of new Set(words)) {
      const found = byWord.get(word);
      if (found) found.push(index);
      else byWord.set(word, [index]);
    }
  }
  remembered.names = { all, byWord, subject: subjectOf(document, all) };
  return remembered.names;
}

/** A name, and where it stands. */
interface Run extends Name {
  firstWord: number;
  endWord: number;
  /** Whether it begins its sentence. */
  isOpening: boolean;
}

function pushRuns(runs: Run[], document: AnalyzedDocument, sentence: number): void {
  const { text, words } = document;
  const { firstWord, endWord } = document.sentences[sentence] as AnalyzedDocument["sentences"][number];
  let run: (Omit<Run, "words"> & { words: string[] }) | undefined;
  for (let word = firstWord; word < endWord; word += 1) {
    const surface = surfaceOf(document, word);
    if (surface.length < 2 || !/^[\p{Lu}\p{Nd}]/u.test(surface) || FUNCTION_WORDS.has(surface.toLowerCase())) continue;
    if (word === firstWord && isForeignFunctionWord(surface)) continue;
    const gap = run && text.slice(words[run.endWord - 1]?.end, words[word]?.start);
    if (run && gap !== undefined && gap.length < 8 && INSIDE_NAME.test(gap)) {
      run.words.push(normalise(surface));
      run.endWord = word + 1;
      continue;
    }
    run = { sentence, words: [normalise(surface)], firstWord: word, endWord: word + 1, isOpening: word === firstWord };
    runs.push(run);
  }
}

/** The name that a text begins with, unless it is who speaks (`Ann: ...`). */
function subjectOf({ text, words, sentences }: AnalyzedDocument, names: readonly (Name | Run)[]): readonly string[] {
  const first = names[0] as Run | undefined;
  const reach = (sentences[0]?.firstWord ?? 0) + SUBJECT_REACH;
  if (first?.sentence !== 0 || first.firstWord > reach) return [];
  return text[words[first.endWord - 1]?.end ?? 0] === ":" ? [] : [...new Set(first.words)];
}
