import { BudgetError } from "./errors.js";
import { type RenderedDocument, renderDocument } from "./render.js";
import type { TokenCounter } from "./tokens/counter.js";
import { textCounter } from "./tokens/joined.js";
import { breathe } from "./turn.js";
import type { Moves, RankedDocument, Ranking } from "./value.js";

/** A document in the running for the budget. */
export interface FitDocument extends RankedDocument {
  /** Kept whole, whatever it costs. */
  pinned: boolean;
  /** Tokens of each unit with the space before it, about. */
  unitCosts: Float32Array;
}

/** What is to be fitted, and under what. */
export interface FitRequest {
  documents: readonly FitDocument[];
  /** Moves of `documents`, as `valueWords` ranks them; none for pinned documents. */
  ranking: Ranking;
  counter: TokenCounter;
  maxTokens: number;
  /** Tokens of the documents' kept texts, joined as the caller will: what the ceiling is held against. */
  count(texts: readonly { index: number; text: string }[]): number | Promise<number>;
  signal?: AbortSignal | undefined;
}

/** The selection that fits. */
export interface Fit {
  /** One flag a unit, per document. */
  kept: Uint8Array[];
  rendered: RenderedDocument[];
  /** Tokens of each document's text. */
  documentTokens: number[];
  /** Tokens of the joined text, counted last. */
  tokens: number;
}

/** Calls of a caller's own counter for one fit: exact counts of a named encoding are cheap. */
const CALLS = { cheap: 40, dear: 24 };
/** A fit this full needs no further call, as a share of the ceiling. */
const FULL = { cheap: 0.985, dear: 0.98 };
/** Steps behind the border that are tried on what room is left. */
const LOOKAHEAD = 4000;
/** Steps that are tried with one call. */
const BATCH = 16;
/** Estimates are doubted up to this factor, before room is given up that nothing seems to fit into. */
const MOST_DOUBT = 4;

/**
 * Finds the longest prefix of the ranking whose joined text is under the ceiling, by exact counts: tokens
 * do not add up across word borders, so estimates only say where to look. What room is left is filled with
 * the next best steps that fit. The last count is on the text that is returned, and a counter that answers
 * more than before makes the text shrink until it is under the ceiling, down to nothing.
 *
 * @throws BudgetError Where the pinned documents alone are over the ceiling.
 */
export async function fitBudget(request: FitRequest): Promise<Fit> {
  const { documents, ranking, counter, maxTokens, signal } = request;
  const steps = ranking.indices.length;
  const draft = createDraft(documents, ranking);
  const calls = counter.cheap ? CALLS.cheap : CALLS.dear;
  const full = maxTokens * (counter.cheap ? FULL.cheap : FULL.dear);
  let used = 0;
  const count = async (): Promise<number> => {
    used += 1;
    signal?.throwIfAborted();
    await breathe();
    const texts = draft.texts();
    return texts.length === 0 ? 0 : request.count(texts);
  };

  let tokens = await count();
  if (tokens > maxTokens) throw new BudgetError(tokens, maxTokens);

  let low = 0;
  let high = steps + 1;
  let lowTokens = tokens;
  let highTokens = Number.POSITIVE_INFINITY;
  // A counter that grows from call to call is over at each guess: guesses over in a row aim lower and lower.
  let aim = 1;
  while (high - low > 1 && lowTokens < full && used < calls * 0.7) {
    draft.take(guess(draft.costs, low, high, lowTokens, highTokens, lowTokens + (maxTokens - lowTokens) * aim));
    tokens = await count();
    aim = tokens <= maxTokens ? 1 : highTokens === Number.POSITIVE_INFINITY ? 1 : aim * 0.9;
    if (tokens <= maxTokens) {
      low = draft.taken;
      lowTokens = tokens;
    } else {
      high = draft.taken;
      highTokens = tokens;
    }
  }
  draft.take(low);
  tokens = lowTokens;

  // Estimates of a dear counter are in units of their own: they are scaled by what is in already.
  const scale = counter.cheap || draft.taken === 0 || tokens === 0 ? 1 : tokens / (draft.costs[low] as number);
  const limit = Math.min(steps, low + LOOKAHEAD);
  const tooLarge = new Set<number>();
  for (let doubt = 1; doubt <= MOST_DOUBT && tokens < full && used < calls; ) {
    const batch: number[] = [];
    let room = (maxTokens - tokens) * doubt + (counter.cheap ? 1 : 0);
    for (let next = low; next < limit && batch.length < BATCH; next += 1) {
      const cost = draft.cost(next) * scale;
      if (cost > room || tooLarge.has(next) || !draft.add(next)) continue;
      room -= cost;
      batch.push(next);
    }
    if (batch.length === 0) {
      doubt *= 2;
      continue;
    }
    let more = await count();
    while (more > maxTokens) {
      if (batch.length === 1) tooLarge.add(batch[0] as number);
      const surplus = Math.ceil(batch.length / 2);
      draft.undo(surplus);
      batch.length -= surplus;
      more = batch.length === 0 ? tokens : await count();
    }
    tokens = more;
  }

  // The caller's counter may answer otherwise the second time: what counts is its last word on this text.
  const countEach = createEachCounter(counter);
  let documentTokens = await countEach(draft.rendered());
  let final = await count();
  for (let attempt = 1; final > maxTokens && !draft.isBare; attempt += 1) {
    draft.shrink(attempt > 6 ? 0 : (maxTokens / final) * (1 - 0.03 * attempt));
    documentTokens = await countEach(draft.rendered());
    final = await count();
  }
  if (final > maxTokens) throw new BudgetError(final, maxTokens);
  return { kept: draft.kept, rendered: draft.rendered(), documentTokens, tokens: final };
}

/** Counts documents' texts one by one, each distinct text once. */
function createEachCounter(counter: TokenCounter) {
  const { count } = textCounter(counter);
  const known = new Map([["", 0]]);
  return async (rendered: readonly RenderedDocument[]): Promise<number[]> => {
    for (const { text } of rendered) if (!known.has(text)) known.set(text, await count(text));
    return rendered.map(({ text }) => known.get(text) as number);
  };
}

/** Where the ceiling is most likely crossed between two counted prefixes: by the estimated costs, scaled to the counts. */
function guess(
  costs: Float64Array,
  low: number,
  high: number,
  lowTokens: number,
  highTokens: number,
  maxTokens: number,
): number {
  const lowCost = costs[low] as number;
  const last = Math.min(high, costs.length - 1);
  const scale =
    highTokens === Number.POSITIVE_INFINITY
      ? lowTokens > 0 && lowCost > 0
        ? lowTokens / lowCost
        : 1
      : Math.max(1e-6, highTokens - lowTokens) / Math.max(1e-6, (costs[last] as number) - lowCost);
  const wanted = lowCost + (maxTokens - lowTokens) / scale;
  let from = low + 1;
  let to = high - 1;
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if ((costs[middle] as number) <= wanted) from = middle;
    else to = middle - 1;
  }
  return from;
}

/** A selection that can grow and shrink along the ranking, and its text. */
function createDraft(documents: readonly FitDocument[], ranking: Ranking) {
  const kept = documents.map(({ plan, pinned }) => new Uint8Array(plan.units.length).fill(pinned ? 1 : 0));
  const opened = documents.map(({ plan }) => new Uint8Array(plan.sentences.length));
  const rendered: (RenderedDocument | undefined)[] = documents.map(() => undefined);
  const costs = costsOf(documents, ranking);
  let extras: number[] = [];
  let taken = 0;

  const set = (index: number, flag: 0 | 1) => {
    const { document, move, moves } = stepAt(ranking, index);
    const flags = kept[document] as Uint8Array;
    const end = moves.starts[move + 1] as number;
    for (let at = moves.starts[move] as number; at < end; at += 1) flags[moves.units[at] as number] = flag;
    rendered[document] = undefined;
    if ((moves.openingUnits[move] as number) > 0) {
      (opened[document] as Uint8Array)[moves.sentences[move] as number] = flag;
    }
  };
  const dropExtras = () => {
    for (const index of extras) set(index, 0);
    extras = [];
  };
  const take = (target: number) => {
    dropExtras();
    while (taken < target) set(taken++, 1);
    while (taken > target) set(--taken, 0);
  };
  const renderAll = () =>
    documents.map((document, place) => {
      const known = rendered[place];
      if (known) return known;
      const { text } = document.plan;
      const fresh: RenderedDocument = document.pinned
        ? { text, spans: text === "" ? [] : [[0, text.length]] }
        : renderDocument(document.plan, kept[place] as Uint8Array, document.forced);
      rendered[place] = fresh;
      return fresh;
    });

  return {
    kept,
    costs,
    get taken() {
      return taken;
    },
    /** True where nothing but what is pinned is in. */
    get isBare() {
      return taken === 0 && extras.length === 0;
    },
    take,
    cost: (index: number) => (costs[index + 1] as number) - (costs[index] as number),
    /** Adds one step beyond the prefix; false where it is in already, or its sentence is not open. */
    add(index: number): boolean {
      const { document, move, moves } = stepAt(ranking, index);
      if (kept[document]?.[moves.units[moves.starts[move] as number] as number]) return false;
      const opens = (moves.openingUnits[move] as number) > 0;
      if (!opens && !opened[document]?.[moves.sentences[move] as number]) return false;
      set(index, 1);
      extras.push(index);
      return true;
    },
    /** Takes the last steps beyond the prefix out again. */
    undo(steps: number) {
      for (const index of extras.splice(extras.length - steps)) set(index, 0);
    },
    /** Goes back to the prefix that costs about `share` of what is taken now. */
    shrink(share: number) {
      const wanted = (costs[taken] as number) * share;
      let target = Math.max(0, taken - 1);
      while (target > 0 && (costs[target] as number) > wanted) target -= 1;
      take(target);
    },
    rendered: renderAll,
    texts: () =>
      renderAll().flatMap(({ text }, place) =>
        text === "" && !documents[place]?.pinned ? [] : [{ index: (documents[place] as FitDocument).index, text }],
      ),
  };
}

/** Estimated tokens of the ranking's first steps: none, one, two and so on. */
function costsOf(documents: readonly FitDocument[], ranking: Ranking): Float64Array {
  const moveCosts = ranking.moves.map(({ units, starts }, document) => {
    const { unitCosts } = documents[document] as FitDocument;
    return Float64Array.from(starts.subarray(1), (end, move) => {
      let cost = 0;
      for (let at = starts[move] as number; at < end; at += 1) cost += unitCosts[units[at] as number] as number;
      return cost;
    });
  });
  const costs = new Float64Array(ranking.indices.length + 1);
  for (let index = 0; index < ranking.indices.length; index += 1) {
    const cost = moveCosts[ranking.documents[index] as number]?.[ranking.indices[index] as number] as number;
    costs[index + 1] = (costs[index] as number) + cost;
  }
  return costs;
}

/** A step of the ranking: one move of one document. */
function stepAt(
  { documents, indices, moves }: Ranking,
  index: number,
): { document: number; move: number; moves: Moves } {
  const document = documents[index] as number;
  return { document, move: indices[index] as number, moves: moves[document] as Moves };
}
