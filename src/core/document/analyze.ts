import type { Sliced } from "../runtime/event-loop.js";
import { readsMost, readsText } from "../text/scripts.js";
import type { Sentence } from "../types.js";
import { pairPunctuation } from "./pairs.js";
import { grainSalience, unitSalience, unreadSalience, unreadScores } from "./salience.js";
import type { AnalyzedDocument, OutlinedDocument, Unit } from "./types.js";
import { pushUnits } from "./units.js";

/** Sentences that are cut into units before the event loop may run. */
const SENTENCES_PER_SLICE = 16;

/**
 * Groups a document's words into units, values them, and pairs its brackets and quotes.
 *
 * @param scripts Scripts that the model reads; in a text of others, a sentence's words are all worth the same.
 */
export function* analyzeDocument(document: OutlinedDocument, scripts?: readonly string[]): Sliced<AnalyzedDocument> {
  const { text, words, sentences } = document;
  const isRead = readsText(text, scripts);
  const units: Unit[] = [];
  const sentenceUnits = new Uint32Array(sentences.length + 1);
  for (const [index, sentence] of sentences.entries()) {
    pushUnits(units, text, words, sentence, index, isRead ? document.pivot : undefined);
    sentenceUnits[index + 1] = units.length;
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
  }
  yield;
  const unitOf = new Uint32Array(words.length);
  for (const [index, unit] of units.entries()) unitOf.fill(index, unit.leadWord, unit.trailWord);
  const salience = isRead ? unitSalience(document, units) : unreadSalience(sentenceUnits);
  if (document.outline) grainSalience(document.sentences, document.outline, sentenceUnits, salience);
  yield;
  const partners = yield* pairPunctuation(document, units);
  const scored = isRead ? document : { ...document, ...unreadScores(words.length) };
  const unread = Uint8Array.from(sentences, (sentence) => (readsMost(wordsOf(document, sentence), scripts) ? 0 : 1));
  return { ...scored, unread, units, sentenceUnits, salience, unitOf, partners, isRead };
}

function wordsOf(document: OutlinedDocument, { firstWord, endWord }: Sentence): string[] {
  return document.words.slice(firstWord, endWord).map(({ start, end }) => document.text.slice(start, end));
}
