import type { AnalyzedDocument } from "../document/types.js";
import { sigmoid } from "../log-odds.js";
import type { SentenceRelevance } from "../relevance/types.js";
import { runSliced, yieldToEventLoop } from "../runtime/event-loop.js";
import type { SourceDocument } from "../types.js";
import { findDuplicates } from "./duplicates.js";
import { rankOf, scoreBonus, selectDocuments } from "./rank-documents.js";
import type { Candidate, Dropped, ShortlistedDocument } from "./types.js";

/** What is chosen from: what is known of each document, by the caller's order. */
export interface ShortlistRequest {
  sources: readonly SourceDocument[];
  documents: readonly AnalyzedDocument[];
  /** Undefined if there is no question. */
  relevance: SentenceRelevance | undefined;
  /** Tokens of each document. */
  sizes: readonly number[];
  /** Tokens of the whole result. */
  maxTokens: number;
  /** Whether each document is judged on its own: none is dropped for lack of room, or as a copy of another. */
  isApart: boolean;
}

/** The caller's options, as `compress` takes them. */
export interface ShortlistOptions {
  minRelevance: number;
  scoreWeight: number;
  dedupe: boolean;
}

/** Documents that are ranked before the event loop may run. */
const DOCUMENTS_PER_SLICE = 256;
/** Near-duplicates are looked for among the best sentences, of so many times the room's words. */
const DUPLICATES_REACH = 3;

/**
 * The coarse selection: blank documents, documents that the question does not need, copies, and documents that the
 * ceiling has no room for are out.
 */
export async function shortlist(
  request: ShortlistRequest,
  options: ShortlistOptions,
): Promise<{ kept: ShortlistedDocument[]; dropped: Dropped[] }> {
  const { relevance, maxTokens, isApart } = request;
  const { candidates, pinned, dropped } = await sortOut(request, options);
  const room = pinned.reduce((rest, { tokens }) => rest - tokens, maxTokens);
  const selection = isApart
    ? { kept: candidates, dropped: [] }
    : selectDocuments(candidates, room, relevance !== undefined);
  for (const { index } of selection.dropped) dropped.push({ index, reason: "over-budget" });
  await yieldToEventLoop();
  const rest = options.dedupe && !isApart ? distinctTexts(selection.kept, pinned) : selection.kept;
  const isIn = new Set(rest);
  for (const candidate of selection.kept) {
    if (!isIn.has(candidate)) dropped.push({ index: candidate.index, reason: "duplicate" });
  }
  const groups = isApart ? rest.map((candidate) => [candidate]) : [[...pinned, ...rest]];
  const duplicates = options.dedupe
    ? await findCopies(groups, DUPLICATES_REACH * room)
    : new Map<Candidate, Uint8Array>();
  const kept: ShortlistedDocument[] = [];
  for (const candidate of [...rest, ...pinned].sort((a, b) => a.index - b.index)) {
    const { index, document, relevance: logits, pinned: isPinned = false } = candidate;
    const copies = isPinned ? undefined : duplicates.get(candidate);
    if (copies?.every((flag) => flag === 1) && copies.length > 0) {
      dropped.push({ index, reason: "duplicate" });
      continue;
    }
    const excluded = excludedSentences(candidate, copies, options.minRelevance);
    kept.push({ index, document, relevance: logits, excluded, pinned: isPinned });
  }
  return { kept, dropped };
}

/** Ranks the documents, and sorts out what is blank or not relevant. */
async function sortOut(
  { sources, documents, relevance, sizes }: ShortlistRequest,
  { minRelevance, scoreWeight }: ShortlistOptions,
): Promise<{ candidates: Candidate[]; pinned: Candidate[]; dropped: Dropped[] }> {
  const candidates: Candidate[] = [];
  const pinned: Candidate[] = [];
  const dropped: Dropped[] = [];
  const scores = sources.flatMap(({ score }) => (score === undefined ? [] : [score]));
  const bonus = scoreBonus(scores, scoreWeight);
  for (const [index, document] of documents.entries()) {
    if (index % DOCUMENTS_PER_SLICE === DOCUMENTS_PER_SLICE - 1) await yieldToEventLoop();
    const source = sources[index];
    const logit = relevance?.documents[index];
    const candidate: Candidate = {
      index,
      document,
      relevance: relevance?.logits[index],
      rank: rankOf(document, logit, bonus(source?.score)),
      tokens: sizes[index] as number,
    };
    if (source?.pinned) pinned.push({ ...candidate, pinned: true });
    else if (document.words.length === 0) dropped.push({ index, reason: "empty" });
    else if (logit !== undefined && sigmoid(logit) < minRelevance) dropped.push({ index, reason: "irrelevant" });
    else candidates.push(candidate);
  }
  return { candidates, pinned, dropped };
}

/** The best-ranked of the documents with the same text, unless a pinned one says it already. */
function distinctTexts(candidates: readonly Candidate[], pinned: readonly Candidate[]): Candidate[] {
  const texts = new Set(pinned.map(({ document }) => document.text));
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.index - b.index);
  return ranked
    .filter(({ document }) => !texts.has(document.text) && texts.add(document.text))
    .sort((a, b) => a.index - b.index);
}

/** The sentences of each candidate that another sentence of its group already says. */
async function findCopies(
  groups: readonly (readonly Candidate[])[],
  room: number,
): Promise<Map<Candidate, Uint8Array>> {
  const copies = new Map<Candidate, Uint8Array>();
  for (const group of groups) {
    const flags = await runSliced(findDuplicates(group, room));
    for (const [place, own] of flags.entries()) copies.set(group[place] as Candidate, own);
    await yieldToEventLoop();
  }
  return copies;
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
