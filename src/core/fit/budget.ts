import type { AnalyzedDocument } from "../document/types.js";
import { BudgetError } from "../errors.js";
import { aheadOf, beginningOf, grainAlone, renderStretch, stretchOf } from "../render/part.js";
import type { RenderedDocument } from "../render/prose.js";
import { yieldToEventLoop } from "../runtime/event-loop.js";
import { countEach } from "../tokens/count-each.js";
import type { TokenCounter } from "../tokens/counter.js";
import type { IndexedText } from "../tokens/result-counter.js";
import type { Sentence, TextKind } from "../types.js";
import { firstKept } from "./best-move.js";
import { type Bracket, guessCrossing, moveAt } from "./costs.js";
import { createDraft, type Draft } from "./draft.js";
import { type IsOfRecord, recordOf } from "./own-record.js";
import type { Fit, FitDocument, FitRequest } from "./types.js";

/** How much a counter is asked for one fit. */
interface Effort {
  /** Most calls of the counter. */
  calls: number;
  /** A fit this full needs no further call, as a share of the ceiling. */
  full: number;
}

/** A named encoding counts only what is new in a text; a caller's own function counts all of it each time. */
const INCREMENTAL: Effort = { calls: 40, full: 0.985 };
const OPAQUE: Effort = { calls: 24, full: 0.98 };
/** Share of the calls that the search may take; the rest are for filling. */
const SEARCH_SHARE = 0.7;
/** How much lower the search aims after each guess in a row that is over the ceiling. */
const AIM_STEP = 0.9;
/** Moves after the border that are tried on the room that is left. */
const LOOKAHEAD = 4000;
/** Moves that are tried with one call. */
const BATCH = 16;
/** Before giving up on the remaining room, retry with estimates divided by up to this factor. */
const MOST_DOUBT = 4;
/** How much a text that is over the ceiling shrinks beyond the proportion, more each time, until all of it goes. */
const SHRINK_STEP = 0.03;
const MOST_SHRINKS = 6;

/** Clauses that are tried in part, if no move fits. */
const MOST_PARTS = 4;

/** A fit under way: the selection, and what it was counted by. */
interface Fitting extends Effort {
  draft: Draft;
  /** Calls of the counter so far. */
  used: number;
  /** Counts the joined text of the draft. */
  count(): Promise<number>;
}

/**
 * Finds the longest prefix of the ranking whose joined text is under the ceiling, by exact counts: tokens
 * do not add up across word borders, so estimates only say where to look. The room that is left is filled with
 * the next best moves that fit. The last count is on the text that is returned, and a counter that answers
 * more than before makes the text shrink until it is under the ceiling, down to nothing.
 *
 * @throws BudgetError If the pinned documents alone are over the ceiling.
 */
export async function fitBudget(request: FitRequest): Promise<Fit> {
  const { documents, ranking, counter, maxTokens, signal } = request;
  const draft = createDraft(documents, ranking);
  let counted: { texts: readonly IndexedText[]; tokens: number } | undefined;
  const fitting: Fitting = {
    ...(counter.incremental ? INCREMENTAL : OPAQUE),
    draft,
    used: 0,
    async count() {
      fitting.used += 1;
      signal?.throwIfAborted();
      await yieldToEventLoop();
      const texts = draft.texts();
      // A caller's own function may answer otherwise the next time.
      if (counter.incremental && counted && areSame(counted.texts, texts)) return counted.tokens;
      const tokens = texts.length === 0 ? 0 : await request.count(texts);
      counted = { texts, tokens };
      return tokens;
    },
  };
  const pinnedTokens = await fitting.count();
  if (pinnedTokens > maxTokens) throw new BudgetError(pinnedTokens, maxTokens);
  const prefixTokens = await searchPrefix(fitting, request, pinnedTokens);
  await fillRoom(fitting, request, prefixTokens);
  if (draft.isBare && pinnedTokens === 0) await openInPart(fitting, request);
  else await preferBest(fitting, request);
  return settle(fitting, request);
}

function areSame(texts: readonly IndexedText[], others: readonly IndexedText[]): boolean {
  return (
    texts.length === others.length &&
    texts.every(({ index, text }, place) => others[place]?.index === index && others[place].text === text)
  );
}

/** Takes the longest prefix that fits, as far as the calls allow, and returns its tokens. */
async function searchPrefix(fitting: Fitting, { ranking, maxTokens }: FitRequest, pinnedTokens: number) {
  const { draft } = fitting;
  const bracket: Bracket = {
    low: 0,
    lowTokens: pinnedTokens,
    high: ranking.indices.length + 1,
    highTokens: Number.POSITIVE_INFINITY,
  };
  const isOpen = () => bracket.high - bracket.low > 1 && bracket.lowTokens < maxTokens * fitting.full;
  // A counter that grows from call to call is over at each guess: guesses over in a row aim lower and lower.
  let aim = 1;
  while (isOpen() && fitting.used < fitting.calls * SEARCH_SHARE) {
    draft.take(guessCrossing(draft.costs, bracket, bracket.lowTokens + (maxTokens - bracket.lowTokens) * aim));
    const tokens = await fitting.count();
    if (tokens <= maxTokens) {
      aim = 1;
      bracket.low = draft.taken;
      bracket.lowTokens = tokens;
    } else {
      aim = bracket.highTokens === Number.POSITIVE_INFINITY ? 1 : aim * AIM_STEP;
      bracket.high = draft.taken;
      bracket.highTokens = tokens;
    }
  }
  draft.take(bracket.low);
  return bracket.lowTokens;
}

/** Adds the next best moves after the prefix that fit into the room that is left, of those that are wanted. */
async function fillRoom(
  fitting: Fitting,
  { ranking, counter, maxTokens }: FitRequest,
  prefixTokens: number,
  isWanted: (index: number) => boolean = () => true,
) {
  const { draft } = fitting;
  const first = draft.taken;
  const limit = Math.min(ranking.indices.length, first + LOOKAHEAD);
  let tokens = prefixTokens;
  // Estimates for an opaque counter are in units of their own: they are scaled by what is in already.
  const scale = counter.incremental || first === 0 || tokens === 0 ? 1 : tokens / (draft.costs[first] as number);
  const tooLarge = new Set<number>();
  for (let doubt = 1; doubt <= MOST_DOUBT && tokens < maxTokens * fitting.full && fitting.used < fitting.calls; ) {
    const batch: number[] = [];
    let room = (maxTokens - tokens) * doubt + (counter.incremental ? 1 : 0);
    for (let next = first; next < limit && batch.length < BATCH; next += 1) {
      const cost = draft.cost(next) * scale;
      if (cost > room || tooLarge.has(next) || !isWanted(next) || !draft.add(next)) continue;
      room -= cost;
      batch.push(next);
    }
    if (batch.length === 0) {
      doubt *= 2;
      continue;
    }
    let more = await fitting.count();
    while (more > maxTokens) {
      if (batch.length === 1) tooLarge.add(batch[0] as number);
      const surplus = Math.ceil(batch.length / 2);
      draft.undo(surplus);
      batch.length -= surplus;
      more = batch.length === 0 ? tokens : await fitting.count();
    }
    tokens = more;
  }
}

/** Where nothing fits as it should stay: the best clause that may be printed in part, as much of it as fits. */
async function openInPart(fitting: Fitting, { documents, ranking, maxTokens }: FitRequest): Promise<void> {
  let tried = 0;
  for (let index = 0; index < ranking.indices.length && tried < MOST_PARTS; index += 1) {
    const { document: place, move, moves } = moveAt(ranking, index);
    const { document } = documents[place] as FitDocument;
    if ((moves.openingUnits[move] as number) === 0 || (moves.requires[move] as number) >= 0) continue;
    const opening = moves.units.subarray(moves.starts[move], moves.starts[move + 1]);
    const stretch = stretchOf(document, moves.sentences[move] as number, opening);
    if (!stretch) continue;
    tried += 1;
    // Where the word that turns the clause is too long itself, what precedes it says less, but nothing else.
    for (const part of [stretch, aheadOf(stretch)]) {
      const render = (count: number) => renderStretch(document, part, count);
      if (await keepMost(fitting, { place, render, most: part.end - part.first, maxTokens })) return;
    }
  }
  await keepAlone(fitting, { documents, ranking, maxTokens });
}

/** A text that is shortened until it fits. */
interface Shortened {
  /** Place of the document. */
  place: number;
  /** The text with so many of its parts. */
  render: (count: number) => RenderedDocument;
  most: number;
  maxTokens: number;
}

/** Keeps as many parts of a text as fit; nothing, and says so, where none does. */
async function keepMost({ draft, count }: Fitting, { place, render, most, maxTokens }: Shortened): Promise<boolean> {
  let low = 0;
  let high = most + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    draft.replace(place, render(middle));
    if ((await count()) <= maxTokens) low = middle;
    else high = middle;
  }
  if (low > 0) draft.replace(place, render(low));
  else draft.take(0);
  return low > 0;
}

/** Where no grain fits with its heads: the best that fits without them; where none does, how the best begins. */
async function keepAlone(
  fitting: Fitting,
  { documents, ranking, maxTokens }: Pick<FitRequest, "documents" | "ranking" | "maxTokens">,
): Promise<void> {
  const { draft } = fitting;
  let best: [place: number, document: AnalyzedDocument, sentence: number] | undefined;
  let tried = 0;
  for (let index = 0; index < ranking.indices.length && tried < MOST_PARTS; index += 1) {
    const { document: place, move, moves } = moveAt(ranking, index);
    if ((moves.openingUnits[move] as number) === 0) continue;
    const { document } = documents[place] as FitDocument;
    const sentence = moves.sentences[move] as number;
    const alone = grainAlone(document, sentence);
    if (!alone) continue;
    best ??= [place, document, sentence];
    tried += 1;
    draft.replace(place, alone);
    if ((await fitting.count()) <= maxTokens) return;
    draft.take(0);
  }
  if (!best) return;
  const [place, document, sentence] = best;
  const { firstWord, endWord } = document.sentences[sentence] as Sentence;
  const render = (count: number) => beginningOf(document, sentence, count);
  await keepMost(fitting, { place, render, most: endWord - firstWord, maxTokens });
}

/** How much more the best grain must be worth than the best that fits to be printed without its heads in its place. */
const FAR_BETTER = 1;

/** Kinds whose grains say what they say without their heads, if less of it. */
const ALONE: ReadonlySet<TextKind> = new Set(["table", "csv", "listing", "log", "grep", "html", "xml"]);
/** Kinds whose grains say nothing without their heads, and of whose records a part says who it is about. */
const RECORDS: ReadonlySet<TextKind> = new Set(["json", "ndjson"]);

/**
 * Where the best grain is asked for but does not fit with its heads, and what fits is far less relevant: the best alone, a
 * row without its header, if it fits so; of JSON, what else fits of the same record, if only its name.
 */
async function preferBest(fitting: Fitting, request: FitRequest): Promise<void> {
  const { draft } = fitting;
  const { ranking, documents, maxTokens } = request;
  if (ranking.indices.length === 0 || documents.some(({ pinned }) => pinned)) return;
  const best = moveAt(ranking, 0);
  const { document, index, relevance } = documents[best.document] as FitDocument;
  const sentence = best.moves.sentences[best.move] as number;
  const { outline } = document;
  if (relevance === undefined || !outline || !(ALONE.has(outline.kind) || RECORDS.has(outline.kind))) return;
  if (document.sentences[sentence]?.kind === "prose") return;
  const values = [0, firstKept(ranking, draft.kept)].map((at) => ranking.values[at] ?? Number.NEGATIVE_INFINITY);
  if ((values[0] as number) - (values[1] as number) < FAR_BETTER) return;
  if (RECORDS.has(outline.kind)) {
    const isOfRecord = recordOf(outline, sentence);
    if (isOfRecord) await keepRecord(fitting, request, isOfRecord);
    return;
  }
  const alone = grainAlone(document, sentence);
  if (alone && (await request.count([{ index, text: alone.text }])) <= maxTokens) draft.replace(best.document, alone);
}

/** What fits of the best grain's record, in place of all that was taken; that, where nothing of it fits. */
async function keepRecord(fitting: Fitting, request: FitRequest, isOfRecord: IsOfRecord): Promise<void> {
  const { draft } = fitting;
  const { taken, extras } = draft;
  const own = moveAt(request.ranking, 0).document;
  draft.take(0);
  await fillRoom(fitting, request, await fitting.count(), (index) => {
    const { document, move, moves } = moveAt(request.ranking, index);
    return document === own && isOfRecord(moves.sentences[move] as number);
  });
  if (!draft.isBare) return;
  draft.take(taken);
  for (const index of extras) draft.add(index);
}

/** Counts what is returned, and shrinks it if a caller's counter answers more than the ceiling this time. */
async function settle({ draft, count }: Fitting, { counter, maxTokens, signal }: FitRequest): Promise<Fit> {
  const countRendered = createRenderedCounter(counter, signal);
  let documentTokens = await countRendered(draft.rendered());
  let tokens = await count();
  for (let attempt = 1; tokens > maxTokens && !draft.isBare; attempt += 1) {
    draft.shrink(attempt > MOST_SHRINKS ? 0 : (maxTokens / tokens) * (1 - SHRINK_STEP * attempt));
    documentTokens = await countRendered(draft.rendered());
    tokens = await count();
  }
  if (tokens > maxTokens) throw new BudgetError(tokens, maxTokens);
  return { kept: draft.kept, rendered: draft.rendered(), documentTokens, tokens };
}

/** Counts documents' texts, each distinct text once. */
function createRenderedCounter(counter: TokenCounter, signal: AbortSignal | undefined) {
  const known = new Map([["", 0]]);
  return async (rendered: readonly RenderedDocument[]): Promise<number[]> => {
    const fresh = [...new Set(rendered.map(({ text }) => text))].filter((text) => !known.has(text));
    const counts = await countEach(counter, fresh, signal);
    for (const [index, text] of fresh.entries()) known.set(text, counts[index] as number);
    return rendered.map(({ text }) => known.get(text) as number);
  };
}
