import { BudgetError, type CountFunction, resolveCounter, type Sieve } from "../../core/index.js";
import { sha256, utf16Bytes } from "../../core/runtime/hash.js";
import { fateCost, type MessageCost, messageCost, wholeCost } from "./costs.js";
import { type CheckedHistory, checkHistory, type HistoryOptions } from "./options.js";
import { recall, remember } from "./remembered.js";
import { trim } from "./trim.js";
import { isText, type MessageFate, type NeutralMessage, type TrimmedHistory } from "./types.js";

/**
 * Holds a chat history under a ceiling, so that prompt caches stay warm: messages are taken in one by one, and
 * only when one takes the history over `maxTokens` is it trimmed, down to the low-water mark. What comes out is
 * a function of the messages and the options alone: messages added at the end leave everything before them
 * byte for byte as it was, until the next trim, in this process or any other.
 *
 * System messages and the last steps are never touched, tool calls and their results stay or go together, the
 * oldest and least relevant text goes first, and parts that are no text stay as they are as long as their
 * step does.
 *
 * @example
 * const { fates, tokens } = await trimHistory(messages, sieve, { maxTokens: 8000, lowWater: 0.5 });
 *
 * @throws InvalidOptionError; BudgetError if the system message, the last user message and the last step
 * alone are over the ceiling; or the signal's reason
 */
export async function trimHistory(
  messages: readonly NeutralMessage[],
  sieve: Sieve,
  historyOptions: HistoryOptions,
): Promise<TrimmedHistory> {
  const options = checkHistory(historyOptions);
  const { signal } = options.passed;
  signal?.throwIfAborted();
  const counter = await resolveCounter(options.passed.tokenizer);
  const count: CountFunction = (text) => counter.count(text);
  const keys = prefixKeys(messages, options);
  const known = recall(sieve, keys);
  const costs = [...(known?.costs ?? [])];
  let fates: MessageFate[] = [...(known?.fates ?? [])];
  let tokens = known?.tokens ?? 0;

  for (let index = costs.length; index < messages.length; index += 1) {
    signal?.throwIfAborted();
    const cost = await messageCost(messages[index] as NeutralMessage, count, options.messageOverhead);
    costs.push(cost);
    fates.push("whole");
    tokens += wholeCost(cost);
    if (tokens <= options.maxTokens) continue;
    const past = messages.slice(0, index + 1);
    try {
      fates = await trim({ messages: past, costs, fates, options, query: questionOf(past, options), sieve, count });
      tokens = await total(costs, fates, count);
    } catch (error) {
      // In a replay this prefix is not the result: the next message may make it fit again.
      if (!(error instanceof BudgetError) || index === messages.length - 1) throw error;
    }
  }
  remember(sieve, keys, { costs, fates, tokens });
  return { fates, tokens, originalTokens: costs.reduce((sum, cost) => sum + wholeCost(cost), 0) };
}

async function total(
  costs: readonly MessageCost[],
  fates: readonly MessageFate[],
  count: CountFunction,
): Promise<number> {
  let tokens = 0;
  for (const [index, cost] of costs.entries()) tokens += await fateCost(cost, fates[index] as MessageFate, count);
  return tokens;
}

/** The caller's query, or the last user message so far. */
function questionOf(messages: readonly NeutralMessage[], { query }: CheckedHistory): CheckedHistory["query"] {
  if (query !== undefined) return query;
  const texts = messages.findLast(({ role }) => role === "user")?.parts.filter(isText);
  return texts?.map(({ text }) => text).join("\n");
}

/** A key for each prefix of the history under these options: a chain of hashes. */
function prefixKeys(messages: readonly NeutralMessage[], { passed, ...numbers }: CheckedHistory): string[] {
  const { signal: _signal, tokenizer, ...phrases } = passed;
  const counter = typeof tokenizer === "function" ? identityOf(tokenizer) : tokenizer;
  let key = hash(JSON.stringify([numbers, counter, phrases]));
  return messages.map(({ role, parts }) => {
    key = hash(`${key}${JSON.stringify([role, parts])}`);
    return key;
  });
}

function hash(text: string): string {
  return sha256(utf16Bytes(text)).toString("base64");
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identityOf(countTokens: object): number {
  const known = identities.get(countTokens) ?? nextIdentity++;
  identities.set(countTokens, known);
  return known;
}
