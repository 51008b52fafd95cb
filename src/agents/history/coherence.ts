import { isStatement } from "../speech.js";
import { groupByTurn, type Step } from "./steps.js";
import { isText, type MessageFate, type NeutralMessage, saidIn } from "./types.js";

/**
 * Drops what makes no sense by itself: messages with nothing left in them, tool calls whose results are all
 * gone, answers without their question, and questions whose answers are gone. What the user stated stays: it
 * needs no answer.
 */
export function dropIncoherent(
  messages: readonly NeutralMessage[],
  fates: MessageFate[],
  { old, protectedTurns }: { old: readonly Step[]; protectedTurns: ReadonlySet<number> },
): void {
  const isAlive = (step: Step) => step.messages.some((index) => fates[index] !== "dropped");
  const drop = (step: Step) => {
    for (const index of step.messages) fates[index] = "dropped";
  };
  for (const step of old) if (isHollow(messages, fates, step)) drop(step);
  for (const [turn, steps] of groupByTurn(old)) {
    if (turn === 0 || protectedTurns.has(turn)) continue;
    const questions = steps.filter(({ kind }) => kind === "user");
    const answers = steps.filter(({ kind }) => kind !== "user");
    const last = answers.at(-1);
    const isUnanswered = last?.kind === "answer" ? !isAlive(last) : answers.length > 0 && !answers.some(isAlive);
    if (!questions.some(isAlive)) steps.forEach(drop);
    else if (isUnanswered) steps.filter((step) => !statesIn(messages, step)).forEach(drop);
  }
}

/** True for a user's message that states something, and for the first of all: it says what the conversation is about. */
export function statesIn(messages: readonly NeutralMessage[], { kind, messages: [index = 0] }: Step): boolean {
  if (kind !== "user") return false;
  const isFirst = messages.findIndex(({ role }) => role === "user") === index;
  return isFirst || isStatement(saidIn(messages[index] as NeutralMessage));
}

/** True if texts were all that mattered, and all are gone. */
function isHollow(messages: readonly NeutralMessage[], fates: readonly MessageFate[], step: Step): boolean {
  let hasLost = false;
  for (const index of step.messages) {
    const fate = fates[index];
    if (fate === undefined || fate === "dropped") continue;
    const texts = fate === "whole" ? undefined : [...fate];
    for (const part of (messages[index] as NeutralMessage).parts) {
      if (isText(part)) {
        const text = texts?.shift() ?? part.text;
        const matters = step.kind !== "tools" || part.kind === "tool-result";
        if (matters && text !== "") return false;
        if (matters && part.text !== "") hasLost = true;
      } else if (part.kind === "opaque" && !part.aside && (step.kind !== "tools" || part.callId !== undefined))
        return false;
    }
  }
  return hasLost;
}
