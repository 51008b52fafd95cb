/**
 * What a long run of an agent costs, and what it forgets: a trajectory of 200 steps under four ways of holding its
 * history. Counts the tokens sent, those read from the provider's cache (the longest common beginning of two prompts in a
 * row, 1,024 tokens at least), the price, and how many of the facts that were told long before are in the prompt when the
 * user asks for them. Writes bench/results/agents.json and agents.md.
 *
 *     npx tsx bench/agents/main.ts [--steps 200] [--max-tokens 12000]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BaseMessage, trimMessages } from "@langchain/core/messages";
import { ClearToolUsesEdit } from "langchain";
import { countTokens, createSieve } from "../../src/index.js";
import { sieveMessages } from "../../src/langchain/index.js";
import { ROOT } from "../machine.js";
import { makeTrajectory } from "./trajectory.js";

/** Of a token that is neither read from the cache nor written to it. */
const PRICES = { read: 0.1, write: 1.25 };
const LEAST_CACHED = 1024;
const OVERHEAD = 4;

interface Outcome {
  name: string;
  tokensSent: number;
  tokensCached: number;
  price: number;
  recalled: number;
  asked: number;
  largestPrompt: number;
}

const { values } = parseArgs({
  options: { steps: { type: "string", default: "200" }, "max-tokens": { type: "string", default: "12000" } },
});
const steps = Number(values.steps);
const maxTokens = Number(values["max-tokens"]);
const { messages, calls } = makeTrajectory(steps);
const sieve = await createSieve();
const sizes = new WeakMap<BaseMessage, number>();

const ways: Record<string, (past: BaseMessage[]) => Promise<BaseMessage[]>> = {
  "no trimming": async (past) => past,
  trimMessages: (past) =>
    trimMessages(past, {
      maxTokens,
      strategy: "last",
      includeSystem: true,
      startOn: "human",
      allowPartial: false,
      tokenCounter: tokensOf,
    }),
  contextEditing: async (past) => {
    const copy = [...past];
    const edit = new ClearToolUsesEdit({ trigger: { tokens: maxTokens }, keep: { messages: 3 } });
    await edit.apply({ messages: copy, countTokens: tokensOf, model: undefined as never });
    return copy;
  },
  contextsieve: (past) => sieveMessages(past, { sieve, maxTokens }),
};

const outcomes: Outcome[] = [];
for (const [name, way] of Object.entries(ways)) outcomes.push(await follow(name, way));
await sieve.dispose();
report(outcomes);

async function follow(name: string, way: (past: BaseMessage[]) => Promise<BaseMessage[]>): Promise<Outcome> {
  const outcome: Outcome = { name, tokensSent: 0, tokensCached: 0, price: 0, recalled: 0, asked: 0, largestPrompt: 0 };
  let before: BaseMessage[] = [];
  for (const { length, fact } of calls) {
    const prompt = await way(messages.slice(0, length));
    const tokens = await tokensOf(prompt);
    const common = prompt.findIndex((message, index) => textOf(message) !== textOf(before[index]));
    const shared = await tokensOf(common < 0 ? prompt : prompt.slice(0, common));
    const cached = shared >= LEAST_CACHED ? shared : 0;
    outcome.tokensSent += tokens;
    outcome.tokensCached += cached;
    outcome.price += cached * PRICES.read + (tokens - cached) * PRICES.write;
    outcome.largestPrompt = Math.max(outcome.largestPrompt, tokens);
    if (fact !== undefined) {
      outcome.asked += 1;
      if (prompt.slice(0, -1).some((message) => textOf(message)?.includes(fact))) outcome.recalled += 1;
      else process.stderr.write(`${name}: ${prompt.at(-1)?.text}\n`);
    }
    before = prompt;
  }
  process.stderr.write(`${JSON.stringify(outcome)}\n`);
  return { ...outcome, price: Math.round(outcome.price) };
}

async function tokensOf(prompt: BaseMessage[]): Promise<number> {
  let tokens = 0;
  for (const message of prompt) {
    const known = sizes.get(message) ?? (await sizeOf(message));
    sizes.set(message, known);
    tokens += known;
  }
  return tokens;
}

/** Counts a message as a ceiling does: its overhead, its text, and each of its calls. */
async function sizeOf(message: BaseMessage): Promise<number> {
  const calls = callsIn(message);
  let tokens = OVERHEAD;
  for (const text of [message.text, ...calls].filter((part) => part !== "")) tokens += await countTokens(text);
  return tokens;
}

function callsIn(message: BaseMessage): string[] {
  const { tool_calls: calls = [] } = message as { tool_calls?: { name: string; args: object }[] };
  return calls.map(({ name, args }) => `${name} ${JSON.stringify(args)}`);
}

/** All that a message says, calls included. */
function textOf(message: BaseMessage | undefined): string | undefined {
  return message && [message.getType(), message.text, ...callsIn(message)].join("\n");
}

function report(all: readonly Outcome[]): void {
  const number = (value: number) => value.toLocaleString("en");
  const rows = all.map(
    ({ name, tokensSent, tokensCached, price, recalled, asked, largestPrompt }) =>
      `| ${name} | ${number(tokensSent)} | ${number(tokensCached)} | ${number(price)} | ${recalled} of ${asked} | ${number(largestPrompt)} |`,
  );
  const table = [
    `# A run of ${steps} steps`,
    "",
    `Ceiling of ${number(maxTokens)} tokens; ${calls.length} model calls; a token costs ${PRICES.write} written and ${PRICES.read} read from the cache. Written by \`npx tsx bench/agents/main.ts\`.`,
    "",
    "| | tokens sent | read from the cache | price | facts there when asked for | largest prompt |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  writeFileSync(join(ROOT, "bench/results/agents.md"), table);
  writeFileSync(
    join(ROOT, "bench/results/agents.json"),
    `${JSON.stringify({ steps, maxTokens, prices: PRICES, outcomes: all }, null, 2)}\n`,
  );
  process.stdout.write(table);
}
