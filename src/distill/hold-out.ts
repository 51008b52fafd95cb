import { createHash } from "node:crypto";
import type { OverlapIndex } from "./overlap.js";
import type { PassageRecord, QuestionRecord } from "./question-set.js";

/**
 * Chooses the documents (passages of one title) that are kept out of training: a share of the documents
 * that hold a gold passage, the same ones every time (ordered by the SHA-256 of their titles). Documents
 * that share text with the distilled passages have been seen in training and are not chosen.
 *
 * @param share of the gold documents, 0..1
 */
export function chooseHeldTitles(
  passages: readonly PassageRecord[],
  questions: readonly QuestionRecord[],
  seen: OverlapIndex,
  share = 0.2,
): Set<string> {
  const gold = new Set(questions.flatMap((question) => question.gold));
  const goldTitles = new Set(passages.filter((passage) => gold.has(passage.id)).map((passage) => passage.title));
  const seenTitles = new Set(passages.filter((passage) => seen.overlaps(passage.text)).map((passage) => passage.title));
  const eligible = [...goldTitles].filter((title) => !seenTitles.has(title));
  eligible.sort((a, b) => compare(digest(a), digest(b)));
  return new Set(eligible.slice(0, Math.max(1, Math.round(goldTitles.size * share))));
}

function digest(title: string): string {
  return createHash("sha256").update(title).digest("hex");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
