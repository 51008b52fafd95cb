import {
  AIMessage,
  AIMessageChunk,
  type AIMessageFields,
  type BaseMessage,
  ChatMessage,
  HumanMessage,
  type MessageContent,
  mapChatMessagesToStoredMessages,
  mapStoredMessagesToChatMessages,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { RunnableSequence } from "@langchain/core/runnables";
import { describe, expect, it } from "vitest";
import { sieveMessages } from "../../src/langchain/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";
import { ScriptedChatModel } from "./scripted-model.js";
import { TraceCollector } from "./trace.js";

const words = (word: string, count = 30) => Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");

const options = (maxTokens: number) => ({
  sieve: scriptedSieve(),
  maxTokens,
  tokenizer: countWords,
  messageOverhead: 1,
  keepLast: 1,
  lowWater: 0.9,
});

/** An old turn with every kind of content, an answer, and a new question. */
function talk(): BaseMessage[] {
  return [
    new SystemMessage("You are the harbour's clerk."),
    new HumanMessage({
      id: "h1",
      content: [
        { type: "text", text: words("old"), cache_control: { type: "ephemeral" } },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ],
    }),
    new AIMessage({
      id: "a1",
      content: [
        { type: "thinking", thinking: "look first", signature: "s" },
        { type: "text", text: words("plan", 10), citations: [{ start: 3 }] },
        { type: "tool_use", id: "c1", name: "search", input: { query: "crane" } },
      ] as MessageContent,
      tool_calls: [{ id: "c1", name: "search", args: { query: "crane" }, type: "tool_call" }],
      usage_metadata: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
      response_metadata: { model: "m" },
    } as unknown as AIMessageFields),
    new ToolMessage({ id: "t1", tool_call_id: "c1", name: "search", content: words("row"), artifact: { rows: 30 } }),
    new AIMessage({ id: "a2", content: "Crane 2 is free." }),
    new HumanMessage({ id: "h2", content: "And row7?" }),
  ];
}

describe("sieveMessages", () => {
  it("takes an empty result for the result of its call", async () => {
    const list = [
      new HumanMessage("go"),
      new AIMessage({ content: "", tool_calls: [{ id: "a", name: "search", args: {} }] }),
      new ToolMessage({ content: [], tool_call_id: "a" }),
      new HumanMessage("and?"),
    ];
    expect(await sieveMessages(list, options(1000))).toEqual(list);
  });

  it("gives back the very messages where they fit", async () => {
    const messages = talk();
    const kept = await sieveMessages(messages, { ...options(500), mediaTokens: 10 });
    expect(kept).toEqual(messages);
    expect(kept.every((message, index) => message === messages[index])).toBe(true);
  });

  it("cuts texts only: other blocks, ids, names, artifacts and metadata stay, and so does the class", async () => {
    const messages = talk();
    const kept = await sieveMessages(messages, { ...options(100), mediaTokens: 10 });
    expect(kept.map(({ id }) => id)).toEqual([undefined, "h1", "a1", "t1", "a2", "h2"]);
    for (const [index, message] of kept.entries()) {
      const source = messages[index] as BaseMessage;
      expect(message.constructor).toBe(source.constructor);
      const { content, lc_kwargs, ...fields } = message;
      const { content: _content, lc_kwargs: _kwargs, ...expected } = source;
      expect(fields).toEqual(expected);
      expect(lc_kwargs.content).toBe(content);
    }
    const [, human, ai, tool] = kept as [BaseMessage, BaseMessage, AIMessage, ToolMessage];
    expect(human.content).toContainEqual({ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } });
    expect(ai.content).toContainEqual({ type: "thinking", thinking: "look first", signature: "s" });
    expect(ai.content).toContainEqual({ type: "tool_use", id: "c1", name: "search", input: { query: "crane" } });
    expect(countWords(tool.text)).toBeLessThan(30);
    expect(tool.text).toContain("row7");
    expect(tool.artifact).toEqual({ rows: 30 });
  });

  it("takes citations off a text that was cut, since they point into what was, and keeps cache marks", async () => {
    const cited = (text: string) => ({
      type: "text",
      text,
      citations: [{ start: 3 }],
      cache_control: { type: "ephemeral" },
    });
    const messages = [
      new HumanMessage("old question"),
      new AIMessage({ content: [cited(words("found")), cited("short")] as MessageContent }),
      new HumanMessage("found4 short"),
    ];
    const [, answer] = await sieveMessages(messages, options(30));
    const [cut, whole] = (answer as BaseMessage).content as unknown as Record<string, unknown>[];
    expect(countWords(cut?.text as string)).toBeLessThan(30);
    expect(cut).toEqual({ type: "text", text: cut?.text, cache_control: { type: "ephemeral" } });
    expect(whole).toEqual(cited("short"));
  });

  it("never changes what came in", async () => {
    const messages = talk();
    const before = JSON.stringify(mapChatMessagesToStoredMessages(messages));
    await sieveMessages(Object.freeze(messages), { ...options(60), mediaTokens: 10 });
    expect(JSON.stringify(mapChatMessagesToStoredMessages([...messages]))).toBe(before);
  });

  it("gives messages that survive being stored", async () => {
    const kept = await sieveMessages(talk(), { ...options(100), mediaTokens: 10 });
    const restored = mapStoredMessagesToChatMessages(mapChatMessagesToStoredMessages(kept));
    expect(restored.map(({ content }) => content)).toEqual(kept.map(({ content }) => content));
    expect(JSON.stringify(restored)).toBe(JSON.stringify(kept));
  });

  it("counts a tool call once, though Anthropic's messages hold it twice", async () => {
    const call = (content: AIMessage["content"]) =>
      new AIMessage({ content, tool_calls: [{ id: "c", name: "search", args: { query: "crane" } }] });
    const history = (ai: BaseMessage) => [new HumanMessage("go"), ai];
    // 1 + 1 for the question, 1 + 2 for the call.
    const twice = call([{ type: "tool_use", id: "c", name: "search", input: { query: "crane" } }]);
    for (const ai of [call(""), twice]) {
      await expect(sieveMessages(history(ai), { ...options(5) })).resolves.toHaveLength(2);
      await expect(sieveMessages(history(ai), { ...options(4) })).rejects.toThrowError(/got 5 tokens/);
    }
  });

  it("takes chunks and generic roles as what they are", async () => {
    const messages = [
      new ChatMessage({ role: "developer", content: "be brief" }),
      new ChatMessage({ role: "user", content: words("old") }),
      new AIMessageChunk({ content: words("answer") }),
      new ChatMessage({ role: "user", content: "and answer3?" }),
    ];
    const kept = await sieveMessages(messages, options(40));
    expect(kept[0]).toBe(messages[0]);
    expect(kept.at(-1)).toBe(messages.at(-1));
    expect(kept[2]).toBeInstanceOf(AIMessageChunk);
    expect(kept[2]?.text).toContain("answer3");
  });

  it("is a link of a chain where no messages are given, as trimMessages is", async () => {
    const model = new ScriptedChatModel([new AIMessage("Yes.")]);
    const chain = RunnableSequence.from([sieveMessages({ ...options(100), mediaTokens: 10 }), model]);
    const tracer = new TraceCollector();
    await chain.invoke(talk(), { callbacks: [tracer] });
    expect(model.calls[0]).toHaveLength(6);
    expect(countWords((model.calls[0] as BaseMessage[]).map(({ text }) => text).join(" "))).toBeLessThan(100);
    expect(tracer.paths()).toContain("RunnableSequence > sieveMessages");
    const aborted = { signal: AbortSignal.abort(new Error("gone")) };
    await expect(chain.invoke(talk(), aborted)).rejects.toThrowError("gone");
  });

  it("leaves what was rendered before byte for byte as it was when turns are appended", async () => {
    const settings = { ...options(120), lowWater: 0.5 };
    const messages: BaseMessage[] = [new SystemMessage("Clerk.")];
    let rendered: string[] = [];
    let trims = 0;
    for (let turn = 0; turn < 12; turn += 1) {
      messages.push(new HumanMessage(words(`question${turn}-`, 6)), new AIMessage(words(`answer${turn}-`, 12)));
      const next = (await sieveMessages(messages, settings)).map((message) => JSON.stringify(message));
      if (JSON.stringify(next.slice(0, rendered.length)) !== JSON.stringify(rendered)) trims += 1;
      rendered = next;
    }
    expect(trims).toBeGreaterThan(1);
    expect(trims).toBeLessThan(6);
  });
});
