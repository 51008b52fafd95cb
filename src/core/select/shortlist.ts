import type { AnalyzedDocument } from "../document/types.js";
import type { SentenceRelevance } from "../relevance/types.js";
import { runSliced, yieldToEventLoop } from "../runtime/event-loop.js";
import type { SourceDocument } from "../types.js";
import { findDuplicates } from "./duplicates.js";
import { rankOf, scoreBonus, selectDocuments } from "./rank-documents.js";
import { type Candidate, COPY, type Dropped, type ShortlistedDocument } from "./types.js";

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
  /** Lowest log-odds of relevance that a sentence may have. */
  least: number;
  scoreWeight: number;
  dedupe: boolean;
}

/** Documents that are ranked before the event loop may run. */
const DOCUMENTS_PER_SLICE = 256;
/** Near-duplicates are looked for among the best sentences, of so many times the room's words. */
const DUPLICATES_REACH = 3;

/**
 * The coarse selection: blank documents, documents that the question does not need, and documents that the ceiling has no
 * room for are out. Copies come last.
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
  const rest = selection.kept;
  const groups = isApart ? rest.map((candidate) => [candidate]) : [[...pinned, ...rest]];
  const duplicates = options.dedupe
    ? await findCopies(groups, DUPLICATES_REACH * room)
    : new Map<Candidate, Uint8Array>();
  const twins = options.dedupe && !isApart ? sameTexts(rest, pinned) : new Set<Candidate>();
  const kept: ShortlistedDocument[] = [];
  const pinnedTexts = new Set(pinned.map(({ document }) => document.text));
  for (const candidate of [...rest, ...pinned].sort((a, b) => a.index - b.index)) {
    const { index, document, relevance: logits, pinned: isPinned = false } = candidate;
    if (!isPinned && twins.has(candidate) && pinnedTexts.has(document.text)) {
      dropped.push({ index, reason: "duplicate" });
      continue;
    }
    const found = isPinned ? undefined : duplicates.get(candidate);
    const copies = found && copiesOf(found, document, twins.has(candidate), relevance !== undefined);
    const excluded = excludedSentences(candidate, isApart ? found : undefined, options.least);
    kept.push({ index, document, relevance: logits, excluded, copies: isApart ? undefined : copies, pinned: isPinned });
  }
  return { kept, dropped };
}

/** Words of copies in a row from which on they are a passage that two documents share. */
const SHARED_PASSAGE = 2;

/** What each sentence repeats: a lone one in a document of its own is evidence for that document, if there is a question. */
function copiesOf(
  found: Uint8Array,
  { sentences }: AnalyzedDocument,
  isTwin: boolean,
  isAsked: boolean,
): Uint8Array | undefined {
  if (isTwin) return new Uint8Array(sentences.length).fill(COPY.plain);
  if (!found.includes(1)) return undefined;
  return found.map((flag, index) => {
    if (flag === 0) return COPY.none;
    let first = index;
    while (first > 0 && found[first - 1]) first -= 1;
    let end = index + 1;
    while (found[end]) end += 1;
    return isAsked && end - first < SHARED_PASSAGE && found.length > 1 ? COPY.evidence : COPY.plain;
  });
}

/** Ranks the documents, and sorts out what is blank or not relevant. */
async function sortOut(
  { sources, documents, relevance, sizes }: ShortlistRequest,
  { least, scoreWeight }: ShortlistOptions,
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
    else if (logit !== undefined && logit < least) dropped.push({ index, reason: "irrelevant" });
    else candidates.push(candidate);
  }
  return { candidates, pinned, dropped };
}

/** Of the documents with the same text, all but the best-ranked; all, if a pinned one says it already. */
function sameTexts(candidates: readonly Candidate[], pinned: readonly Candidate[]): Set<Candidate> {
  const texts = new Set(pinned.map(({ document }) => document.text));
  const ranked = [...candidates].sort((a, b) => b.rank - a.rank || a.index - b.index);
  return new Set(ranked.filter(({ document }) => texts.has(document.text) || !texts.add(document.text)));
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
  least: number,
): Uint8Array | undefined {
  if (relevance === undefined || least === Number.NEGATIVE_INFINITY) return copies;
  return Uint8Array.from(relevance, (logit, sentence) => (copies?.[sentence] === 1 || logit < least ? 1 : 0));
}
