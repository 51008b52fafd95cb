import type { PlannedDocument } from "./plan.js";
import { sigmoid } from "./relevance.js";
import { questionGains, type RankedDocument, valueWords } from "./value.js";

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
  for (const step of valueWords([document])) {
    const isIn = step.opens
      ? step.units.filter((unit) => reaches(unit, step.sentence)).length >=
        Math.min(step.openingUnits, step.units.length)
      : opened.has(step.sentence) && step.units.every((unit) => reaches(unit, step.sentence));
    if (!isIn) continue;
    if (step.opens) opened.add(step.sentence);
    for (const unit of step.units) kept[unit] = 1;
  }
  return kept;
}
