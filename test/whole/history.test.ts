import { readFileSync } from "node:fs";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { describe, expect, it } from "vitest";
import { countTokens, createSieve, memoryCache } from "../../src/core/index.js";
import { sieveOpenAIMessages } from "../../src/index.js";

const fixture = new URL("../fixtures/hard/chat.json", import.meta.url);
const { messages } = JSON.parse(readFileSync(fixture, "utf8")) as { messages: ChatCompletionMessageParam[] };

describe("a history trimmed with the bundled model", { timeout: 300_000 }, () => {
  it("is under the ceiling, keeps what was rendered between trims, and is the same in another process", async () => {
    const talk = messages.slice(0, 24);
    const sieve = await createSieve({ cache: memoryCache() });
    const options = { sieve, maxTokens: 3200, keepLast: 2 };
    let before: string[] = [];
    let sent: ChatCompletionMessageParam[] = [];
    let trims = 0;
    for (let length = 1; length <= talk.length; length += 1) {
      sent = await sieveOpenAIMessages(talk.slice(0, length), options);
      expect(await tokensOf(sent)).toBeLessThanOrEqual(3200);
      const rendered = sent.map((message) => JSON.stringify(message));
      if (before.some((text, index) => text !== rendered[index])) trims += 1;
      before = rendered;
    }
    expect(trims).toBeGreaterThan(0);
    expect(trims).toBeLessThan(6);
    // A sieve of its own remembers nothing of this history: it follows it from the start.
    const other = await createSieve({ cache: memoryCache() });
    expect(await sieveOpenAIMessages(talk, { ...options, sieve: other })).toEqual(sent);
    await Promise.all([sieve.dispose(), other.dispose()]);
  });
});

async function tokensOf(sent: readonly ChatCompletionMessageParam[]): Promise<number> {
  let tokens = 0;
  for (const message of sent) {
    tokens += 4;
    const { content, tool_calls: calls = [] } = message as {
      content?: string | { text: string }[] | null;
      tool_calls?: { function: { name: string; arguments: string } }[];
    };
    const texts = typeof content === "string" ? [content] : (content ?? []).map(({ text }) => text);
    for (const call of calls) texts.push(`${call.function.name} ${call.function.arguments}`);
    for (const text of texts) tokens += text === "" ? 0 : await countTokens(text);
  }
  return tokens;
}
