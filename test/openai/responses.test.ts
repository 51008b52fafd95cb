import type { ResponseInputItem } from "openai/resources/responses/responses";
import { describe, expect, expectTypeOf, it } from "vitest";
import { sieveOpenAIMessages, sieveResponsesItems } from "../../src/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

const long = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");
const user = (content: string): ResponseInputItem => ({ type: "message", role: "user", content });
const answer = (id: string, text: string): ResponseInputItem => ({
  type: "message",
  ...{ id, role: "assistant" as const, status: "completed" as const },
  content: [{ type: "output_text", text, annotations: [] }],
});
const reasoning = (id: string): ResponseInputItem => ({
  type: "reasoning",
  id,
  summary: [{ type: "summary_text", text: "two are free" }],
});
const call = (id: string): ResponseInputItem => ({
  type: "function_call",
  call_id: id,
  name: "look",
  arguments: `{"at":"${id}"}`,
});
const output = (id: string, text: string): ResponseInputItem => ({
  type: "function_call_output",
  call_id: id,
  output: text,
});

const items: ResponseInputItem[] = [
  { role: "developer", content: "Be brief." },
  user("What is free?"),
  ...[reasoning("rs_1"), call("a"), call("b"), output("a", long("left", 40)), output("b", long("right", 40))],
  answer("msg_1", long("said", 30)),
  user("Tell me more."),
  ...[reasoning("rs_2"), answer("msg_2", long("more", 60))],
  user("And now?"),
];

const options = (maxTokens: number) => ({
  sieve: scriptedSieve(),
  ...{ maxTokens, tokenizer: countWords, messageOverhead: 0, keepLast: 1 },
});

describe("sieveResponsesItems", () => {
  it("leaves items under the ceiling as they are, and keeps their own type", async () => {
    const kept = await sieveResponsesItems(items, options(1000));
    expectTypeOf(kept).toEqualTypeOf<ResponseInputItem[]>();
    expect(kept).toEqual(items);
  });

  it.each([150, 100, 60, 30])(
    "holds a ceiling of %i words, calls with their outputs, a reasoning with what follows it",
    async (maxTokens) => {
      const before = structuredClone(items);
      const kept = (await sieveResponsesItems(items, options(maxTokens))) as unknown as Record<string, unknown>[];
      expect(items).toEqual(before);
      expect(
        countWords(JSON.stringify(kept.map(({ content, output: result }) => content ?? result ?? ""))),
      ).toBeLessThanOrEqual(maxTokens + 2 * kept.length);
      const ids = (type: string) => kept.filter((item) => item.type === type).map(({ call_id: id }) => id);
      expect(ids("function_call_output")).toEqual(ids("function_call"));
      for (const [index, { type }] of kept.entries()) {
        if (type === "reasoning") expect(["function_call", "message"]).toContain(kept[index + 1]?.type);
      }
      expect(kept.at(-1)).toEqual(user("And now?"));
    },
  );

  it("gives a call that was never carried out an output that says so", async () => {
    const kept = await sieveResponsesItems([user("look"), call("a"), user("never mind")], options(1000));
    expect(kept[2]).toEqual({
      type: "function_call_output",
      call_id: "a",
      output: "[no result: the call was not carried out]",
    });
  });

  it("takes an empty output for the result of its call", async () => {
    const output = { type: "function_call_output", call_id: "a", output: [] };
    const list = [user("go"), call("a"), output, user("and?")];
    expect(await sieveResponsesItems(list, options(1000))).toEqual(list);
  });

  it("moves an output that came behind another message to its call", async () => {
    const output = { type: "function_call_output", call_id: "a", output: "paid 500 EUR" };
    const kept = await sieveResponsesItems([user("go"), call("a"), user("hurry"), output, user("and?")], options(1000));
    expect(kept).toEqual([user("go"), call("a"), output, user("hurry"), user("and?")]);
  });

  it("is named where chat completions get items, and the other way round", async () => {
    await expect(sieveOpenAIMessages(items as never, options(1000))).rejects.toThrowError(
      "Expected `messages[2]` to be a chat completion message (for items of the Responses API there is `sieveResponsesItems`), got an object.",
    );
    const result = { role: "tool", tool_call_id: "a", content: "hi" };
    for (const item of [{ content: "hi" }, result]) {
      await expect(sieveResponsesItems([item] as never, options(1000))).rejects.toThrowError(
        "Expected `messages[0]` to be an item of the Responses API (for chat completions there is `sieveOpenAIMessages`)",
      );
    }
  });
});
