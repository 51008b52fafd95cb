import { fateCost, type MessageCost, wholeCost } from "./costs.js";
import type { ClearedCall } from "./options.js";
import { groupSteps, type Step } from "./steps.js";
import type { TrimRequest } from "./trim-request.js";
import { type HistoryNote, isText, type MessageFate, type NeutralMessage } from "./types.js";

/** Code units of a call's arguments that are named. */
const LONGEST_ARGUMENTS = 80;
/** Share of the low-water mark that the note may take. */
const CLEARED_SHARE = 0.1;
const HEAD = "[cleared: these tools were called, their results are no longer shown]";

/**
 * Says which tool calls are gone, the newest first to find a place: an agent that knows what it has called does not call
 * it again. Undefined if none is gone, or there is no room for one.
 */
export async function clearedNote(
  request: TrimRequest,
  fates: readonly MessageFate[],
  mostTokens?: number,
): Promise<HistoryNote | undefined> {
  const { messages, options, count } = request;
  const { cleared = describeCleared, lowTokens, messageOverhead } = options;
  const steps = groupSteps(messages, messages.length);
  const gone = steps.filter((step) => step.kind === "tools" && fates[step.messages[0] as number] === "dropped");
  if (cleared === false || gone.length === 0) return undefined;
  const lines = gone.flatMap((step) => callsOf(request, step)).map(cleared);
  const room = (mostTokens ?? CLEARED_SHARE * lowTokens) - messageOverhead;
  let text: string | undefined;
  for (let shown = 1; shown <= lines.length; shown += 1) {
    const longer = written(lines.slice(-shown), lines.length - shown);
    if ((await count(longer)) > room) break;
    text = longer;
  }
  if (text === undefined) return undefined;
  const first = gone[0]?.messages[0] as number;
  const next = steps.find(({ messages: [index = 0] }) => index > first && fates[index] !== "dropped");
  return { kind: "cleared", before: next?.messages[0] ?? messages.length, text };
}

/** What stands in the place of a result that found no room beside others of its step. */
export function clearedResult(tokens: number, id: string | undefined): string {
  return `[cleared, ${tokens.toLocaleString("en")} tokens${id === undefined ? "" : `; read_original ${id}`}]`;
}

/** Gives every emptied result of a step that stays a text that says so, if that is shorter than the result was. */
export async function fillEmptied(
  { messages, costs, count, originalId }: TrimRequest,
  fates: MessageFate[],
  steps: readonly Step[],
): Promise<void> {
  for (const index of steps.filter(({ kind }) => kind === "tools").flatMap((step) => step.messages)) {
    const fate = fates[index] as MessageFate;
    if (fate === "whole" || fate === "dropped") continue;
    const parts = (messages[index] as NeutralMessage).parts.filter(isText);
    const texts = [...fate];
    for (const [place, { kind, text }] of parts.entries()) {
      if (kind !== "tool-result" || texts[place] !== "" || text.trim() === "") continue;
      const tokens = (costs[index] as MessageCost).texts[place] as number;
      const stated = clearedResult(tokens, originalId?.(text));
      texts[place] = (await count(stated)) < tokens ? stated : text;
    }
    fates[index] = texts.every((text, place) => text === parts[place]?.text) ? "whole" : texts;
  }
}

/** Tokens of notes, each a message. */
export async function notesCost(
  notes: readonly HistoryNote[],
  { options, count }: { options: { messageOverhead: number }; count: TrimRequest["count"] },
): Promise<number> {
  let tokens = 0;
  for (const { text, name } of notes)
    tokens += options.messageOverhead + (await count(text)) + (name ? await count(name) : 0);
  return tokens;
}

/** Tokens of messages as their fates leave them. */
export async function fatesCost(
  { costs, count }: TrimRequest,
  fates: readonly MessageFate[],
  indices: readonly number[],
): Promise<number> {
  let tokens = 0;
  for (const index of indices)
    tokens += await fateCost(costs[index] as MessageCost, fates[index] as MessageFate, count);
  return tokens;
}

function callsOf({ messages, costs, originalId }: TrimRequest, step: Step): ClearedCall[] {
  const parts = step.messages.map((index) => ({ index, ...(messages[index] as NeutralMessage) }));
  const calls = parts.flatMap((message) => message.parts.filter((part) => part.kind === "tool-call"));
  return calls.map(({ callId, text }) => {
    const results = parts.filter((message) =>
      message.parts.some((part) => isText(part) && "callId" in part && part.callId === callId),
    );
    const tokens = results.reduce((sum, { index }) => sum + wholeCost(costs[index] as MessageCost), 0);
    const source = results.flatMap((message) => message.parts.filter(isText)).map((part) => part.text)[0];
    const id = source === undefined ? undefined : originalId?.(source);
    const space = text.indexOf(" ");
    const [name, args] = space < 0 ? [text, ""] : [text.slice(0, space), text.slice(space + 1)];
    return { name, args, tokens, ...(id === undefined ? {} : { id }) };
  });
}

function describeCleared({ name, args, tokens, id }: ClearedCall): string {
  const read = id === undefined ? "" : `, read_original ${id}`;
  return `${name}(${argumentsIn(args)}), ${tokens.toLocaleString("en")} tokens${read}`;
}

/** The values of a call's arguments, shortened. */
function argumentsIn(args: string): string {
  let values = args;
  try {
    const read: unknown = JSON.parse(args);
    if (typeof read === "object" && read !== null) {
      values = Object.values(read)
        .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
        .join(", ");
    }
  } catch {
    // What is no JSON is shown as it is.
  }
  const line = values.replace(/\s+/gu, " ");
  return line.length > LONGEST_ARGUMENTS ? `${line.slice(0, LONGEST_ARGUMENTS).trimEnd()}…` : line;
}

function written(lines: readonly string[], earlier: number): string {
  const more = earlier > 0 ? [`and ${earlier} earlier ${earlier === 1 ? "call" : "calls"}`] : [];
  return [HEAD, ...more, ...lines].join("\n");
}
