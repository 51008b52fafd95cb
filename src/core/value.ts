import type { PlannedDocument } from "./plan.js";
import { markPhrases } from "./text/protect.js";
import type { Unit } from "./text/units.js";

/** A document's part in the ranking. */
export interface RankedDocument {
  /** Place in the caller's documents. */
  index: number;
  plan: PlannedDocument;
  /** Log-odds of each sentence's relevance; absent where there is no question. */
  relevance?: Float32Array | undefined;
  /** Sentences that are out: not relevant enough, or said better elsewhere. */
  excluded?: Uint8Array | undefined;
  /** Units inside a forced phrase: kept wherever their sentence is. */
  forced?: Uint8Array | undefined;
}

/** One move of the fine mesh: units that come in together, at a value. */
export interface Step {
  /** Place in the ranked documents. */
  document: number;
  sentence: number;
  units: number[];
  /** Higher comes first. Log scale: only the order matters. */
  value: number;
  /** True for the step that opens its sentence: its best units with all that is protected in it. */
  opens: boolean;
  /** Units that must be worth keeping for the sentence to open; 0 for the steps that follow. */
  openingUnits: number;
}

/** Weight of a sentence's log-odds of relevance against the log of a word's mass. Tuned on training questions. */
export const RELEVANCE_WEIGHT = 0.5;
/** A sentence opens when this share of the units that it would keep is worth keeping: else it would be crumbs. */
const OPENING_SHARE = 0.34;
const OPENING_UNITS = 2;
const SMALLEST_MASS = 1e-4;

/**
 * Value of a unit: `log((P(keep) + P(core)) / 2) + RELEVANCE_WEIGHT x log-odds(relevance)`. Both terms are
 * logarithms of odds or probabilities, so the value is the logarithm of "kept anyway" times "needed now"; it
 * depends on the unit's document and the question alone, never on its neighbours in the request.
 */
export function unitValue(mass: number, relevanceLogit: number | undefined): number {
  return (
    Math.log(Math.max(mass, SMALLEST_MASS)) + (relevanceLogit === undefined ? 0 : RELEVANCE_WEIGHT * relevanceLogit)
  );
}

/**
 * Ranks all words of all documents at once, best first. A sentence comes in through one opening step that
 * brings its best units and everything protected; its other units follow one by one at their own value.
 * Code lines, table rows, headings and data come whole. Ties keep the source's order.
 */
export function valueWords(documents: readonly RankedDocument[]): Step[] {
  const steps: Step[] = [];
  for (const [document, ranked] of documents.entries()) {
    for (let sentence = 0; sentence < ranked.plan.sentences.length; sentence += 1) {
      if (ranked.excluded?.[sentence]) continue;
      pushSentence(steps, document, ranked, sentence);
    }
  }
  // An opening step outranks the rest of its sentence, so that a prefix of the ranking is always well formed.
  return steps.sort(
    (a, b) =>
      b.value - a.value || a.document - b.document || a.sentence - b.sentence || Number(b.opens) - Number(a.opens),
  );
}

function pushSentence(steps: Step[], document: number, ranked: RankedDocument, sentence: number): void {
  const { plan } = ranked;
  const first = plan.sentenceUnits[sentence] as number;
  const end = plan.sentenceUnits[sentence + 1] as number;
  const relevance = ranked.relevance?.[sentence];
  const all = Array.from({ length: end - first }, (_, offset) => first + offset);
  const rankOf = (unit: number) => unitValue(plan.mass[unit] as number, relevance);
  if (plan.sentences[sentence]?.kind !== "prose") {
    const solid = all.filter((unit) => (plan.units[unit] as Unit).isSolid);
    const ranks = (solid.length > 0 ? solid : all).map(rankOf).sort((a, b) => b - a);
    const value = ranks[Math.floor(ranks.length / 4)] as number;
    steps.push({ document, sentence, units: all, value, opens: true, openingUnits: Math.ceil(ranks.length / 4) });
    return;
  }
  const isFree = (unit: number) => !(plan.units[unit] as Unit).isProtected && !ranked.forced?.[unit];
  const solid = all.filter((unit) => (plan.units[unit] as Unit).isSolid).sort((a, b) => rankOf(b) - rankOf(a) || a - b);
  const likely = solid.filter((unit) => (plan.mass[unit] as number) >= 0.4).length;
  const opening = solid.slice(0, Math.max(OPENING_UNITS, Math.ceil(OPENING_SHARE * likely)));
  const last = opening.at(-1);
  const openingValue = last === undefined ? Math.max(...all.map(rankOf)) : rankOf(last);
  const inOpening = new Set([...opening, ...all.filter((unit) => !isFree(unit))]);
  const units = last === undefined ? all : all.filter((unit) => inOpening.has(unit));
  steps.push({
    document,
    sentence,
    units,
    value: openingValue,
    opens: true,
    openingUnits: Math.max(1, opening.length),
  });
  if (last === undefined) return;
  for (const unit of all) {
    if (!inOpening.has(unit)) {
      steps.push({
        document,
        sentence,
        units: [unit],
        value: Math.min(openingValue, rankOf(unit)),
        opens: false,
        openingUnits: 0,
      });
    }
  }
}

/** Marks the units that hold a word of a forced phrase. */
export function markForcedUnits(plan: PlannedDocument, phrases: readonly string[]): Uint8Array | undefined {
  if (phrases.length === 0) return undefined;
  const words = markPhrases(plan.text, plan.words, phrases);
  return Uint8Array.from(plan.units, ({ firstWord, endWord }) =>
    words.subarray(firstWord, endWord).includes(1) ? 1 : 0,
  );
}
