import type { AnalyzedDocument } from "../document/types.js";
import { logit, sigmoid } from "../log-odds.js";
import { runAtOnce } from "../runtime/event-loop.js";
import { questionGains } from "./gains.js";
import { rankMoves } from "./ranking.js";
import type { Moves, RankedDocument } from "./types.js";

/**
 * A unit's score against a `threshold`: its mean P(keep), moved on the log-odds scale by what the
 * question adds in ranking. A function of the document and the question alone.
 */
export function unitScore(document: AnalyzedDocument, unit: number, gain: number): number {
  const { firstWord, endWord } = document.units[unit] as { firstWord: number; endWord: number };
  let sum = 0;
  for (let word = firstWord; word < endWord; word += 1) sum += document.keep[word] as number;
  const keep = Math.min(1 - 1e-6, Math.max(1e-6, sum / (endWord - firstWord)));
  return sigmoid(logit(keep) + gain);
}

/**
 * Keeps the units that reach the threshold. A sentence stays if the units that open it do, with all
 * that is protected in it; less of it would be isolated words.
 *
 * @returns One flag per unit.
 */
export function applyThreshold(ranked: RankedDocument, threshold: number): Uint8Array {
  const { document } = ranked;
  const kept = new Uint8Array(document.units.length);
  const gains = questionGains(ranked);
  const reaches = (unit: number, sentence: number) => unitScore(document, unit, gains?.[sentence] ?? 0) >= threshold;
  /** Moves that are in, and their sentences. */
  const opened = new Set<number>();
  const stays = new Set<number>();
  const { moves, indices } = runAtOnce(rankMoves([ranked]));
  const { units, starts, sentences, openingUnits, requires } = moves[0] as Moves;
  for (const move of indices) {
    const own = units.subarray(starts[move], starts[move + 1]);
    const sentence = sentences[move] as number;
    const wanted = openingUnits[move] as number;
    const required = requires[move] as number;
    const isGrain = document.outline !== undefined && document.sentences[sentence]?.kind !== "prose";
    const isIn = isGrain
      ? sigmoid(logit(document.salience[own[0] as number] as number) + (gains?.[sentence] ?? 0)) >= threshold
      : required >= 0 && !opened.has(required)
        ? false
        : wanted > 0
          ? own.filter((unit) => reaches(unit, sentence)).length >= Math.min(wanted, own.length)
          : // A unit, or one with the pivots beside it.
            own.some((unit) => reaches(unit, sentence));
    if (!isIn) continue;
    opened.add(move);
    stays.add(sentence);
    for (const unit of own) kept[unit] = 1;
  }
  keepHeads(document, stays, kept);
  return kept;
}

/** Keeps what the sentences that stay need: their heads, and what closes these. */
function keepHeads({ outline, sentenceUnits }: AnalyzedDocument, opened: ReadonlySet<number>, kept: Uint8Array): void {
  if (!outline) return;
  const isIn = new Set<number>();
  for (const sentence of opened) {
    for (let at = sentence; at >= 0 && !isIn.has(at); at = outline.heads[at] as number) isIn.add(at);
  }
  for (const [sentence, closed] of outline.closes.entries()) if (isIn.has(closed)) isIn.add(sentence);
  for (const sentence of isIn) {
    if (!opened.has(sentence)) kept.fill(1, sentenceUnits[sentence], sentenceUnits[sentence + 1]);
  }
}
