import type { ModelMessage } from "ai";
import { describe, expect, expectTypeOf, it } from "vitest";
import { sieveAISDKMessages } from "../../src/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

const long = (word: string) => Array.from({ length: 40 }, (_, index) => `${word}${index}`).join(" ");

const messages: ModelMessage[] = [
  { role: "system", content: "You are the harbour's clerk." },
  { role: "user", content: [{ type: "text", text: long("old") }] },
  {
    role: "assistant",
    content: [
      { type: "reasoning", text: "I should look first." },
      { type: "text", text: "Looking." },
      { type: "tool-call", toolCallId: "a", toolName: "search", input: { query: "crane" } },
      { type: "tool-call", toolCallId: "b", toolName: "read", input: { path: "log" } },
    ],
  },
  {
    role: "tool",
    content: [
      {
        type: "tool-result",
        toolCallId: "a",
        toolName: "search",
        output: { type: "json", value: { rows: long("row") } },
      },
      {
        type: "tool-result",
        toolCallId: "b",
        toolName: "read",
        output: {
          type: "content",
          value: [
            { type: "text", text: long("line") },
            { type: "image-data", data: "AAAA", mediaType: "image/png" },
          ],
        },
      },
    ],
  },
  { role: "assistant", content: "The crane is free at noon." },
  { role: "user", content: "And row3?" },
];

const options = (maxTokens: number) => ({
  sieve: scriptedSieve(),
  maxTokens,
  tokenizer: countWords,
  messageOverhead: 0,
  mediaTokens: 10,
  keepLast: 1,
  lowWater: 0.9,
  recall: false,
});

describe("sieveAISDKMessages", () => {
  it("takes an empty output for the result of its call", async () => {
    const call = { type: "tool-call", toolCallId: "a", toolName: "search", input: {} } as const;
    const output = { type: "content" as const, value: [] };
    const list: ModelMessage[] = [
      { role: "user", content: "go" },
      { role: "assistant", content: [call] },
      { role: "tool", content: [{ type: "tool-result", toolCallId: "a", toolName: "search", output }] },
      { role: "user", content: "and?" },
    ];
    expect(await sieveAISDKMessages(list, options(1000))).toEqual(list);
  });

  it("leaves a history under the ceiling alone", async () => {
    const kept = await sieveAISDKMessages(messages, options(500));
    expectTypeOf(kept).toEqualTypeOf<ModelMessage[]>();
    expect(kept).toEqual(messages);
    expect(kept.every((message, index) => message === messages[index])).toBe(true);
  });

  it("cuts texts and results, keeps reasoning, calls and images, and changes nothing that came in", async () => {
    const before = structuredClone(messages);
    const kept = await sieveAISDKMessages(messages, options(120));
    expect(messages).toEqual(before);

    expect(kept.map(({ role }) => role)).toEqual(["system", "user", "assistant", "tool", "assistant", "user"]);
    const parts = (kept[2] as { content: { type: string }[] }).content;
    expect(parts.map(({ type }) => type)).toEqual(expect.arrayContaining(["reasoning", "tool-call", "tool-call"]));
    const results = kept[3]?.content as Extract<ModelMessage, { role: "tool" }>["content"];
    expect(results).toMatchObject([
      { toolCallId: "a", output: { type: "text" } },
      { toolCallId: "b", output: { type: "content" } },
    ]);
    expect(JSON.stringify(results[1])).toContain('{"type":"image-data","data":"AAAA","mediaType":"image/png"}');
    expect(JSON.stringify(results)).toMatch(/row3/);
    expect(JSON.stringify(kept).length).toBeLessThan(JSON.stringify(messages).length * 0.85);
  });

  it("counts images and reasoning: a step that they make too large goes with them", async () => {
    const kept = await sieveAISDKMessages(messages, options(20));
    expect(kept.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(JSON.stringify(kept)).not.toMatch(/image-data|reasoning|tool-call/);
  });
});
