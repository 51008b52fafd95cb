import { BudgetError } from "../../core/index.js";
import { dropIncoherent } from "./coherence.js";
import { fateCost, type MessageCost, wholeCost } from "./costs.js";
import { rankUnits } from "./rank.js";
import { groupSteps, type Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Steps that may go, and what the others take of the ceiling. */
interface Split {
  old: Step[];
  protectedTurns: Set<number>;
  protectedTokens: number;
}

/** Share of the texts that may be left without harm: rather than less of each, old steps go whole. */
const SAFE_SHARE = 0.5;
/** A long text asks for no more than this share of the room, and so does not drive out all others. */
const LARGEST_SHARE = 0.25;
/** Joined texts and texts by themselves do not count the same: so many tries to get under the mark. */
const TRIES = 4;

/**
 * One trim, down to the low-water mark: old steps go whole, the oldest and least relevant first, until the
 * texts of the rest can be cut to the mark by the sieve without harm. What was cut before is cut afresh from
 * its source; what was dropped stays out.
 *
 * @throws BudgetError If what may not be touched is over the ceiling by itself.
 */
export async function trim(request: TrimRequest): Promise<MessageFate[]> {
  const { messages, fates, options } = request;
  const steps = groupSteps(messages, messages.length).filter(
    ({ messages: [first] }) => fates[first as number] !== "dropped",
  );
  const split = await protect(request, steps);
  const room = options.lowTokens - split.protectedTokens;
  const left = await dropCoarse(request, split, room);
  return cutFine(request, split, left, room);
}

/** System messages, the last steps and the questions they answer stay as they are. */
async function protect({ costs, fates, options, count }: TrimRequest, steps: readonly Step[]): Promise<Split> {
  const chat = steps.filter(({ kind }) => kind !== "system");
  const lastUser = chat.findLast(({ kind }) => kind === "user");
  for (let keep = Math.min(options.keepLast, chat.length); ; keep -= 1) {
    const last = new Set(chat.slice(chat.length - keep));
    const protectedTurns = new Set([...last, ...(lastUser ? [lastUser] : [])].map(({ turn }) => turn));
    const isProtected = (step: Step) =>
      step.kind === "system" || last.has(step) || (step.kind === "user" && protectedTurns.has(step.turn));
    let protectedTokens = 0;
    for (const index of steps.filter(isProtected).flatMap((step) => step.messages)) {
      protectedTokens += await fateCost(costs[index] as MessageCost, fates[index] as MessageFate, count);
    }
    if (protectedTokens <= options.maxTokens) {
      return { old: steps.filter((step) => !isProtected(step)), protectedTurns, protectedTokens };
    }
    if (keep <= 1) throw overCeiling(protectedTokens, options.maxTokens);
  }
}

/**
 * The coarse selection: the old steps that stay. It stops when what is left would no longer fill the room: a text that
 * is cut to little says more than none.
 */
async function dropCoarse(request: TrimRequest, { old, protectedTurns }: Split, room: number): Promise<Set<Step>> {
  const left = new Set(old);
  const sizes = new Map(old.map((step) => [step, sizeOf(step, request.costs, room)]));
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

function sizeOf({ messages }: Step, costs: readonly MessageCost[], room: number): StepSize {
  const own = messages.map((index) => costs[index] as MessageCost);
  const bare = own.reduce((sum, { fixed }) => sum + fixed, 0);
  const whole = own.reduce((sum, cost) => sum + wholeCost(cost), 0);
  return { whole, bare, cut: bare + Math.min(SAFE_SHARE * (whole - bare), LARGEST_SHARE * room) };
}

/** The choice of words: the texts that are left, cut by the sieve until the whole is under the mark. */
async function cutFine(request: TrimRequest, split: Split, left: Set<Step>, room: number): Promise<MessageFate[]> {
  const { messages, costs, options, query, sieve, count } = request;
  const texts = [...left].flatMap((step) => step.messages.flatMap((index) => textsOf(messages, index)));
  const fixed = [...left]
    .flatMap((step) => step.messages)
    .reduce((sum, index) => sum + (costs[index] as MessageCost).fixed, 0);
  let budget = Math.floor(room - fixed);
  for (let attempt = 0; attempt < TRIES && budget >= 1; attempt += 1) {
    const cut = new Map<number, string[]>(texts.map(({ index }) => [index, []]));
    const result =
      texts.length === 0
        ? { documents: [] }
        : await sieve.compress({
            ...options.passed,
            query,
            documents: texts.map(({ text }) => text),
            maxTokens: budget,
          });
    const byIndex = new Map(result.documents.map((document) => [document.index, document.text]));
    for (const [place, { index }] of texts.entries()) cut.get(index)?.push(byIndex.get(place) ?? "");
    const fates = applyCuts(request, split, left, cut);
    dropIncoherent(request.messages, fates, split);
    let tokens = 0;
    for (const index of split.old.flatMap((step) => step.messages)) {
      tokens += await fateCost(costs[index] as MessageCost, fates[index] as MessageFate, count);
    }
    if (tokens <= room) return fates;
    budget = Math.floor(budget - 1.1 * (tokens - room) - 1);
  }
  return applyCuts(request, split, new Set(), new Map());
}

function textsOf(messages: readonly NeutralMessage[], index: number): { index: number; text: string }[] {
  return (messages[index] as NeutralMessage).parts.filter(isText).map(({ text }) => ({ index, text }));
}

function applyCuts(
  { messages, fates }: TrimRequest,
  { old }: Split,
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

function overCeiling(required: number, maxTokens: number): BudgetError {
  const error = new BudgetError(required, maxTokens);
  error.message = `Expected the system message, the last user message and the last step to fit \`maxTokens\` = ${maxTokens}, got ${required} tokens: ${required - maxTokens} too many.`;
  return error;
}
