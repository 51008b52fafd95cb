import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalFileStore } from "@langchain/classic/storage/file_system";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import { createAgent } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type SievedToolResult, sieveMiddleware } from "../../src/langchain/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";
import { longText as long, lookupTool as lookup } from "../support/lookup-tool.js";
import { callTool, ScriptedChatModel } from "./scripted-model.js";
import { TraceCollector } from "./trace.js";

const settings = (maxTokens: number) => ({ maxTokens, tokenizer: countWords });

const checkpointers = {
  MemorySaver: () => new MemorySaver(),
  SqliteSaver: () => SqliteSaver.fromConnString(":memory:"),
};

/** Calls per model call, as texts. */
const texts = (messages: readonly BaseMessage[] | undefined) => (messages ?? []).map((message) => message.text);

describe.each(Object.entries(checkpointers))("sieveMiddleware with a %s", (_, open) => {
  it("cuts a large tool result once, when it arrives, for the agent's task, and stores it so", async () => {
    const sieve = scriptedSieve();
    const model = new ScriptedChatModel([
      callTool("lookup", { topic: "crane" }),
      callTool("lookup", { topic: "tide" }),
      new AIMessage("crane41 it is."),
      new AIMessage("You are welcome."),
    ]);
    const agent = createAgent({
      model,
      tools: [lookup],
      middleware: [sieveMiddleware({ sieve, toolResults: settings(20) })],
      checkpointer: open(),
    });
    const thread = { configurable: { thread_id: "t1" } };
    const { messages } = await agent.invoke({ messages: [new HumanMessage("which crane41 is free")] }, thread);
    const results = messages.filter((message) => ToolMessage.isInstance(message));
    expect(results.map(({ text }) => countWords(text))).toEqual([20, 20]);
    expect(results[0]?.text).toContain("crane41");
    expect(results[0]?.response_metadata.contextsieve).toMatchObject({ tokens: 20, originals: [expect.any(String)] });
    expect(results[0]).toMatchObject({ name: "lookup", tool_call_id: expect.stringMatching(/^call_/) });
    expect(sieve.calls.map(({ query }) => query)).toEqual([
      { anyOf: ["which crane41 is free", "crane"] },
      { anyOf: ["which crane41 is free", "tide"] },
    ]);
    // What a call was sent is what every later call is sent first.
    await agent.invoke({ messages: [new HumanMessage("thanks")] }, thread);
    const calls = model.calls.map(texts);
    for (const [index, call] of calls.slice(1).entries())
      expect(call.slice(0, calls[index]?.length)).toEqual(calls[index]);
    expect(sieve.calls).toHaveLength(2);
    const state = await agent.graph.getState(thread);
    expect(texts(state.values.messages)).toEqual([...texts(messages), "thanks", "You are welcome."]);
  });

  it("trims the history for the call only: the stored state keeps every word", async () => {
    const sieve = scriptedSieve();
    const questions = Array.from({ length: 8 }, (_, index) => long(`q${index}-`, 8));
    const model = new ScriptedChatModel(questions.map((_, index) => new AIMessage(long(`a${index}-`, 12))));
    const agent = createAgent({
      model,
      tools: [],
      systemPrompt: "You are the harbour's clerk.",
      middleware: [
        sieveMiddleware({
          sieve,
          history: { ...settings(90), messageOverhead: 1, keepLast: 2, lowWater: 0.6, recall: false },
        }),
      ],
      checkpointer: open(),
    });
    const thread = { configurable: { thread_id: "t2" } };
    for (const question of questions) await agent.invoke({ messages: [new HumanMessage(question)] }, thread);
    const { messages } = (await agent.graph.getState(thread)).values as { messages: BaseMessage[] };
    expect(texts(messages)).toEqual(questions.flatMap((question, index) => [question, long(`a${index}-`, 12)]));
    let warm = 0;
    for (const [index, call] of model.calls.entries()) {
      const cost = call.reduce((sum, message) => sum + 1 + countWords(message.text), 0);
      expect(cost).toBeLessThanOrEqual(90);
      expect(call[0]?.text).toBe("You are the harbour's clerk.");
      expect(call.at(-1)?.text).toBe(questions[index]);
      const before = texts(model.calls[index - 1]);
      if (index > 0 && JSON.stringify(texts(call).slice(0, before.length)) === JSON.stringify(before)) warm += 1;
    }
    expect(warm).toBeGreaterThanOrEqual(4);
    expect(warm).toBeLessThan(7);
  });
});

describe("sieveMiddleware", () => {
  const agentWith = (
    options: Parameters<typeof sieveMiddleware>[0],
    answers: ConstructorParameters<typeof ScriptedChatModel>[0],
  ) => {
    const model = new ScriptedChatModel(answers);
    const middleware = [sieveMiddleware(options)];
    // Older versions want a checkpointer wherever a thread is named.
    return { model, agent: createAgent({ model, tools: [lookup], middleware, checkpointer: new MemorySaver() }) };
  };
  const ask = (text: string) => ({ messages: [new HumanMessage(text)] });
  const thread = { configurable: { thread_id: "t" } };

  it("leaves small results and those of excluded tools as they are", async () => {
    const { agent } = agentWith({ sieve: scriptedSieve(), toolResults: { ...settings(20), exclude: ["lookup"] } }, [
      callTool("lookup", { topic: "crane" }),
      new AIMessage("ok"),
    ]);
    const { messages } = await agent.invoke(ask("go"), thread);
    expect(messages[2]?.text).toBe(long("crane"));
    const roomy = agentWith({ sieve: scriptedSieve(), toolResults: settings(60) }, [
      callTool("lookup", { topic: "crane" }),
      new AIMessage("ok"),
    ]);
    const result = (await roomy.agent.invoke(ask("go"), thread)).messages[2];
    expect(result?.text).toBe(long("crane"));
    expect(result?.response_metadata).not.toHaveProperty("contextsieve");
  });

  it("gives the original back through read_original, in pages under the ceiling, by thread", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contextsieve-"));
    try {
      const store = await LocalFileStore.fromPath(folder);
      const pages: AIMessage[] = [];
      const read = (messages: BaseMessage[]) => {
        const last = messages.at(-1)?.text as string;
        const id = (/read_original ([0-9a-f]{12})/.exec(last) as RegExpExecArray)[1];
        const offset = Number(/offset (\d+)/.exec(last)?.[1] ?? 0);
        const call = callTool("read_original", { id, offset });
        pages.push(call);
        return call;
      };
      const { agent, model } = agentWith(
        { sieve: scriptedSieve(), toolResults: settings(30), readOriginal: true, originals: { store } },
        [callTool("lookup", { topic: "crane" }), read, read, read, new AIMessage("done")],
      );
      const { messages } = await agent.invoke(ask("go"), { configurable: { thread_id: "a/b:c d" } });
      const results = messages.filter((message) => ToolMessage.isInstance(message)).map(({ text }) => text);
      for (const text of results) expect(countWords(text)).toBeLessThanOrEqual(30);
      expect(results[0]).toMatch(/\n\[shortened; in full: read_original [0-9a-f]{12}\]$/);
      expect(results[1]).toMatch(/\n\[goes on at offset \d+ of 469: read_original [0-9a-f]{12}\]$/);
      const full = results.slice(1).map((text) => text.replace(/\n\[goes on.*\]$/, ""));
      expect(full.join("")).toBe(long("crane"));
      expect(model.calls).toHaveLength(5);
      const other = agentWith(
        { sieve: scriptedSieve(), toolResults: settings(30), readOriginal: true, originals: { store } },
        [new AIMessage({ content: "", tool_calls: pages[0]?.tool_calls ?? [] }), new AIMessage("done")],
      );
      const denied = await other.agent.invoke(ask("go"), { configurable: { thread_id: "another" } });
      expect(denied.messages[2]?.text).toMatch(/^No original is kept under "[0-9a-f]{12}": .* Call the tool again/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("keeps the newest originals of a thread only", async () => {
    const topics = ["crane", "tide", "pilot"];
    const ids: string[] = [];
    const { agent } = agentWith(
      { sieve: scriptedSieve(), toolResults: settings(30), readOriginal: true, originals: { maxPerThread: 2 } },
      [
        ...topics.map((topic) => callTool("lookup", { topic })),
        (messages) => {
          for (const { response_metadata: facts } of messages) {
            ids.push(...((facts as { contextsieve?: SievedToolResult })?.contextsieve?.originals ?? []));
          }
          return callTool("read_original", { id: ids[0] as string });
        },
        () => callTool("read_original", { id: ids[1] as string }),
        new AIMessage("done"),
      ],
    );
    const { messages } = await agent.invoke(ask("go"), thread);
    const [gone, kept] = messages.filter((message) => ToolMessage.isInstance(message)).slice(3);
    expect(gone?.text).toMatch(/^No original/);
    expect(kept?.text).toMatch(/^tide0 tide1 /);
  });

  it("cuts the tool messages inside a command, blocks beside their images, and parallel calls", async () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const update = tool(
      async (_: object, config) =>
        new Command({
          update: {
            messages: [
              new ToolMessage({
                // Older versions hand the call over, newer ones its id too.
                tool_call_id: (config as { toolCallId?: string }).toolCallId ?? config.toolCall?.id,
                name: "update",
                content: [{ type: "text", text: long("log") }, image],
              }),
            ],
          },
        }),
      { name: "update", description: "Updates.", schema: z.object({}) },
    );
    const parallel = new AIMessage({
      content: "",
      tool_calls: [
        { name: "update", args: {}, id: "u1", type: "tool_call" },
        { name: "lookup", args: { topic: "crane" }, id: "u2", type: "tool_call" },
        { name: "lookup", args: { topic: "tide" }, id: "u3", type: "tool_call" },
      ],
    });
    const agent = createAgent({
      model: new ScriptedChatModel([parallel, new AIMessage("ok")]),
      tools: [lookup, update],
      middleware: [sieveMiddleware({ sieve: scriptedSieve(), toolResults: settings(20) })],
    });
    const { messages } = await agent.invoke(ask("go"));
    const results = messages.filter((message) => ToolMessage.isInstance(message));
    expect(results.map(({ tool_call_id: id }) => id).sort()).toEqual(["u1", "u2", "u3"]);
    expect(results.map(({ text }) => countWords(text))).toEqual([20, 20, 20]);
    expect(results.find(({ name }) => name === "update")?.content).toContainEqual(image);
  });

  it("listens to the run's signal no more often than the agent does without it", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const calls = Array.from({ length: 8 }, (_, index) => ({
      id: `c${index}`,
      name: "lookup",
      args: { topic: `t${index}` },
    }));
    const agent = createAgent({
      model: new ScriptedChatModel([new AIMessage({ content: "", tool_calls: calls }), new AIMessage("ok")]),
      tools: [lookup],
      middleware: [sieveMiddleware({ sieve: scriptedSieve(), toolResults: { maxTokens: 20, tokenizer: countWords } })],
    });
    const { signal } = new AbortController();
    const { messages } = await agent.invoke({ messages: [new HumanMessage("go")] }, { signal });
    // Warnings come in a turn of their own.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(messages.filter((message) => ToolMessage.isInstance(message))).toHaveLength(8);
    expect(warnings).toEqual([]);
  });

  it("nests its trace under the agent's run, and stops with the agent's signal", async () => {
    const { agent } = agentWith({ sieve: scriptedSieve(), toolResults: settings(20) }, [
      callTool("lookup", { topic: "crane" }),
      new AIMessage("ok"),
    ]);
    const tracer = new TraceCollector();
    await agent.invoke(ask("go"), { ...thread, callbacks: [tracer] });
    expect(tracer.paths().filter((path) => /LangGraph.* > tools > .*sieveToolResult$/.test(path))).toHaveLength(1);

    const sieve = scriptedSieve();
    const controller = new AbortController();
    const stuck = {
      ...sieve,
      compress: (options: Parameters<typeof sieve.compress>[0]) =>
        new Promise<never>((_, reject) => {
          options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
          controller.abort(new Error("the user left"));
        }),
    };
    const hanging = agentWith({ sieve: stuck, toolResults: settings(20) }, [callTool("lookup", { topic: "crane" })]);
    await expect(hanging.agent.invoke(ask("go"), { ...thread, signal: controller.signal })).rejects.toThrowError();
  });

  it("prints results compactly and says what is left out, unless told otherwise", async () => {
    const answers = () => [callTool("lookup", { topic: "crane" }), new AIMessage("ok")];
    const sieve = scriptedSieve();
    await agentWith({ sieve, toolResults: settings(20) }, answers()).agent.invoke(ask("go"), thread);
    const own = { form: "same", marker: false } as const;
    await agentWith({ sieve, toolResults: { ...settings(20), ...own } }, answers()).agent.invoke(ask("go"), thread);
    expect(sieve.calls.map(({ form, marker }) => ({ form, marker }))).toEqual([{ form: "compact", marker: true }, own]);
  });

  it("never makes nothing of a result: its beginning stands there, with the id of the original", async () => {
    const sieve = scriptedSieve();
    const nothing: typeof sieve = {
      ...sieve,
      async compress(options) {
        return { ...(await sieve.compress({ ...options, rate: 1 })), text: "", documents: [], tokens: 0 };
      },
    };
    const { agent } = agentWith({ sieve: nothing, toolResults: settings(20), readOriginal: true }, [
      callTool("lookup", { topic: "crane" }),
      new AIMessage("ok"),
    ]);
    const result = (await agent.invoke(ask("go"), thread)).messages[2];
    expect(result?.text).toMatch(/^crane0 crane1 .*\n\[shortened; in full: read_original [0-9a-f]{12}\]$/);
    expect(countWords(result?.text ?? "")).toBeLessThanOrEqual(20);
    const facts = result?.response_metadata.contextsieve as SievedToolResult;
    expect(facts).toMatchObject({ originalTokens: 60, originals: [expect.stringMatching(/^[0-9a-f]{12}$/)] });
    expect(facts.tokens).toBe(countWords(result?.text ?? ""));
  });

  it("does nothing that was not asked for", () => {
    const history = sieveMiddleware({ sieve: scriptedSieve(), history: { maxTokens: 9 } });
    expect([history.wrapToolCall, history.tools]).toEqual([undefined, []]);
    const results = sieveMiddleware({ sieve: scriptedSieve(), toolResults: { maxTokens: 90 } });
    expect([results.wrapModelCall, results.tools]).toEqual([undefined, []]);
  });
});
