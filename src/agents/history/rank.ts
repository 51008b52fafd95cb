import { logit } from "../../core/log-odds.js";
import { queryOf } from "../question.js";
import { isAcknowledgement, isApproval, isStatement } from "../speech.js";
import { statesIn } from "./coherence.js";
import { groupByTurn, type Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { isText, type NeutralMessage, saidIn } from "./types.js";

/** From the oldest to the newest step, log-odds of relevance that age outweighs. */
const AGE_WEIGHT = 4;
/** Log-odds of relevance are trusted up to here. */
const MOST_LOG_ODDS = 4;
/** What a step is outweighs its relevance and age together: log-odds that come on top. */
const ROLE_WEIGHTS = { task: 40, statement: 20, other: 0, acknowledgement: -20, approval: -30 };

/**
 * Old steps in the order they go: approvals and acknowledgements, then the oldest and least relevant, last what the
 * user stated, and the first task at the very end. A question and the plain answers of a turn that is over go together,
 * after its tool calls.
 */
export async function rankUnits(
  request: TrimRequest,
  old: readonly Step[],
  protectedTurns: ReadonlySet<number>,
): Promise<Step[][]> {
  const relevance = await stepRelevance(request, old);
  const priority = new Map(
    old.map((step, place) => [step, (relevance.get(step) ?? 0) + (AGE_WEIGHT * place) / Math.max(1, old.length - 1)]),
  );
  const units: { steps: Step[]; priority: number; isTurn: boolean }[] = [];
  for (const [turn, steps] of groupByTurn(old)) {
    const isOver = turn > 0 && !protectedTurns.has(turn);
    const roles = rolesIn(request.messages, steps);
    const isOwn = (step: Step) => !isOver || step.kind === "tools" || roles.get(step) !== "other";
    for (const step of steps.filter(isOwn)) {
      const weight = ROLE_WEIGHTS[roles.get(step) ?? "other"];
      units.push({ steps: [step], priority: (priority.get(step) as number) + weight, isTurn: false });
    }
    const exchange = steps.filter((step) => !isOwn(step));
    if (exchange.length === 0) continue;
    const rest = steps.filter((step) => !isOwn(step) || step.kind === "tools");
    units.push({ steps: rest, priority: Math.max(...rest.map((step) => priority.get(step) as number)), isTurn: true });
  }
  return units.sort((a, b) => a.priority - b.priority || Number(a.isTurn) - Number(b.isTurn)).map(({ steps }) => steps);
}

/** What each step of a turn is to the conversation. */
function rolesIn(messages: readonly NeutralMessage[], steps: readonly Step[]): Map<Step, keyof typeof ROLE_WEIGHTS> {
  const users = steps.filter(({ kind }) => kind === "user");
  const first = messages.findIndex(({ role }) => role === "user");
  const textOf = ({ messages: [index = 0] }: Step) => saidIn(messages[index] as NeutralMessage);
  const isTold = users.length > 0 && users.map(textOf).every((text) => isStatement(text) || isApproval(text));
  const isPlain = steps.every(({ kind }) => kind !== "tools");
  return new Map(
    steps.map((step) => {
      if (step.kind === "user") {
        if (step.messages[0] === first) return [step, "task"];
        if (isApproval(textOf(step))) return [step, "approval"];
        return [step, statesIn(messages, step) ? "statement" : "other"];
      }
      const isNoted = step.kind === "answer" && isTold && isPlain && isAcknowledgement(textOf(step));
      return [step, isNoted ? "acknowledgement" : "other"];
    }),
  );
}

/** Log-odds that a step is needed for the question: those of its best text; none without a question. */
async function stepRelevance(
  { messages, options, query, sieve }: TrimRequest,
  old: readonly Step[],
): Promise<Map<Step, number>> {
  const texts = old.flatMap((step) =>
    step.messages
      .flatMap((index) => (messages[index] as NeutralMessage).parts)
      .filter(isText)
      .map(({ text }) => ({ step, text })),
  );
  const best = new Map<Step, number>();
  const question = queryOf(query);
  if (question === undefined || texts.length === 0) return best;
  const { signal, tokenizer } = options.passed;
  const { documents } = await sieve.compress({
    documents: texts.map(({ text }) => text),
    query: question,
    rate: 1,
    tokenizer,
    signal,
  });
  for (const { index, relevance } of documents) {
    const { step } = texts[index] as { step: Step };
    best.set(step, Math.max(best.get(step) ?? -MOST_LOG_ODDS, boundedLogOdds(relevance)));
  }
  return best;
}

/** Log-odds of a probability, no further from zero than they are trusted. */
export function boundedLogOdds(probability: number): number {
  return Math.min(MOST_LOG_ODDS, Math.max(-MOST_LOG_ODDS, logit(probability)));
}
