import type { FitDocument } from "./fit.js";
import { sigmoid } from "./relevance.js";
import { type Candidate, findDuplicatesInParts, rankOf, scoreBonus, selectDocuments } from "./select.js";
import { estimateInParts } from "./tokens/estimate.js";
import { breathe, inTurns } from "./turn.js";
import type { DropReason } from "./types.js";
import { markForcedUnits } from "./value.js";
import type { Work } from "./work.js";

/** A document that is out, by its place among the caller's. */
export interface Dropped {
  index: number;
  reason: DropReason;
}

/** Documents that are ranked in one go. */
const PART = 256;

/** The coarse mesh: blank documents, documents the question does not need, and those with no place are out. */
export async function narrow(work: Work, maxTokens: number): Promise<{ kept: FitDocument[]; dropped: Dropped[] }> {
  const { request, encoded, relevance, documentTokens } = work;
  const dropped: Dropped[] = [];
  const pinned: Candidate[] = [];
  const candidates: Candidate[] = [];
  const scores = request.documents.flatMap(({ score }) => (score === undefined ? [] : [score]));
  const bonus = scoreBonus(scores, request.scoreWeight);
  for (const [index, plan] of encoded.documents.entries()) {
    if (index % PART === PART - 1) await breathe();
    const document = request.documents[index];
    const logit = relevance?.documents[index];
    const rank = rankOf(plan, logit, bonus(document?.score));
    const candidate = {
      index,
      plan,
      relevance: relevance?.logits[index],
      rank,
      tokens: documentTokens[index] as number,
    };
    if (document?.pinned) pinned.push({ ...candidate, pinned: true });
    else if (plan.words.length === 0) dropped.push({ index, reason: "empty" });
    else if (logit !== undefined && sigmoid(logit) < request.minRelevance)
      dropped.push({ index, reason: "irrelevant" });
    else candidates.push(candidate);
  }
  const isBudget = request.target.kind !== "threshold";
  const room = pinned.reduce((rest, { tokens }) => rest - tokens, maxTokens);
  const selection = isBudget
    ? selectDocuments(candidates, room, relevance !== undefined)
    : { kept: candidates, dropped: [] };
  for (const { index } of selection.dropped) dropped.push({ index, reason: "over-budget" });
  await breathe();
  // Under a threshold a document's fate is its own: copies are looked for inside each document only.
  const rest = request.dedupe && isBudget ? distinctTexts(selection.kept, pinned) : selection.kept;
  const isIn = new Set(rest);
  for (const candidate of selection.kept) {
    if (!isIn.has(candidate)) dropped.push({ index: candidate.index, reason: "duplicate" });
  }
  const groups = isBudget ? [[...pinned, ...rest]] : rest.map((candidate) => [candidate]);
  const duplicates = new Map<Candidate, Uint8Array>();
  for (const group of request.dedupe ? groups : []) {
    const copies = await inTurns(findDuplicatesInParts(group, isBudget ? 3 * room : undefined));
    for (const [place, flags] of copies.entries()) duplicates.set(group[place] as Candidate, flags);
    await breathe();
  }
  const kept: FitDocument[] = [];
  for (const candidate of [...rest, ...pinned].sort((a, b) => a.index - b.index)) {
    await breathe();
    const isPinned = candidate.pinned === true;
    const copies = isPinned ? undefined : duplicates.get(candidate);
    if (copies?.every((flag) => flag === 1) && copies.length > 0) {
      dropped.push({ index: candidate.index, reason: "duplicate" });
      continue;
    }
    kept.push({
      index: candidate.index,
      plan: candidate.plan,
      relevance: candidate.relevance,
      excluded: excludedSentences(candidate, copies, request.minRelevance),
      forced: markForcedUnits(candidate.plan, request.phrases),
      pinned: isPinned,
      unitCosts: await inTurns(estimateInParts(candidate.plan, work.counter)),
    });
  }
  await breathe();
  return { kept, dropped };
}

/** The best-ranked of the documents with the same text, unless a pinned one says it already. */
function distinctTexts(candidates: readonly Candidate[], pinned: readonly Candidate[]): Candidate[] {
  const texts = new Set(pinned.map(({ plan }) => plan.text));
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.index - b.index);
  return ranked.filter(({ plan }) => !texts.has(plan.text) && texts.add(plan.text)).sort((a, b) => a.index - b.index);
}

function excludedSentences(
  { relevance }: Candidate,
  copies: Uint8Array | undefined,
  minRelevance: number,
): Uint8Array | undefined {
  if (relevance === undefined || minRelevance === 0) return copies;
  return Uint8Array.from(relevance, (logit, sentence) =>
    copies?.[sentence] === 1 || sigmoid(logit) < minRelevance ? 1 : 0,
  );
}
