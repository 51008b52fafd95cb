import { type BaseMessage, type HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { AnyMethodOptions, CompressOptions, Sieve } from "../core/index.js";
import { blocksOf, isTextBlock, withContent } from "./message-format.js";
import { type Originals, originalId } from "./originals.js";
import { READ_ORIGINAL } from "./read-original.js";
import { SieveRunnable } from "./runnable.js";

/** How large tool results are cut. One of `maxTokens`, `rate` and `threshold`. */
export type ToolResultOptions = Omit<AnyMethodOptions, "documents" | "query" | "signal" | "template" | "explain"> & {
  /** Names of tools whose results are left alone. @default [] */
  exclude?: readonly string[] | undefined;
};

/** What a cut tool message says of itself in `response_metadata.contextsieve`. */
export interface SievedToolResult {
  tokens: number;
  originalTokens: number;
  /** Ids of the originals. */
  originals: string[];
}

interface ToolResultRequest {
  message: ToolMessage;
  /** Name of the tool, if the message does not say. */
  tool: string | undefined;
  task: string | undefined;
  thread: string;
  signal: AbortSignal | undefined;
}

/** Cuts one tool message, or gives it back as it is if it is under the ceiling. */
export type CutToolResult = (request: ToolResultRequest) => Promise<ToolMessage>;

/** Makes the function that cuts tool messages over the ceiling, and puts their originals away. */
export function toolResultCutter(
  openSieve: () => Promise<Sieve>,
  { exclude = [], ...settings }: ToolResultOptions,
  originals: Originals,
  canRead: boolean,
): CutToolResult {
  const excluded = new Set([...exclude, READ_ORIGINAL]);
  // Only a text that was cut carries the note, so that the ceiling holds for both.
  const template: CompressOptions["template"] = ({ text: source }, text) =>
    canRead && text !== source ? `${text}\n[shortened; in full: ${READ_ORIGINAL} ${originalId(source)}]` : text;

  return async ({ message, tool, task, thread, signal }) => {
    const blocks = blocksOf(message);
    const sources = blocks.filter(isTextBlock).map(({ text }) => text);
    if (excluded.has(message.name ?? tool ?? "") || sources.every((text) => text.trim() === "")) return message;
    const sieve = await openSieve();
    const documents = await new SieveRunnable({ ...settings, template, sieve }).invoke(
      {
        documents: sources.map((pageContent, index) => ({ pageContent, metadata: { index } })),
        query: task,
      },
      { runName: "sieveToolResult", ...(signal === undefined ? {} : { signal }) },
    );
    const kept = new Map(documents.map((document) => [document.metadata.index as number, document]));
    if (sources.every((text, index) => kept.get(index)?.pageContent === text)) return message;
    const facts: SievedToolResult = { tokens: 0, originalTokens: 0, originals: [] };
    for (const { metadata } of documents) {
      facts.tokens += metadata.contextsieve.tokens;
      facts.originalTokens += metadata.contextsieve.originalTokens;
    }
    for (const [index, source] of sources.entries()) {
      if (kept.get(index)?.pageContent !== source) facts.originals.push(await originals.keep(thread, source));
    }
    let next = 0;
    const content = blocks.flatMap((block) => {
      if (!isTextBlock(block)) return [block];
      const text = kept.get(next++)?.pageContent ?? "";
      return text === "" ? [] : [{ ...block, text: template({ text: block.text }, text) }];
    });
    const [first] = content;
    return withContent(
      message,
      typeof message.content === "string" ? ((first?.text as string) ?? "") : (content as ToolMessage["content"]),
      { response_metadata: { ...message.response_metadata, contextsieve: facts } },
    );
  };
}

/** Cuts the tool messages of what a tool gave back: a message, or a command that carries some. */
export async function cutResult<Result>(
  result: Result,
  cut: (message: ToolMessage) => Promise<ToolMessage>,
): Promise<Result> {
  if (ToolMessage.isInstance(result)) return (await cut(result)) as Result;
  const update = (result as { update?: { messages?: unknown } } | undefined)?.update;
  if (update?.messages === undefined) return result;
  const { messages } = update;
  const cutOne = (message: unknown) => (ToolMessage.isInstance(message) ? cut(message) : message);
  const cutMessages = Array.isArray(messages) ? await Promise.all(messages.map(cutOne)) : await cutOne(messages);
  const copy = Object.create(Object.getPrototypeOf(result)) as object;
  return Object.assign(copy, result, { update: { ...update, messages: cutMessages } }) as Result;
}

/** The agent's task: the last thing its user said. */
export function taskOf(messages: readonly BaseMessage[]): string | undefined {
  const message = messages.findLast((candidate): candidate is HumanMessage => candidate.getType() === "human");
  return (
    message &&
    blocksOf(message)
      .filter(isTextBlock)
      .map(({ text }) => text)
      .join("\n")
  );
}
