import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { plainWords } from "../structure/outline.js";
import { bm25Coverage } from "./bm25.js";
import { normalise } from "./shared-words.js";

/** Log-odds that a grain gains if it holds all of the question's words that any grain holds. */
const COVERAGE_SCALE = 15;

/**
 * Adds to the log-odds of grains that are no prose the share of the question's words that each holds, context
 * included, weighed by their rarity among all grains (BM25): names, numbers and keys are asked for by the letter.
 */
export function* addGrainWords(
  question: string,
  documents: readonly AnalyzedDocument[],
  logits: readonly Float32Array[],
): Sliced<void> {
  const bags: (readonly string[])[] = [];
  const places: { row: Float32Array; sentence: number }[] = [];
  for (const [index, document] of documents.entries()) {
    for (const { sentence, bag } of bagsOf(document)) {
      bags.push(bag);
      places.push({ row: logits[index] as Float32Array, sentence });
    }
    yield;
  }
  if (bags.length === 0) return;
  const held = new Set(bags.flat());
  const terms = termsOf(question).filter((term) => held.has(term));
  const coverage = bm25Coverage(terms, bags);
  for (const [place, { row, sentence }] of places.entries()) {
    row[sentence] = (row[sentence] as number) + COVERAGE_SCALE * (coverage[place] as number);
  }
}

/** The words of each grain that is no prose, context included. */
const bagsOf = oncePerDocument(({ text, sentences, outline }) =>
  sentences.flatMap(({ kind, start, end }, sentence) => {
    if (!outline || kind === "prose" || outline.roles[sentence] !== "content") return [];
    return [{ sentence, bag: termsOf(`${outline.contexts[sentence]} ${text.slice(start, end)}`) }];
  }),
);

function termsOf(text: string): string[] {
  return plainWords(text)
    .split(" ")
    .map(normalise)
    .filter((term) => term !== "");
}
