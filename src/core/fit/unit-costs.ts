import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { firstHidden } from "../structure/hidden.js";
import type { TokenCounter } from "../tokens/counter.js";

/** Code units per token of English text under current encodings: an estimate for opaque counters. */
const UNITS_PER_TOKEN = 4;
/** Units that are counted before the event loop may run. */
const UNITS_PER_SLICE = 1024;

/** The costs of a document's units, by the counter's name; all opaque counters share one entry. */
const costsByCounter = oncePerDocument(() => new Map<string, Float32Array>());

/**
 * Tokens of each unit with the space before it, counted alone: says where to look, never what is returned.
 * Remembered with the document.
 */
export function* estimateUnitCosts(document: AnalyzedDocument, counter: TokenCounter): Sliced<Float32Array> {
  const name = counter.incremental ? counter.name : "";
  const known = costsByCounter(document);
  const remembered = known.get(name);
  if (remembered) return remembered;
  const costs = new Float32Array(document.units.length);
  for (const [index, unit] of document.units.entries()) {
    costs[index] = estimate(document, unit, counter);
    if (index % UNITS_PER_SLICE === UNITS_PER_SLICE - 1) yield;
  }
  known.set(name, costs);
  return costs;
}

function estimate(document: AnalyzedDocument, unit: Unit, counter: TokenCounter): number {
  const { text, words } = document;
  const { endWord, trailWord } = unit;
  const start = startOfShown(document, unit);
  const end = words[endWord - 1]?.end ?? 0;
  if (!counter.incremental) return (end - start + 1) / UNITS_PER_TOKEN;
  const fragment = ` ${text.slice(start, end)}`;
  const count = counter.pieceCount?.(fragment) ?? (counter.count(fragment) as number);
  return count + (trailWord > endWord ? 0.5 : 0);
}

/** Where a unit begins, with the tags in front of it that are printed. */
function startOfShown({ words, sentences, outline }: AnalyzedDocument, { firstWord, sentence }: Unit): number {
  const start = words[firstWord]?.start ?? 0;
  const from = Math.max(words[firstWord - 1]?.end ?? 0, sentences[sentence]?.start ?? 0);
  const markup = outline?.hidden[firstHidden(outline.hidden, from)];
  return markup?.isShown && markup.start < start ? Math.max(from, markup.start) : start;
}
