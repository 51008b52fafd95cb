import { stepRows } from "../cache/stepped-rows.js";
import type { Sliced } from "../runtime/event-loop.js";
import { sideBySide } from "../runtime/side-by-side.js";
import { pairPunctuation } from "./pairs.js";
import { forgetUnread, grainSalience, unitSalience, unreadSalience } from "./salience.js";
import type { AnalyzedDocument, OutlinedDocument, Unit } from "./types.js";
import { pushUnits } from "./units.js";

/** Sentences that are cut into units before the event loop may run. */
const SENTENCES_PER_SLICE = 16;

/**
 * Groups a document's words into units, values them, and pairs its brackets and quotes.
 *
 * @param readBy Which model read each sentence; of one that none reads, the words are all worth the same.
 */
export function* analyzeDocument(source: OutlinedDocument, readBy: Uint8Array): Sliced<AnalyzedDocument> {
  const document = forgetUnread(source, readBy);
  const { text, words, sentences } = document;
  const units: Unit[] = [];
  const sentenceUnits = new Uint32Array(sentences.length + 1);
  for (const [index, sentence] of sentences.entries()) {
    pushUnits(units, text, words, sentence, index, readBy[index] === 0 ? undefined : document.pivot);
    sentenceUnits[index + 1] = units.length;
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
  }
  yield;
  const unitOf = new Uint32Array(words.length);
  for (const [index, unit] of units.entries()) unitOf.fill(index, unit.leadWord, unit.trailWord);
  const salience = unitSalience(document, units);
  unreadSalience(readBy, sentenceUnits, salience);
  if (document.outline) grainSalience(document.sentences, document.outline, sentenceUnits, salience);
  yield;
  const partners = yield* pairPunctuation(document, units);
  const { keep, core, pivot, dimension, outline } = document;
  const { steps, exponents, ...arrays } = sideBySide({
    ...stepRows(document.vectors, dimension),
    ...{ keep, core, pivot, readBy, sentenceUnits, salience, unitOf, partners },
  });
  return { text, words, sentences, outline, units, dimension, vectors: { steps, exponents }, ...arrays };
}
