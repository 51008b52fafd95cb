import { readFileSync } from "node:fs";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { describe, expect, expectTypeOf, it } from "vitest";
import { sieveOpenAIMessages } from "../../src/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

const fixture = new URL("../fixtures/hard/chat.json", import.meta.url);
const { messages } = JSON.parse(readFileSync(fixture, "utf8")) as { messages: ChatCompletionMessageParam[] };

const options = () => ({
  sieve: scriptedSieve(),
  maxTokens: 1300,
  tokenizer: countWords,
  messageOverhead: 3,
  keepLast: 2,
});

/** Words of what a model would be sent, by the documented rule. */
function wordsOf(message: ChatCompletionMessageParam): number {
  const { content, tool_calls: calls = [] } = message as {
    content: string | { text: string }[];
    tool_calls?: { function: object }[];
  };
  const texts = typeof content === "string" ? [content] : (content ?? []).map(({ text }) => text);
  const called = calls.map((call) => Object.values(call.function).join(" "));
  return 3 + [...texts, ...called].reduce((sum, text) => sum + countWords(text), 0);
}

describe("sieveOpenAIMessages", () => {
  it("brings an agent's conversation under the ceiling and keeps the messages' own type", async () => {
    const before = structuredClone(messages);
    expect(messages.reduce((sum, message) => sum + wordsOf(message), 0)).toBeGreaterThan(2500);
    const kept = await sieveOpenAIMessages(messages, options());
    expectTypeOf(kept).toEqualTypeOf<ChatCompletionMessageParam[]>();
    expect(kept.reduce((sum, message) => sum + wordsOf(message), 0)).toBeLessThanOrEqual(1300);
    expect(kept.length).toBeLessThan(messages.length);
    expect(messages).toEqual(before);
  });

  it("gives back the very objects of messages that lost nothing, and copies with all other fields of those that did", async () => {
    const kept = await sieveOpenAIMessages(messages, options());
    expect(kept[0]).toBe(messages[0]);
    expect(kept.at(-1)).toBe(messages.at(-1));
    const cut = kept.filter((message) => !messages.includes(message));
    expect(cut.length).toBeGreaterThan(0);
    for (const message of cut) {
      const { content: _cut, ...fields } = message;
      const sources = messages.map(({ content: _content, ...rest }) => rest);
      expect(sources).toContainEqual(fields);
    }
  });

  it("leaves each tool call with its result", async () => {
    const kept = await sieveOpenAIMessages(messages, options());
    const calls = kept.flatMap((message) =>
      ("tool_calls" in message ? (message.tool_calls ?? []) : []).map(({ id }) => id),
    );
    const results = kept.flatMap((message) => ("tool_call_id" in message ? [message.tool_call_id] : []));
    expect(results).toEqual(calls);
    expect(results.length).toBeGreaterThan(0);
  });

  const asks = (...ids: string[]) => ({
    role: "assistant",
    content: null,
    tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "read", arguments: "{}" } })),
  });
  const says = (id: string, content: unknown) => ({ role: "tool", tool_call_id: id, content });
  const sieved = (list: readonly object[]) => sieveOpenAIMessages(list as ChatCompletionMessageParam[], options());

  it("takes fields that are null for absent", async () => {
    const list = [
      { role: "user", content: "hello" },
      { role: "assistant", content: "hi", tool_calls: null, function_call: null, refusal: null, tool_call_id: null },
      { role: "user", content: "now?" },
    ];
    expect(await sieved(list)).toEqual(list);
  });

  it.each([null, "", [], undefined])("takes an empty result (%j) for the result of its call", async (content) => {
    const list = [{ role: "user", content: "go" }, asks("a"), says("a", content), { role: "user", content: "and?" }];
    expect(await sieved(list)).toEqual(list);
  });

  it("moves a result that came late to its call, and no other", async () => {
    const [go, hurry, next] = ["go", "hurry", "and?"].map((content) => ({ role: "user", content }));
    const late = says("b", "paid 500 EUR");
    const list = [go, asks("a", "b"), says("a", "ok"), hurry, late, next] as object[];
    expect(await sieved(list)).toEqual([go, asks("a", "b"), says("a", "ok"), late, hurry, next]);
    const twice = [go, asks("a"), says("a", "ok"), hurry, says("a", "again"), next] as object[];
    expect(await sieved(twice)).toEqual([go, asks("a"), says("a", "ok"), hurry, next]);
  });

  it("leaves a late result where it stands, if orphans are kept", async () => {
    const list = [{ role: "user", content: "go" }, asks("a"), { role: "user", content: "hurry" }, says("a", "paid")];
    const kept = await sieveOpenAIMessages(list as ChatCompletionMessageParam[], { ...options(), orphans: "keep" });
    expect(kept).toEqual(list);
  });

  it("counts thoughts that stand beside the content", async () => {
    const thoughts = Array.from({ length: 1400 }, (_, word) => `w${word}`).join(" ");
    const list = [
      { role: "user", content: "one" },
      { role: "assistant", content: "two", reasoning_content: thoughts },
      { role: "user", content: "three" },
      { role: "assistant", content: "four" },
      { role: "user", content: "five" },
    ];
    expect(JSON.stringify(await sieved(list))).not.toContain("w1300");
  });

  it("passes images untouched and counts them, also where the text beside them is cut", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } } as const;
    const talk: ChatCompletionMessageParam[] = [
      { role: "user", content: [{ type: "text", text: "one two three four five six seven eight" }, image] },
      { role: "assistant", content: "a b c d e f g h" },
      { role: "user", content: "and now" },
    ];
    const small = { ...options(), maxTokens: 45, mediaTokens: 25, messageOverhead: 0, keepLast: 1 };
    const all = await sieveOpenAIMessages(talk, small);
    expect(all).toEqual(talk);
    const words = Array.from({ length: 60 }, (_, index) => `word${index}`).join(" ");
    const paste: ChatCompletionMessageParam = { role: "user", content: [{ type: "text", text: words }, image] };
    const [cut] = await sieveOpenAIMessages([paste], { ...small, maxTokens: 60 });
    expect(cut?.content).toContainEqual(image);
    expect(JSON.stringify(cut)).toMatch(/word0 .*\[shortened from 60 tokens\]/u);
  });

  it("reads legacy functions, custom tools, refusals and developer messages", async () => {
    const talk: ChatCompletionMessageParam[] = [
      { role: "developer", content: "be brief" },
      { role: "user", content: "old question" },
      { role: "assistant", content: null, function_call: { name: "look", arguments: "{}" } },
      { role: "function", name: "look", content: "nothing" },
      { role: "assistant", content: [{ type: "refusal", refusal: "no" }] },
      { role: "user", content: "run it" },
      { role: "assistant", tool_calls: [{ id: "c1", type: "custom", custom: { name: "shell", input: "ls" } }] },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "a.txt b.txt" }] },
    ];
    const kept = await sieveOpenAIMessages(talk, { ...options(), maxTokens: 500 });
    expect(kept).toEqual(talk);
    const few = await sieveOpenAIMessages(talk, { ...options(), maxTokens: 26, keepLast: 2 });
    expect(few.map(({ role }) => role)).toEqual(["developer", "user", "user", "assistant", "tool"]);
  });
});
