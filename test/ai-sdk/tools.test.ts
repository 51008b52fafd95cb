import { convertToModelMessages, generateText, type ModelMessage, stepCountIs, tool, type UIMessage } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sieveModelMiddleware, sieveTools, sieveUIMessages } from "../../src/ai-sdk/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

const words = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");
const limits = { maxTokens: 20, tokenizer: countWords };
const inputSchema = z.object({ topic: z.string() });
const options = { toolCallId: "1", messages: [{ role: "user" as const, content: "which crane41 is free" }] };

describe("sieveTools", () => {
  it("leaves the application what a tool gave, where the tool has its own words for the model", async () => {
    const { lookup } = sieveTools(
      {
        lookup: tool({
          inputSchema,
          execute: async ({ topic }) => ({ text: words(topic, 60), image: "iVBORw0K" }),
          toModelOutput: ({ output }) => ({
            type: "content",
            value: [
              { type: "text", text: output.text },
              { type: "image-data", data: output.image, mediaType: "image/png" },
            ],
          }),
        }),
      },
      { sieve: scriptedSieve(), ...limits },
    );
    const output = (await lookup.execute?.({ topic: "crane" }, options)) as { text: string; image: string };
    expect(output).toEqual({ text: words("crane", 60), image: "iVBORw0K" });
    const shown = await lookup.toModelOutput?.({ toolCallId: "1", input: { topic: "crane" }, output });
    const [text, image] = (shown as { value: { type: string; text: string }[] }).value;
    expect(countWords(text?.text ?? "")).toBeLessThanOrEqual(20);
    expect(text?.text).toContain("crane41");
    expect(image).toEqual({ type: "image-data", data: "iVBORw0K", mediaType: "image/png" });
  });

  it("hands on what a tool says while it runs, and cuts the last of it", async () => {
    const { lookup } = sieveTools(
      {
        lookup: tool({
          inputSchema,
          async *execute({ topic }) {
            yield "looking";
            yield words(topic, 60);
          },
        }),
      },
      { sieve: scriptedSieve(), ...limits },
    );
    const said: string[] = [];
    const outputs = lookup.execute?.({ topic: "crane" }, options);
    for await (const output of outputs as AsyncIterable<string>) said.push(output);
    expect(said[0]).toBe("looking");
    expect(countWords(said.at(-1) ?? "")).toBeLessThanOrEqual(20);
  });

  it("cuts the message of an error, and keeps the error as its cause", async () => {
    const whole = new Error(`ENOENT ${words("path", 60)}`);
    const { lookup } = sieveTools(
      { lookup: tool({ inputSchema, execute: (): Promise<string> => Promise.reject(whole) }) },
      { sieve: scriptedSieve(), ...limits },
    );
    const thrown = await Promise.resolve(lookup.execute?.({ topic: "crane" }, options)).catch((error: Error) => error);
    expect(thrown).toMatchObject({ cause: whole });
    expect(countWords((thrown as Error).message)).toBeLessThanOrEqual(20);
  });

  it("leaves tools without execute, and changes nothing that came in", () => {
    const client = { inputSchema };
    const lookup = tool({ inputSchema, execute: async () => "short" });
    const tools = Object.freeze({ client, lookup: Object.freeze(lookup) });
    const wrapped = sieveTools(tools, { sieve: scriptedSieve(), ...limits, readOriginal: true, focus: true });
    expect(wrapped.client).toBe(client);
    expect(Object.keys(wrapped)).toEqual(["client", "lookup", "read_original"]);
    expect(tools.lookup.inputSchema).toBe(inputSchema);
  });

  it("gives what the tool gave where the sieve fails, or throws if it is told to", async () => {
    const sieve = { ...scriptedSieve(), compress: () => Promise.reject(new Error("the model is gone")) };
    const tools = { lookup: tool({ inputSchema, execute: async () => words("crane", 60) }) };
    const { lookup } = sieveTools(tools, { sieve, ...limits });
    expect(await lookup.execute?.({ topic: "crane" }, options)).toBe(words("crane", 60));
    const strict = sieveTools(tools, { sieve, ...limits, onError: "throw" });
    await expect(strict.lookup.execute?.({ topic: "crane" }, options)).rejects.toThrow("the model is gone");
  });

  it.each([
    [{ maxTokens: 0 }, "maxTokens"],
    [{ maxtokens: 20 }, "got `maxtokens`"],
    [{ maxTokens: 20, focus: "yes" }, "`focus` to be a boolean"],
    [{ maxTokens: 20, exclude: "lookup" }, "`exclude` to be an array"],
  ])("refuses %o when the tools are wrapped", (given, message) => {
    expect(() => sieveTools({}, { sieve: scriptedSieve(), ...given } as never)).toThrow(message);
  });
});

describe("sieveModelMiddleware", () => {
  it("is taken by wrapLanguageModel as it is, and counts the system prompt and the tools", async () => {
    const { wrapLanguageModel } = await import("ai");
    const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
    const mock = new MockLanguageModelV3({
      doGenerate: async () =>
        ({
          ...{ content: [{ type: "text", text: "ok" }], warnings: [], usage },
          finishReason: { unified: "stop", raw: "stop" },
        }) as never,
    });
    const middleware = sieveModelMiddleware<"v3">({
      sieve: scriptedSieve(),
      maxTokens: 120,
      tokenizer: countWords,
      messageOverhead: 0,
    });
    const model = wrapLanguageModel({ model: mock, middleware });
    const lookup = tool({ description: words("about", 40), inputSchema, execute: async () => "" });
    const messages: ModelMessage[] = Array.from({ length: 20 }, (_, index) => [
      { role: "user" as const, content: words(`q${index}x`, 5) },
      { role: "assistant" as const, content: words(`a${index}x`, 5) },
    ]).flat();
    await generateText({
      ...{ model, system: words("rule", 30), tools: { lookup }, stopWhen: stepCountIs(2) },
      messages: [...messages, { role: "user", content: "and now" }],
    });
    const [call] = mock.doGenerateCalls;
    const sent = JSON.stringify(call?.prompt);
    expect(sent).toContain("rule29");
    expect(sent).toContain("and now");
    expect(countWords(sent)).toBeLessThanOrEqual(120 - 40);
  });
});

describe("sieveUIMessages", () => {
  const messages: UIMessage[] = Array.from({ length: 6 }, (_, index): UIMessage[] => [
    { id: `u${index}`, role: "user", parts: [{ type: "text", text: `question ${index} ${words("ask", 10)}` }] },
    {
      id: `a${index}`,
      role: "assistant",
      parts: [
        { type: "step-start" },
        {
          type: "tool-lookup",
          toolCallId: `c${index}`,
          state: index === 1 ? "output-error" : "output-available",
          input: { topic: "crane" },
          ...(index === 1 ? { errorText: words("error", 40) } : { output: words("crane", 40) }),
        } as UIMessage["parts"][number],
        { type: "text", text: words("answer", 12) },
      ],
    },
  ]).flat();

  it("holds them under the ceiling, and what is left is a conversation that the SDK takes", async () => {
    const before = structuredClone(messages);
    const all: UIMessage[] = [...messages, { id: "u", role: "user", parts: [{ type: "text", text: "and now" }] }];
    const kept = await sieveUIMessages(all, {
      ...{ sieve: scriptedSieve(), maxTokens: 200, tokenizer: countWords, messageOverhead: 0, keepLast: 1 },
    });
    expect(messages).toEqual(before);
    const texts = kept.flatMap(({ parts }) =>
      parts.map((part) => {
        const {
          text = "",
          output = "",
          errorText = "",
        } = part as { text?: string; output?: string; errorText?: string };
        return `${text} ${output} ${errorText}`;
      }),
    );
    expect(countWords(texts.join(" "))).toBeLessThanOrEqual(200);
    expect(kept.at(-1)).toBe(all.at(-1));
    expect(kept[0]?.role).toBe("user");
    const converted = await convertToModelMessages(kept);
    const calls = JSON.stringify(converted).match(/"type":"tool-call"/gu) ?? [];
    const results = JSON.stringify(converted).match(/"type":"tool-result"/gu) ?? [];
    expect(results.length).toBe(calls.length);
  });

  it("gives back what is under the ceiling as it came", async () => {
    const kept = await sieveUIMessages(messages, { sieve: scriptedSieve(), maxTokens: 5000, tokenizer: countWords });
    expect(kept).toEqual(messages);
    for (const [index, message] of kept.entries()) expect(message).toBe(messages[index]);
  });
});
