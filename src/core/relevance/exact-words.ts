import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { textHash } from "../text/text-hash.js";
import { bm25Coverage } from "./bm25.js";
import { addColumns, columnsAsked } from "./columns.js";
import { addExactNames, signedNames } from "./exact-names.js";
import { FUNCTION_WORDS } from "./function-words.js";
import { normalise, placesOf, questionTerms, wordIndicesOf } from "./word-index.js";

/**
 * Log-odds that a sentence gains if it holds all of the question's words that any holds: names, numbers and keys are asked
 * for by the letter. Grains that are no prose gain more, prose inside of such a text nearly as much: the vectors are
 * trained on prose. Prose's was tuned on 2wiki.train and the development questions of several hops, as the bridge between
 * documents, and held against nq and squad2.
 */
const COVERAGE_SCALES = { grain: 15, outlined: 12, prose: 8 };
const FUNCTION_TERMS = new Set([...FUNCTION_WORDS].map(normalise));
/** How far what stands under a heading, a label or a question is lifted to its log-odds. */
const HEAD_SHARE = 0.8;

/**
 * What each sentence gains in log-odds by the share of the question's words that it holds, with what it stands under,
 * weighed by their rarity among all sentences (BM25); then by what grains hold to the letter, and by what rows hold in a
 * column that is asked for. Nothing is lowered. No vector is needed for it: it is told while the question's is under way.
 *
 * @returns Gains per document and sentence.
 */
export function* exactWordGains(question: string, documents: readonly AnalyzedDocument[]): Sliced<Float32Array[]> {
  const indices = yield* wordIndicesOf(documents);
  const isFound = (term: string) => {
    const hash = textHash(term);
    return indices.some((index) => placesOf(index, hash) !== undefined);
  };
  const terms = questionTerms(question).filter((term) => !FUNCTION_TERMS.has(term) && isFound(term));
  const names = signedNames(question);
  const columns = columnsAsked(question, terms);
  const gains = bm25Coverage(terms, indices);
  for (const [index, shares] of gains.entries()) {
    const document = documents[index] as AnalyzedDocument;
    for (let sentence = 0; sentence < shares.length; sentence += 1) {
      const share = shares[sentence] as number;
      if (share > 0) shares[sentence] = scaleOf(document, sentence) * share;
    }
    addExactNames(names, document, shares);
    addColumns(columns, document, shares);
    yield;
  }
  return gains;
}

function scaleOf({ outline, sentences }: AnalyzedDocument, sentence: number): number {
  if (!outline) return COVERAGE_SCALES.prose;
  return sentences[sentence]?.kind === "prose" ? COVERAGE_SCALES.outlined : COVERAGE_SCALES.grain;
}

/**
 * Lifts what stands under a head towards the head's log-odds: an answer is as relevant as its question, a paragraph
 * nearly as relevant as its heading.
 */
export function liftToHeads({ sentences, outline }: AnalyzedDocument, logits: Float32Array): void {
  if (!outline) return;
  for (const [sentence, head] of outline.heads.entries()) {
    if (head < 0 || sentences[sentence]?.kind !== "prose") continue;
    const own = logits[sentence] as number;
    logits[sentence] = own + HEAD_SHARE * Math.max(0, (logits[head] as number) - own);
  }
}
