import { clearedNote, fatesCost, notesCost } from "./cleared.js";
import { statesIn } from "./coherence.js";
import { type MessageCost, wholeCost } from "./costs.js";
import { cutFine, dropCoarse } from "./cut.js";
import { protect, type Split } from "./protect.js";
import { recalledNote } from "./recalled.js";
import { groupSteps, type Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import type { HistoryNote, MessageFate } from "./types.js";

/** What a trim made of a history. */
export interface Trimmed {
  fates: MessageFate[];
  notes: HistoryNote[];
  /** Indices of the messages that were fetched back. */
  recalled: number[];
}

/** Where what may not be touched takes nearly all, the old history still has so much of the ceiling. */
const LEAST_SHARE = 0.15;

/** What the user stated takes no more than this share of the room: else the room grows, as far as the options allow. */
const STATED_SHARE = 0.75;

/**
 * One trim, down to the low-water mark: old steps go whole, the oldest and least relevant first, what the user stated
 * last, until the texts of the rest can be cut to the mark by the sieve without harm. What was cut before is cut afresh
 * from its source; what was dropped stays out, unless the question asks for it: then a note fetches it back.
 *
 * @throws BudgetError If what may not be touched is over the ceiling by itself, and may not be cut or not far enough.
 */
export async function trim(whole: TrimRequest): Promise<Trimmed> {
  const carried = whole.notes.filter(({ kind }) => kind === "unanswered");
  const request = besides(await notesCost(carried, whole), whole);
  const { messages, costs, fates, options } = request;
  const steps = groupSteps(messages, messages.length).filter(
    ({ messages: [first] }) => fates[first as number] !== "dropped",
  );
  const split = await protect(request, steps);
  const { maxTokens, lowTokens, statedTokens } = options;
  const least = Math.min(LEAST_SHARE * maxTokens, maxTokens - split.protectedTokens);
  const stated = statedIn(request, split).reduce((sum, index) => sum + wholeCost(costs[index] as MessageCost), 0);
  const room = Math.max(
    lowTokens - split.protectedTokens,
    least,
    Math.min(stated / STATED_SHARE, statedTokens - split.protectedTokens),
  );
  const left = await dropCoarse(request, split, room);
  const cut = await cutFine(request, split, left, room);

  const recalled = isAsking(whole) ? await recalledNote(request, cut, split.end) : undefined;
  const cleared = await clearedNote(request, cut);
  const own = await oldCost(request, split, cut);
  const done = (all: MessageFate[], notes: readonly HistoryNote[]): Trimmed => ({
    fates: all,
    notes: [...carried.filter((note) => isAlive(note, steps, all)), ...notes].sort((a, b) => a.before - b.before),
    recalled: recalled && notes.includes(recalled.note) ? recalled.sources : [],
  });
  for (const notes of fewerAndFewer([cleared, recalled?.note])) {
    const cost = await notesCost(notes, request);
    if (own + cost <= room) return done(cut, notes);
    const less = await cutFine(request, split, left, room - cost);
    if (!losesStatements(request, split, cut, less)) {
      const spent = cleared === undefined ? 0 : await notesCost([cleared], request);
      const again = notes.map((note) => (note === cleared ? clearedNote(request, less, spent) : note));
      const fewer = (await Promise.all(again)).filter((note) => note !== undefined);
      const total = (await oldCost(request, split, less)) + (await notesCost(fewer, request));
      if (split.protectedTokens + total <= maxTokens) return done(less, fewer);
    }
    // Rather a little over the mark than a note in the place of what the user stated.
    if (split.protectedTokens + own + cost <= maxTokens) return done(cut, notes);
  }
  return done(cut, []);
}

/** True for a new user message, and as long as what was fetched back for it is there: a trim takes that away. */
function isAsking({ messages, notes }: TrimRequest): boolean {
  const asking = messages.findLastIndex(({ role }) => role === "user");
  return asking === messages.length - 1 || notes.some(({ kind, before }) => kind === "recalled" && before >= asking);
}

/** Both notes, the first one, none. */
function fewerAndFewer([first, second]: readonly (HistoryNote | undefined)[]): HistoryNote[][] {
  const given = [first, second].filter((note) => note !== undefined);
  return second === undefined ? [given, []] : [given, first === undefined ? [] : [first], []];
}

/** The request with so much of its ceiling taken. */
function besides(tokens: number, { options, ...request }: TrimRequest): TrimRequest {
  const less = (all: number) => Math.max(1, all - tokens);
  const { maxTokens, lowTokens, statedTokens } = options;
  const marks = { maxTokens: maxTokens - tokens, lowTokens: less(lowTokens), statedTokens: less(statedTokens) };
  return { ...request, options: { ...options, ...marks } };
}

function oldCost(request: TrimRequest, { old }: Split, fates: readonly MessageFate[]): Promise<number> {
  const indices = old.flatMap((step) => step.messages);
  return fatesCost(request, fates, indices);
}

/** Indices of the old messages in which the user stated something, and what came with them. */
function statedIn({ messages }: TrimRequest, { old }: Split): number[] {
  return old.filter((step) => statesIn(messages, step)).flatMap((step) => step.messages);
}

/** True if something that the user stated is whole, and would be no more. */
function losesStatements(
  request: TrimRequest,
  split: Split,
  before: readonly MessageFate[],
  after: readonly MessageFate[],
): boolean {
  return statedIn(request, split).some((index) => before[index] === "whole" && after[index] !== "whole");
}

/** True if the call that a note answers is still there. */
function isAlive({ before }: HistoryNote, steps: readonly Step[], fates: readonly MessageFate[]): boolean {
  const step = steps.findLast(({ messages: [first = 0] }) => first < before);
  return step !== undefined && fates[step.messages[0] as number] !== "dropped";
}
