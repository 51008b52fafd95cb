import type { NeutralMessage } from "./types.js";

/**
 * What stays or goes together: a system message, a user message, or an answer with the results of its tool
 * calls, so that neither calls nor results are ever left alone.
 */
export interface Step {
  kind: "system" | "user" | "answer" | "tools";
  /** Indices of its messages, in order. */
  messages: number[];
  /** Number of its turn: user messages and all that follows until the next user message. 0 before the first. */
  turn: number;
}

/** Groups the first `end` messages into steps, in order. */
export function groupSteps(messages: readonly NeutralMessage[], end: number): Step[] {
  const steps: Step[] = [];
  const calls = new Map<string, Step>();
  let turn = 0;
  let previous: Step | undefined;
  for (let index = 0; index < end; index += 1) {
    const message = messages[index] as NeutralMessage;
    const known = message.role === "tool" ? callerOf(message, calls, previous) : message.continues && previous;
    if (!known && message.role === "user" && previous?.kind !== "user") turn += 1;
    const step: Step = known || { kind: kindOf(message), messages: [], turn };
    step.messages.push(index);
    if (known && kindOf(message) === "tools") step.kind = "tools";
    if (!known) steps.push(step);
    if (step.kind !== "system") previous = step;
    for (const part of message.parts) if (part.kind === "tool-call") calls.set(part.callId, step);
  }
  return steps;
}

/** Steps by their turn, in order. */
export function groupByTurn(steps: readonly Step[]): Map<number, Step[]> {
  const turns = new Map<number, Step[]>();
  for (const step of steps) {
    const known = turns.get(step.turn);
    if (known) known.push(step);
    else turns.set(step.turn, [step]);
  }
  return turns;
}

function kindOf({ role, parts }: NeutralMessage): Step["kind"] {
  if (role === "system" || role === "user") return role;
  return role === "tool" || parts.some(({ kind }) => kind === "tool-call") ? "tools" : "answer";
}

/** The step whose calls a tool message answers; a tool message that names no call belongs to the step before it. */
function callerOf(message: NeutralMessage, calls: Map<string, Step>, previous: Step | undefined): Step | undefined {
  let namesCall = false;
  for (const part of message.parts) {
    if (!("callId" in part) || part.callId === undefined) continue;
    namesCall = true;
    const caller = calls.get(part.callId);
    if (caller) return caller;
  }
  return namesCall || previous?.kind !== "tools" ? undefined : previous;
}
