import { queryOf } from "../question.js";
import { fatesCost, fillEmptied } from "./cleared.js";
import { dropIncoherent, statesIn } from "./coherence.js";
import { type MessageCost, wholeCost } from "./costs.js";
import type { Split } from "./protect.js";
import { rankUnits } from "./rank.js";
import type { Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Share of the texts that may be left without harm: rather than less of each, old steps go whole. */
const SAFE_SHARE = 0.5;
/** A long text asks for no more than this share of the room, and so does not drive out all others. */
const LARGEST_SHARE = 0.25;
/** What the user stated stays word for word as long as it takes no more than this share of the room. */
const STATED_SHARE = 0.95;
/** What the conversation is about stays word for word as long as it takes no more than this share. */
const TASK_SHARE = 0.5;
/** A statement of so few tokens stays word for word even under a ceiling of which it takes a larger share. */
const SHORT_STATEMENT = 40;
/** A text of so few tokens is not worth cutting, or a note in its place. */
const TINY = 16;
/** Joined texts and texts by themselves do not count the same: so many tries to get under the mark. */
const TRIES = 4;

/**
 * The coarse selection: the old steps that stay. It stops when what is left would no longer fill the room: a text that
 * is cut to little says more than none.
 */
export async function dropCoarse(
  request: TrimRequest,
  { old, protectedTurns }: Split,
  room: number,
): Promise<Set<Step>> {
  const left = new Set(old);
  const sizes = new Map(old.map((step) => [step, sizeOf(request, step, room)]));
  const total = (steps: Iterable<Step>, size: keyof StepSize) =>
    [...steps].reduce((sum, step) => sum + (sizes.get(step) as StepSize)[size], 0);
  if (total(left, "cut") <= room) return left;
  for (const unit of await rankUnits(request, old, protectedTurns)) {
    const rest = [...left].filter((step) => !unit.includes(step));
    if (total(left, "cut") <= room || (total(rest, "whole") < room && total(left, "bare") < room)) break;
    for (const step of unit) left.delete(step);
  }
  return left;
}

/** Tokens of a step: as it is, with its texts cut as far as does no harm, and without its texts. */
interface StepSize {
  whole: number;
  cut: number;
  bare: number;
}

function sizeOf({ messages, costs }: TrimRequest, step: Step, room: number): StepSize {
  const own = step.messages.map((index) => costs[index] as MessageCost);
  const bare = own.reduce((sum, { fixed }) => sum + fixed, 0);
  const whole = own.reduce((sum, cost) => sum + wholeCost(cost), 0);
  const share = statesIn(messages, step) ? 1 : SAFE_SHARE;
  return { whole, bare, cut: bare + Math.min(share * (whole - bare), LARGEST_SHARE * room) };
}

/** The choice of words: the texts that are left, cut by the sieve until the whole is under the mark. */
export async function cutFine(
  request: TrimRequest,
  split: Split,
  left: ReadonlySet<Step>,
  room: number,
): Promise<MessageFate[]> {
  const { messages, costs, options, query, sieve } = request;
  const texts = [...left].flatMap((step) => step.messages.flatMap((index) => textsOf(messages, index)));
  const fixed = [...left]
    .flatMap((step) => step.messages)
    .reduce((sum, index) => sum + (costs[index] as MessageCost).fixed, 0);
  const old = split.old.flatMap((step) => step.messages);
  let budget = Math.floor(room - fixed);
  for (let attempt = 0; attempt < TRIES && budget >= 1; attempt += 1) {
    const whole = keptWhole(request, left, budget);
    const cut = new Map<number, string[]>(texts.map(({ index }) => [index, []]));
    const result =
      texts.length === 0
        ? { documents: [] }
        : await sieve.compress({
            ...options.passed,
            query: queryOf(query),
            documents: texts.map(({ index, text }) => ({ text, pinned: whole.has(index) && text.trim() !== "" })),
            maxTokens: budget,
          });
    const byIndex = new Map(result.documents.map((document) => [document.index, document.text]));
    for (const [place, { index }] of texts.entries()) cut.get(index)?.push(byIndex.get(place) ?? "");
    const fates = applyCuts(messages, split, left, cut);
    dropIncoherent(messages, fates, split);
    await fillEmptied(request, fates, split.old);
    const tokens = await fatesCost(request, fates, old);
    if (tokens <= room) return fates;
    budget = Math.floor(budget - 1.1 * (tokens - room) - 1);
  }
  return applyCuts(messages, split, new Set(), new Map());
}

/** Messages that stay word for word: what the user stated, the task first, then the newest; and results too small to cut. */
function keptWhole({ messages, costs }: TrimRequest, left: ReadonlySet<Step>, budget: number): Set<number> {
  const stated = [...left].filter((step) => statesIn(messages, step)).map(({ messages: [index] }) => index as number);
  const tiny = [...left]
    .filter(({ kind }) => kind === "tools")
    .flatMap((step) => step.messages.filter((index) => messages[index]?.role === "tool"));
  const [task, ...others] = stated;
  const tokensOf = (index: number) => (costs[index] as MessageCost).texts.reduce((sum, tokens) => sum + tokens, 0);
  const order = [
    ...(task === undefined ? [] : [task]),
    ...others.reverse(),
    ...tiny.filter((index) => tokensOf(index) <= TINY),
  ];
  const whole = new Set<number>();
  let room = STATED_SHARE * budget;
  for (const index of order) {
    const tokens = tokensOf(index) + 2;
    const share = index === task ? TASK_SHARE : LARGEST_SHARE;
    if (tokens > (index === task ? budget : room) || tokens > Math.max(share * budget, SHORT_STATEMENT)) continue;
    room -= tokens;
    whole.add(index);
  }
  return whole;
}

function textsOf(messages: readonly NeutralMessage[], index: number): { index: number; text: string }[] {
  return (messages[index] as NeutralMessage).parts.filter(isText).map(({ text }) => ({ index, text }));
}

function applyCuts(
  messages: readonly NeutralMessage[],
  { old, fates }: Split,
  left: ReadonlySet<Step>,
  cut: ReadonlyMap<number, readonly string[]>,
): MessageFate[] {
  const next = [...fates];
  for (const step of old) {
    for (const index of step.messages) {
      const texts = cut.get(index) ?? [];
      const isWhole = textsOf(messages, index).every(({ text }, place) => text === texts[place]);
      if (!left.has(step)) next[index] = "dropped";
      else next[index] = isWhole ? "whole" : texts;
    }
  }
  return next;
}
