import { type BaseMessage, type HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { SievedMetadata } from "../agents/sieved-metadata.js";
import { type CutRequest, cutTexts, type LeftText, targetOf, toolDefaults } from "../agents/tools/cut-texts.js";
import { type AnyMethodOptions, countTokens, type Sieve } from "../core/index.js";
import { blocksOf, isTextBlock, withContent } from "./message-format.js";
import { type Originals, originalId } from "./originals.js";
import { READ_ORIGINAL } from "./read-original.js";
import { SieveRunnable } from "./runnable.js";

/**
 * How large tool results are cut. One of `maxTokens`, `rate` and `threshold`; `form` is `"compact"` and `marker` is `true`
 * by default.
 */
export type ToolResultOptions = Omit<AnyMethodOptions, "documents" | "query" | "signal" | "template" | "explain"> & {
  /** Names of tools whose results are left alone. @default [] */
  exclude?: readonly string[] | undefined;
};

/** What a cut tool message says of itself in `response_metadata.contextsieve`. */
export interface SievedToolResult {
  /** Tokens of the texts, notes included. */
  tokens: number;
  originalTokens: number;
  /** Ids of the originals of the texts that lost something. */
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
  const noteOf = canRead ? (source: string) => `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}` : undefined;
  const { tokenizer, separator } = settings;

  return async ({ message, tool, task, thread, signal }) => {
    const blocks = blocksOf(message);
    const sources = blocks.filter(isTextBlock).map(({ text }) => text);
    if (excluded.has(message.name ?? tool ?? "") || sources.every((text) => text.trim() === "")) return message;
    const sieve = await openSieve();
    const compress: CutRequest["compress"] = async (target, template) => {
      const runnable = new SieveRunnable({ ...toolDefaults(sieve), ...settings, ...target, template, sieve });
      const documents = await runnable.invoke(
        { documents: sources.map((pageContent, index) => ({ pageContent, metadata: { index } })), query: task },
        { runName: "sieveToolResult", ...(signal === undefined ? {} : { signal }) },
      );
      return new Map(
        documents.map(({ metadata, pageContent: text }) => [
          metadata.index as number,
          { text, lossless: (metadata.contextsieve as SievedMetadata).lossless },
        ]),
      );
    };
    const texts = await cutTexts({ sources, target: targetOf(settings), tokenizer, separator, noteOf, compress });
    if (sources.every((source, index) => texts[index]?.text === source)) return message;

    const facts: SievedToolResult = { tokens: 0, originalTokens: 0, originals: [] };
    for (const [index, source] of sources.entries()) {
      const { text, lossless } = texts[index] as LeftText;
      facts.tokens += await countTokens(text, tokenizer);
      facts.originalTokens += await countTokens(source, tokenizer);
      if (!lossless) facts.originals.push(await originals.keep(thread, source));
    }
    const rest = [...texts];
    const content = blocks.flatMap((block) => {
      if (!isTextBlock(block)) return [block];
      const { text = "" } = rest.shift() ?? {};
      return text === "" ? [] : [{ ...block, text }];
    });
    return withContent(
      message,
      typeof message.content === "string" ? (texts[0]?.text ?? "") : (content as ToolMessage["content"]),
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
