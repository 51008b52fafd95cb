import * as sdk from "ai-5";
import { MockLanguageModelV2 } from "ai-5/test";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { sieveTools } from "../../src/ai-sdk/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";
import { type AISDK, aiSdkContract, type MockModel } from "./scripted-agents.js";

// The adapter finds the version that its user has installed.
vi.mock("ai", () => import("ai-5"));

aiSdkContract("5", sdk as unknown as AISDK, MockLanguageModelV2 as unknown as MockModel);

const words = (word: string) => Array.from({ length: 60 }, (_, index) => `${word}${index}`).join(" ");

it.each(["an object", "a text", "a stream of them"])("cuts what a tool shows of %s in its own words", async (kind) => {
  const output = kind === "an object" ? { text: words("crane") } : words("crane");
  const toModelOutput = (given: unknown) => ({
    type: "text" as const,
    value: `shown ${typeof given === "string" ? given : (given as { text: string }).text}`,
  });
  async function* streamed() {
    yield "looking";
    yield output;
  }
  const lookup = sdk.tool({
    inputSchema: z.object({}),
    execute: kind === "a stream of them" ? streamed : async () => output,
    toModelOutput,
  });
  const prompts: string[] = [];
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  const call = { type: "tool-call" as const, toolCallId: "1", toolName: "lookup", input: "{}" };
  const model = new MockLanguageModelV2({
    async doGenerate({ prompt }) {
      const result = prompt.flatMap(({ content }) => (Array.isArray(content) ? content : [])).find(isResult);
      if (result === undefined) return { content: [call], finishReason: "tool-calls", usage, warnings: [] };
      prompts.push((result as { output: { value: string } }).output.value);
      return { content: [{ type: "text", text: "ok" }], finishReason: "stop", usage, warnings: [] };
    },
  });
  const tools = sieveTools({ lookup }, { sieve: scriptedSieve(), maxTokens: 20, tokenizer: countWords });
  const { steps } = await sdk.generateText({
    ...{ model, tools, prompt: "which crane41 is free", stopWhen: sdk.stepCountIs(3) },
  });
  expect(steps[0]?.toolResults[0]?.output).toEqual(output);
  expect(prompts[0]).toContain("crane41");
  expect(countWords(prompts[0] ?? "")).toBeLessThanOrEqual(20);
});

function isResult({ type }: { type: string }): boolean {
  return type === "tool-result";
}
