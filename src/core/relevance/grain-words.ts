import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { plainWords } from "../structure/outline.js";
import { bm25Coverage } from "./bm25.js";
import { normalise } from "./shared-words.js";

/** Log-odds that a grain gains if it holds all of the question's words that any grain holds. */
const COVERAGE_SCALE = 15;
/** The same for prose inside of such a text: its vectors are trained on prose. */
const PROSE_COVERAGE_SCALE = 12;
/** How far what stands under a heading, a label or a question is lifted to its log-odds. */
const HEAD_SHARE = 0.8;

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
  const places: { row: Float32Array; document: number; sentence: number }[] = [];
  for (const [index, document] of documents.entries()) {
    for (const { sentence, bag } of bagsOf(document)) {
      bags.push(bag);
      places.push({ row: logits[index] as Float32Array, document: index, sentence });
    }
    yield;
  }
  if (bags.length === 0) return;
  const held = new Set(bags.flat());
  const terms = termsOf(question).filter((term) => held.has(term));
  const coverage = bm25Coverage(terms, bags);
  for (const [place, { row, document, sentence }] of places.entries()) {
    const isProse = documents[document]?.sentences[sentence]?.kind === "prose";
    const scale = isProse ? PROSE_COVERAGE_SCALE : COVERAGE_SCALE;
    row[sentence] = (row[sentence] as number) + scale * (coverage[place] as number);
  }
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

/** The words of each grain, context included. */
const bagsOf = oncePerDocument(({ text, sentences, outline }) =>
  sentences.flatMap(({ kind, start, end }, sentence) => {
    if (!outline || outline.roles[sentence] === "waste" || (outline.roles[sentence] === "shell" && kind === "data"))
      return [];
    return [{ sentence, bag: termsOf(`${outline.contexts[sentence]} ${text.slice(start, end)}`) }];
  }),
);

function termsOf(text: string): string[] {
  return plainWords(text)
    .split(" ")
    .map((word) => normalise(word).replace(INFLECTION, "$1"))
    .filter((term) => term !== "");
}

/** Endings of English verbs: what was `started` is asked for as `Start`. */
const INFLECTION = /^(\p{L}{3,40}?)(?:ing|ed|e)$/u;
