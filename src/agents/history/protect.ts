import { BudgetError } from "../../core/index.js";
import { fateCost, type MessageCost } from "./costs.js";
import { cutToFit } from "./overflow.js";
import type { Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import type { MessageFate } from "./types.js";

/** Steps that may go, and what the others take of the ceiling. */
export interface Split {
  old: Step[];
  protectedTurns: Set<number>;
  protectedTokens: number;
  /** Of all messages, before any old step is touched: protected texts that were over the ceiling are cut. */
  fates: readonly MessageFate[];
  /** Where the old history ends: what is fetched back stands before this message. */
  end: number;
}

/**
 * System and pinned messages, the last user message, the last steps and the questions they answer stay as they are. If
 * they do not fit, fewer of the last steps do; if not even the last one fits, its largest texts are cut.
 *
 * @throws BudgetError
 */
export async function protect(request: TrimRequest, steps: readonly Step[]): Promise<Split> {
  const { options } = request;
  const { maxTokens, lowTokens } = options;
  const most = Math.min(options.keepLast, steps.filter(({ kind }) => kind !== "system").length);
  for (let keep = most; keep >= 1; keep -= 1) {
    const split = await splitAt(request, steps, keep, true);
    if (split.protectedTokens <= (keep > 1 ? lowTokens : maxTokens)) return split;
  }
  const least = await splitAt(request, steps, Math.min(1, most), false);
  if (least.protectedTokens <= maxTokens) return least;
  const untouched = steps.filter((step) => !least.old.includes(step));
  const cut = options.overflow === "cut" ? await cutToFit(request, untouched) : undefined;
  if (cut === undefined) throw overCeiling(least.protectedTokens, maxTokens);
  return { ...least, ...cut };
}

async function splitAt(
  { messages, costs, fates, isPinned, count }: TrimRequest,
  steps: readonly Step[],
  keep: number,
  withQuestions: boolean,
): Promise<Split> {
  const chat = steps.filter(({ kind }) => kind !== "system");
  const lastUser = chat.findLast(({ kind }) => kind === "user");
  const last = new Set(chat.slice(chat.length - keep));
  const protectedTurns = new Set([...last, ...(lastUser ? [lastUser] : [])].map(({ turn }) => turn));
  const isProtected = (step: Step) =>
    step.kind === "system" ||
    last.has(step) ||
    step === lastUser ||
    step.messages.some(isPinned) ||
    (withQuestions && step.kind === "user" && protectedTurns.has(step.turn));
  let protectedTokens = 0;
  for (const index of steps.filter(isProtected).flatMap((step) => step.messages)) {
    protectedTokens += await fateCost(costs[index] as MessageCost, fates[index] as MessageFate, count);
  }
  const [oldestKept] = last;
  const prefixEnd = oldestKept?.messages[0] ?? messages.length;
  return {
    old: steps.filter((step) => !isProtected(step)),
    protectedTurns,
    protectedTokens,
    fates,
    end: Math.max(prefixEnd, lastUser?.messages[0] ?? 0),
  };
}

function overCeiling(required: number, maxTokens: number): BudgetError {
  const error = new BudgetError(required, maxTokens);
  error.message = `Expected the system message, the last user message and the last step to fit \`maxTokens\` = ${maxTokens}, got ${required} tokens: ${required - maxTokens} too many.`;
  return error;
}
