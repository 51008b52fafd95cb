import { bestOf } from "../log-odds.js";
import { topSentences } from "./top-sentences.js";

/** Best sentences of each part of a question that come before what is third for any. */
const FAIR_SENTENCES = 2;
/** How far a part whose best sentence is less relevant than the other parts' is lifted to them, at most, in log-odds. */
const MOST_LIFT = 6;

/**
 * What the parts of a question say of each sentence, as one: the best that any part says, so that the budget is shared.
 * Each part is lifted until its best sentence is as relevant as the other parts', then its second best as theirs; so each
 * part gets its best sentences before any gets its third.
 *
 * @param parts Log-odds per part, document and sentence.
 * @returns Log-odds per document and sentence.
 */
export function shareFairly(parts: readonly (readonly Float32Array[])[]): Float32Array[] {
  if (parts.length === 1) return [...(parts[0] as readonly Float32Array[])];
  const best = parts.map((logits) => Math.max(...logits.map(bestOf)));
  const highest = Math.max(...best);
  const lifted = parts.map((logits, part) => {
    const lift = Math.min(MOST_LIFT, highest - (best[part] as number));
    return logits.map((row) => row.map((logit) => logit + lift));
  });
  const firsts = lifted.map((logits) => topSentences(logits, FAIR_SENTENCES));
  for (let rank = 0; rank < FAIR_SENTENCES; rank += 1) {
    const aim = Math.max(...firsts.map((places) => places[rank]?.logit ?? Number.NEGATIVE_INFINITY));
    for (const [part, places] of firsts.entries()) {
      const place = places[rank];
      const row = place && lifted[part]?.[place.document];
      if (row) row[place.sentence] = Math.max(place.logit, Math.min(aim, place.logit + MOST_LIFT));
    }
  }
  return bestOfParts(lifted);
}

/** The best that any part says of each sentence. */
export function bestOfParts(parts: readonly (readonly Float32Array[])[]): Float32Array[] {
  const [first = [], ...others] = parts;
  return first.map((row, document) =>
    row.map((logit, sentence) =>
      others.reduce((most, logits) => Math.max(most, logits[document]?.[sentence] as number), logit),
    ),
  );
}
