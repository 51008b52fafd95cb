import { checkQuestion } from "../../core/index.js";
import { logit } from "../../core/log-odds.js";
import { groupByTurn, type Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { isText, type NeutralMessage } from "./types.js";

/** From the oldest to the newest step, log-odds of relevance that age outweighs. */
const AGE_WEIGHT = 4;
/** Log-odds of relevance are trusted up to here. */
const MOST_LOG_ODDS = 4;

/**
 * Old steps in the order they go: the oldest and least relevant first. The user message and the plain answers
 * of a turn that is over go together, after its tool calls, and take what is left of the turn with them.
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
    for (const step of steps) {
      if (!isOver || step.kind === "tools")
        units.push({ steps: [step], priority: priority.get(step) as number, isTurn: false });
    }
    if (isOver)
      units.push({ steps, priority: Math.max(...steps.map((step) => priority.get(step) as number)), isTurn: true });
  }
  return units.sort((a, b) => a.priority - b.priority || Number(a.isTurn) - Number(b.isTurn)).map(({ steps }) => steps);
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
  if (checkQuestion(query) === undefined || texts.length === 0) return best;
  const { signal, tokenizer } = options.passed;
  const { documents } = await sieve.compress({
    documents: texts.map(({ text }) => text),
    query,
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

function boundedLogOdds(probability: number): number {
  return Math.min(MOST_LOG_ODDS, Math.max(-MOST_LOG_ODDS, logit(probability)));
}
