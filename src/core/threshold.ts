import type { PlannedDocument } from "./plan.js";
import { sigmoid } from "./relevance.js";
import { type Moves, questionGains, type RankedDocument, valueWords } from "./value.js";

/**
 * A unit's score against a `threshold`: its mean P(keep), moved on the log-odds scale by what the
 * question adds in ranking. A function of the document and the question alone.
 */
export function unitScore(plan: PlannedDocument, unit: number, gain: number): number {
  const { firstWord, endWord } = plan.units[unit] as { firstWord: number; endWord: number };
  let sum = 0;
  for (let word = firstWord; word < endWord; word += 1) sum += plan.keep[word] as number;
  const keep = Math.min(1 - 1e-6, Math.max(1e-6, sum / (endWord - firstWord)));
  return sigmoid(Math.log(keep / (1 - keep)) + gain);
}

/**
 * Keeps the units that reach the threshold. A sentence stays when the units that open it do, with all
 * that is protected in it; a sentence with less would be crumbs.
 *
 * @returns One flag a unit.
 */
export function applyThreshold(document: RankedDocument, threshold: number): Uint8Array {
  const { plan, relevance } = document;
  const kept = new Uint8Array(plan.units.length);
  const gains = questionGains(relevance);
  const reaches = (unit: number, sentence: number) => unitScore(plan, unit, gains?.[sentence] ?? 0) >= threshold;
  const opened = new Set<number>();
  const { moves, indices } = valueWords([document]);
  const { units, starts, sentences, openingUnits } = moves[0] as Moves;
  for (const move of indices) {
    const own = units.subarray(starts[move], starts[move + 1]);
    const sentence = sentences[move] as number;
    const wanted = openingUnits[move] as number;
    const isIn =
      wanted > 0
        ? own.filter((unit) => reaches(unit, sentence)).length >= Math.min(wanted, own.length)
        : opened.has(sentence) && own.every((unit) => reaches(unit, sentence));
    if (!isIn) continue;
    if (wanted > 0) opened.add(sentence);
    for (const unit of own) kept[unit] = 1;
  }
  return kept;
}
