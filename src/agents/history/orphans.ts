import type { HistoryNote, NeutralMessage } from "./types.js";

/** What is wrong where a message joins a history: providers refuse a call without its result, and the other way round. */
export interface Orphans {
  /** True if the message is the result of a call that is not in the step before it. */
  isStray: boolean;
  /** Calls of the step before the message that never got a result. */
  unanswered: HistoryNote[];
  /** Messages of that step. */
  step: number[];
}

const NO_ORPHANS: Orphans = { isStray: false, unanswered: [], step: [] };
const NO_RESULT = "[no result: the call was not carried out]";

/** What is wrong once the message at `index` follows those before it. */
export function orphansAt(messages: readonly NeutralMessage[], index: number): Orphans {
  const message = messages[index] as NeutralMessage;
  if (message.continues) return NO_ORPHANS;
  const step = stepBefore(messages, index);
  const parts = step.flatMap((place) => (messages[place] as NeutralMessage).parts);
  const calls = parts.flatMap((part) => (part.kind === "tool-call" ? [part] : []));
  if (message.role === "tool") {
    const ids = resultIds(message);
    const isStray = ids.length > 0 && !calls.some(({ callId }) => ids.includes(callId));
    return { ...NO_ORPHANS, isStray };
  }
  const answered = new Set(step.flatMap((place) => resultIds(messages[place] as NeutralMessage)));
  const unanswered = calls
    .filter(({ callId }) => callId !== "" && !answered.has(callId))
    .map(({ callId, text }) => {
      const [name = ""] = text.split(" ", 1);
      return { kind: "unanswered" as const, before: index, text: NO_RESULT, callId, name };
    });
  return { isStray: false, unanswered, step };
}

/**
 * The order of messages in which each late result stands behind its call, as providers want it: some frameworks let a user's
 * message come between the two.
 *
 * @returns Places of the messages as they came; undefined where all stand as they must.
 */
export function orderResults(messages: readonly NeutralMessage[]): number[] | undefined {
  const order: number[] = [];
  let isMoved = false;
  for (const [index, message] of messages.entries()) {
    const ids = message.role === "tool" && !message.continues ? resultIds(message) : [];
    const at = ids.length === 0 ? order.length : placeOfResult(messages, order, ids);
    isMoved ||= at < order.length;
    order.splice(at, 0, index);
  }
  return isMoved ? order : undefined;
}

/** Where a result belongs among the messages before it: at the end, or behind an earlier call that has none. */
function placeOfResult(messages: readonly NeutralMessage[], order: readonly number[], ids: readonly string[]): number {
  const at = (place: number) => messages[order[place] as number] as NeutralMessage;
  const calls = ({ parts }: NeutralMessage) =>
    parts.some((part) => part.kind === "tool-call" && ids.includes(part.callId));
  let place = order.length - 1;
  while (place >= 0 && !calls(at(place))) place -= 1;
  if (place < 0) return order.length;
  let end = place + 1;
  while (end < order.length && isOfStep(at(end))) end += 1;
  const results = order.slice(place + 1, end).flatMap((index) => resultIds(messages[index] as NeutralMessage));
  const isAnswered = results.some((id) => ids.includes(id));
  return isAnswered ? order.length : end;
}

/** The answer before a message, with the results of its calls. */
function stepBefore(messages: readonly NeutralMessage[], index: number): number[] {
  let start = index - 1;
  while (start >= 0 && isOfStep(messages[start] as NeutralMessage)) start -= 1;
  if (messages[start]?.role !== "assistant") return [];
  return Array.from({ length: index - start }, (_, place) => start + place);
}

/** Whether a message belongs to the step that the one before it is of. */
function isOfStep({ role, continues }: NeutralMessage): boolean {
  return role === "tool" || continues === true;
}

function resultIds({ parts, role }: NeutralMessage): string[] {
  return parts.flatMap((part) => {
    if (part.kind === "tool-result" || (part.kind === "opaque" && role !== "user")) return part.callId ?? [];
    return [];
  });
}
