import { AsyncLocalStorage } from "node:async_hooks";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import type { Situation } from "../agents/question.js";
import { blocksOf, isTextBlock } from "./message-format.js";

/** The conversation that a tool is called in. */
export interface Conversation {
  messages: readonly BaseMessage[];
  /** Where its originals are kept. Undefined if nothing tells it from those of other users: then none is kept. */
  shelf: string | undefined;
}

/** What is read of a run: its config or runtime. */
export interface Run {
  configurable?: { thread_id?: unknown; __pregel_scratchpad?: { currentTaskInput?: unknown } } | undefined;
}

/** The conversation of the tool call that is under way. */
export const currentConversation = new AsyncLocalStorage<Conversation>();

/**
 * The shelf of a run: its thread's, as its config or runtime names it, else as the graph around it does (older
 * runtimes). Without a thread it is the run's alone, by the id that LangGraph gave its first message.
 */
export function shelfOf(run: Run | undefined, messages: readonly BaseMessage[]): string | undefined {
  const thread = run?.configurable?.thread_id ?? runAround()?.configurable?.thread_id;
  if (thread !== undefined && thread !== null) return String(thread);
  const first = messages[0]?.id;
  return first !== undefined && isUnguessable(first) ? `run\0${first}` : undefined;
}

/** The conversation around a tool that is called without a middleware, as LangGraph's own nodes find it. */
export function conversationAround(run: Run | undefined): Conversation {
  const known = currentConversation.getStore();
  if (known) return known;
  const state = (run?.configurable ?? runAround()?.configurable)?.__pregel_scratchpad?.currentTaskInput;
  const given: unknown = Array.isArray(state) ? state : (state as { messages?: unknown } | undefined)?.messages;
  const messages = Array.isArray(given) ? (given as BaseMessage[]) : [];
  return { messages, shelf: shelfOf(run, messages) };
}

/** What the question of a result is told from. */
export function situationOf(messages: readonly BaseMessage[]): Situation {
  const user = messages.filter((message) => message.getType() === "human").map(textOf);
  const last = messages.findLast((message) => message.getType() === "ai");
  const isAfterUser =
    last !== undefined &&
    messages.lastIndexOf(last) > messages.findLastIndex((message) => message.getType() === "human");
  return { user, assistant: isAfterUser ? textOf(last) : undefined };
}

/** Calls of the step under way: of the last answer. */
export function callsInStep(messages: readonly BaseMessage[]): number {
  const last = messages.findLast((message) => message.getType() === "ai") as AIMessage | undefined;
  return Math.max(1, last?.tool_calls?.length ?? 1);
}

/** The texts of a message, joined. */
export function textOf(message: BaseMessage): string {
  return blocksOf(message)
    .filter(isTextBlock)
    .map(({ text }) => text)
    .join("\n");
}

function runAround(): Run | undefined {
  return AsyncLocalStorageProviderSingleton.getRunnableConfig() as Run | undefined;
}

function isUnguessable(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(id);
}
