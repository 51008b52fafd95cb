import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { interrupt, MemorySaver, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { createAgent, toolRetryMiddleware } from "langchain";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { BackendError, type Sieve } from "../../src/index.js";
import {
  type SieveMiddleware,
  type SieveMiddlewareOptions,
  sieveMessages,
  sieveMiddleware,
  sieveTool,
  sieveToolResults,
} from "../../src/langchain/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";
import { longText as long, lookupTool as lookup } from "../support/lookup-tool.js";
import { callTool, ScriptedChatModel } from "./scripted-model.js";
import { TraceCollector } from "./trace.js";

const settings = (maxTokens: number) => ({ maxTokens, tokenizer: countWords });
const thread = (id: string) => ({ configurable: { thread_id: id } });
const ask = (text: string) => ({ messages: [new HumanMessage(text)] });

function failingSieve(): Sieve {
  return { ...scriptedSieve(), compress: () => Promise.reject(new BackendError("the GPU is gone")) };
}

function agentOf(
  options: SieveMiddlewareOptions,
  answers: ConstructorParameters<typeof ScriptedChatModel>[0],
  tools = [lookup],
) {
  const model = new ScriptedChatModel(answers);
  const agent = createAgent({ model, tools, middleware: [sieveMiddleware(options)], checkpointer: new MemorySaver() });
  return { agent, model };
}

describe("an agent with a sieve", () => {
  it("shows the model what a tool threw, as without it", async () => {
    const fails = tool(async () => Promise.reject(new Error("ENOENT")), {
      name: "fails",
      description: "Fails.",
      schema: z.object({}),
    });
    const answers = () => [callTool("fails", {}), new AIMessage("ok")];
    const bare = createAgent({
      model: new ScriptedChatModel(answers()),
      tools: [fails],
      checkpointer: new MemorySaver(),
    });
    const { agent } = agentOf({ sieve: scriptedSieve(), toolResults: settings(20) }, answers(), [fails as never]);
    const [expected, got] = await Promise.all([
      bare.invoke(ask("go"), thread("a")),
      agent.invoke(ask("go"), thread("b")),
    ]);
    expect(got.messages[2]?.text).toBe(expected.messages[2]?.text);
    expect(got.messages[2]?.text).toContain("ENOENT");
  });

  it("shows the model of a long error how it begins and what is asked, the call and its status as without it", async () => {
    const fails = tool(async () => Promise.reject(new TypeError(`ENOENT ${long("path")}`)), {
      name: "fails",
      description: "Fails.",
      schema: z.object({}),
    });
    const answers = [callTool("fails", {}), new AIMessage("ok")];
    const { agent } = agentOf({ sieve: scriptedSieve(), toolResults: settings(60), readOriginal: true }, answers, [
      fails as never,
    ]);
    const { messages } = await agent.invoke(ask("which path51?"), thread("t"));
    const shown = messages[2] as ToolMessage;
    expect(shown).toMatchObject({ status: "error", name: "fails", tool_call_id: expect.stringMatching(/^call_/) });
    expect(countWords(shown.text)).toBeLessThanOrEqual(60);
    expect(shown.text).toContain("path51");
    expect(shown.text).toMatch(/read_original [0-9a-f]{12}/u);
  });

  it("lets a middleware around it try a failed tool again", async () => {
    let calls = 0;
    const flaky = tool(
      async () => {
        calls += 1;
        if (calls === 1) throw new Error("busy");
        return "done";
      },
      { name: "flaky", description: "Fails once.", schema: z.object({}) },
    );
    const agent = createAgent({
      model: new ScriptedChatModel([callTool("flaky", {}), new AIMessage("ok")]),
      tools: [flaky],
      middleware: [
        // Its own types do not fit `exactOptionalPropertyTypes`.
        toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 1 }) as unknown as SieveMiddleware,
        sieveMiddleware({ sieve: scriptedSieve(), toolResults: settings(20) }),
      ],
    });
    expect((await agent.invoke(ask("go"))).messages[2]?.text).toBe("done");
  });

  it("lets an interrupt inside a tool through", async () => {
    const asks = tool(async () => String(interrupt("may I?")), {
      name: "asks",
      description: "Asks.",
      schema: z.object({}),
    });
    const { agent } = agentOf(
      { sieve: scriptedSieve(), toolResults: settings(20) },
      [callTool("asks", {})],
      [asks as never],
    );
    const state = (await agent.invoke(ask("go"), thread("t"))) as { __interrupt__?: unknown[] };
    expect(state.__interrupt__).toHaveLength(1);
  });

  it("goes on uncut if the sieve fails, unless it is to throw", async () => {
    const answers = () => [callTool("lookup", { topic: "crane" }), new AIMessage("ok")];
    const options = { sieve: failingSieve(), toolResults: settings(20), history: { ...settings(50), keepLast: 1 } };
    const { messages } = await agentOf(options, answers()).agent.invoke(ask("go"), thread("t"));
    expect(messages[2]?.text).toBe(long("crane"));
    expect(messages.at(-1)?.text).toBe("ok");
    const throwing = agentOf({ ...options, onError: "throw" }, answers()).agent;
    await expect(throwing.invoke(ask("go"), thread("t"))).rejects.toThrowError("the GPU is gone");
  });

  it("asks for what the model says it is looking for when the user has only approved", async () => {
    const sieve = scriptedSieve();
    const call = callTool("lookup", { topic: "crane" });
    call.content = "I look for crane41 now.";
    const { agent } = agentOf({ sieve, toolResults: settings(20) }, [call, new AIMessage("ok")]);
    const { messages } = await agent.invoke(
      { messages: [new HumanMessage("Which crane is free?"), new AIMessage("Shall I look?"), new HumanMessage("yes")] },
      thread("t"),
    );
    expect(sieve.calls[0]?.query).toEqual({
      anyOf: ["I look for crane41 now.", "Which crane is free?", "crane"],
    });
    expect(messages.at(-2)?.text).toContain("crane");
  });

  it("asks what the caller says, told from the call", async () => {
    const sieve = scriptedSieve();
    const query = ({ toolCall }: { toolCall?: { args?: unknown } }) => `about ${JSON.stringify(toolCall?.args)}`;
    const { agent } = agentOf({ sieve, toolResults: { ...settings(20), query } }, [
      callTool("lookup", { topic: "tide" }),
      new AIMessage("ok"),
    ]);
    await agent.invoke(ask("go"), thread("t"));
    expect(sieve.calls[0]?.query).toBe('about {"topic":"tide"}');
  });

  it("tells the model of `focus`, takes it off before the tool is called, and asks for it alone", async () => {
    const sieve = scriptedSieve();
    const seen: unknown[] = [];
    const strict = tool(
      async (input: { topic: string }) => {
        seen.push(input);
        return long(input.topic);
      },
      { name: "lookup", description: "Looks up.", schema: z.strictObject({ topic: z.string() }) },
    );
    const bound: unknown[] = [];
    class BindingModel extends ScriptedChatModel {
      override bindTools(tools?: unknown): this {
        bound.push(tools);
        return this;
      }
    }
    const model = new BindingModel([
      callTool("lookup", { topic: "crane", focus: "the free one" }),
      new AIMessage("ok"),
    ]);
    const agent = createAgent({
      model,
      tools: [strict],
      middleware: [sieveMiddleware({ sieve, toolResults: { ...settings(20), focus: true } })],
    });
    await agent.invoke(ask("Which crane?"));
    expect(seen).toEqual([{ topic: "crane" }]);
    expect(sieve.calls[0]?.query).toBe("the free one");
    const [told] = bound as [{ name: string; schema: { properties: object; required: string[] } }[]];
    expect(Object.keys(told?.[0]?.schema.properties ?? {})).toEqual(["focus", "topic"]);
    expect(told?.[0]?.schema.required).toEqual(["topic"]);
  });

  it("reads by question, by pattern and by lines what was cut, and what a trim has left out", async () => {
    const sieve = scriptedSieve();
    const idIn = (messages: BaseMessage[]) =>
      /read_original ([0-9a-f]{12})/u.exec(messages.map(({ text }) => text).join("\n"))?.[1] as string;
    const { agent } = agentOf({ sieve, toolResults: settings(30), readOriginal: true }, [
      callTool("lookup", { topic: "crane" }),
      (messages) => callTool("read_original", { id: idIn(messages), question: "crane41 crane42" }),
      (messages) => callTool("read_original", { id: idIn(messages), lines: "7" }),
      new AIMessage("ok"),
    ]);
    const { messages } = await agent.invoke(ask("go"), thread("t"));
    const results = messages.filter((message) => ToolMessage.isInstance(message)).map(({ text }) => text);
    expect(results[1]).toContain("crane41 crane42");
    expect(results[2]).toBe('Expected `lines` as "40-80" within 1 and 1, got "7".');

    const steps = Array.from({ length: 20 }, (_, index) => callTool("lookup", { topic: `t${index}-` }));
    const trimmed = agentOf(
      { sieve: scriptedSieve(), history: { ...settings(600), keepLast: 1, messageOverhead: 0 }, readOriginal: true },
      [
        ...steps,
        (sent) =>
          callTool("read_original", {
            id: /read_original ([0-9a-f]{12})/u.exec(sent.map(({ text }) => text).join("\n"))?.[1] as string,
          }),
        new AIMessage("ok"),
      ],
    );
    const state = await trimmed.agent.invoke(ask("go"), { ...thread("t"), recursionLimit: 60 });
    expect(state.messages.at(-2)?.text).toMatch(/^t\d+-0 t\d+-1 .*t\d+-59$/u);
  });

  it("keeps no original where nothing tells one user's run from another's, and reads none across runs", async () => {
    const ids: string[] = [];
    const middleware = [sieveMiddleware({ sieve: scriptedSieve(), toolResults: settings(30), readOriginal: true })];
    const run = (answers: ConstructorParameters<typeof ScriptedChatModel>[0]) =>
      createAgent({ model: new ScriptedChatModel(answers), tools: [lookup], middleware }).invoke(ask("go"));
    await run([
      callTool("lookup", { topic: "secret" }),
      (messages) => {
        ids.push(/read_original ([0-9a-f]{12})/u.exec(messages.map(({ text }) => text).join("\n"))?.[1] as string);
        return new AIMessage("ok");
      },
    ]);
    expect(ids[0]).toMatch(/^[0-9a-f]{12}$/u);
    const other = await run([callTool("read_original", { id: ids[0] as string }), new AIMessage("ok")]);
    expect(other.messages[2]?.text).toMatch(/^No original is kept .* Call the tool again/u);
  });

  it("counts tool definitions, and takes a share of the model's window", async () => {
    const middleware = sieveMiddleware({
      sieve: scriptedSieve(),
      onError: "throw",
      history: { maxTokens: 0.5, tokenizer: countWords, messageOverhead: 0, keepLast: 1 },
    });
    const messages = [new HumanMessage("go"), new AIMessage(long("a", 30)), new HumanMessage(long("b", 30))];
    const sent = async (tools: unknown[], model: object) => {
      let kept: BaseMessage[] = [];
      await middleware.wrapModelCall?.({ messages, tools, model, runtime: {} }, (request) => {
        kept = request.messages;
        return new AIMessage("ok");
      });
      return kept.reduce((sum, message) => sum + countWords(message.text), 0);
    };
    expect(await sent([], { profile: { maxInputTokens: 200 } })).toBe(61);
    expect(await sent([], { profile: { maxInputTokens: 100 } })).toBeLessThanOrEqual(50);
    const wide = { name: "wide", description: long("d", 50), schema: z.object({}) };
    expect(await sent([wide], { profile: { maxInputTokens: 200 } })).toBeLessThanOrEqual(50);
    await expect(sent([], {})).rejects.toThrowError(/there is no `targetModel`/u);
  });

  it("leaves a run of its own in the trace for each trim, and tells its caller", async () => {
    const events: unknown[] = [];
    const history = {
      ...settings(70),
      keepLast: 1,
      messageOverhead: 0,
      onTrim: (event: unknown) => events.push(event),
    };
    const { agent } = agentOf({ sieve: scriptedSieve(), history }, [
      callTool("lookup", { topic: "crane" }),
      callTool("lookup", { topic: "tide" }),
      new AIMessage("ok"),
    ]);
    const tracer = new TraceCollector();
    await agent.invoke(ask("go"), { ...thread("t"), callbacks: [tracer] });
    expect(events.length).toBeGreaterThan(0);
    expect(tracer.paths().filter((path) => path.endsWith("sieveHistory"))).toHaveLength(events.length);
  });

  it("takes two sieves of different names", async () => {
    const names = ["one", "two"].map((name) =>
      sieveMiddleware({ sieve: scriptedSieve(), name, toolResults: settings(20) }),
    );
    const agent = createAgent({
      model: new ScriptedChatModel([new AIMessage("ok")]),
      tools: [lookup],
      middleware: names,
    });
    expect((await agent.invoke(ask("go"))).messages.at(-1)?.text).toBe("ok");
  });

  it.each([
    [{}, "Expected `options` to be with `toolResults`, `history` or both"],
    [{ toolresults: { maxTokens: 5 } }, "got `toolresults`"],
    [{ readOriginal: true }, "Expected `options` to be with `toolResults`, `history` or both"],
    [{ toolResults: {} }, "Expected exactly one of `maxTokens`, `rate` and `threshold`, got none."],
    [{ toolResults: { maxTokens: 0 } }, "Expected `maxTokens` to be an integer of at least 1, got `0`."],
    [{ toolResults: { maxTokens: 24 }, readOriginal: true }, "at least 40 beside `readOriginal`"],
    [{ toolResults: { maxTokens: 90, query: "x" } }, "Expected `toolResults.query` to be a function"],
    [{ history: {} }, "Expected `maxTokens` to be an integer of at least 1"],
    [{ history: { maxTokens: 9, lowwater: 1 } }, "got `lowwater`"],
    [{ history: { maxTokens: 9 }, onError: "stop" }, 'Expected `onError` to be "uncut" or "throw"'],
    [{ history: { maxTokens: 9 }, originals: { maxPerThread: 0 } }, "Expected `originals.maxPerThread`"],
    [{ history: { maxTokens: 9 }, name: "" }, "Expected `name` to be a string that is not empty"],
  ])("refuses %j when it is made", (options, message) => {
    expect(() => sieveMiddleware(options as never)).toThrowError(message);
  });
});

describe("a tool with a sieve", () => {
  it("cuts what it gives back in a graph of one's own", async () => {
    const sieve = scriptedSieve();
    const node = new ToolNode([sieveTool(lookup, { sieve, ...settings(20), focus: true })]);
    const call = callTool("lookup", { topic: "crane", focus: "crane41" });
    const { messages } = (await node.invoke({ messages: [new HumanMessage("go"), call] })) as {
      messages: BaseMessage[];
    };
    expect(countWords(messages[0]?.text ?? "")).toBe(20);
    expect(messages[0]?.text).toContain("crane41");
    expect(await sieveTool(lookup, { sieve, ...settings(20) }).invoke({ topic: "tide" })).toMatch(/^tide0 /u);
  });

  it("is a function too, for messages that are there already", async () => {
    const cut = sieveToolResults({ sieve: scriptedSieve(), ...settings(20) });
    const message = new ToolMessage({ content: long("crane"), tool_call_id: "c", name: "lookup" });
    const request = {
      toolCall: { name: "lookup", args: {} },
      state: { messages: [new HumanMessage("which crane41?")] },
    };
    expect(countWords((await cut(message, request)).text)).toBe(20);
  });

  it("gives what the tool gave where the sieve fails, or throws if it is told to", async () => {
    const options = { sieve: failingSieve(), ...settings(20) };
    expect(await sieveTool(lookup, options).invoke({ topic: "crane" })).toBe(long("crane"));
    const strict = sieveTool(lookup, { ...options, onError: "throw" });
    await expect(strict.invoke({ topic: "crane" })).rejects.toThrowError("the GPU is gone");
    expect(() => sieveTool(lookup, { ...options, onError: "stop" as never })).toThrowError("`onError`");
  });

  const failing = (error: Error) =>
    tool(async () => Promise.reject(error), { name: "fails", description: "Fails.", schema: z.object({}) });

  it("lets errors through", async () => {
    const error = new Error("ENOENT");
    await expect(sieveTool(failing(error), { sieve: scriptedSieve(), ...settings(20) }).invoke({})).rejects.toBe(error);
  });

  it("cuts the message of a long error, which ToolNode shows to the model", async () => {
    const error = new TypeError(`ENOENT ${long("path")}`);
    const wrapped = sieveTool(failing(error), { sieve: scriptedSieve(), ...settings(20) });
    await expect(wrapped.invoke({})).rejects.toMatchObject({ name: "TypeError", cause: error });
    const node = new ToolNode([wrapped]);
    const given = { messages: [new HumanMessage("go"), callTool("fails", {})] };
    const { messages } = (await node.invoke(given)) as { messages: BaseMessage[] };
    expect(messages[0]).toMatchObject({ status: "error" });
    expect(messages[0]?.text).toMatch(/^Error: ENOENT path0 /u);
    expect(countWords(messages[0]?.text ?? "")).toBeLessThanOrEqual(20 + 5);
  });

  it("lets an interrupt through", async () => {
    const asks = tool(async () => String(interrupt("may I?".repeat(50))), {
      name: "asks",
      description: "Asks.",
      schema: z.object({}),
    });
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode([sieveTool(asks, { sieve: scriptedSieve(), ...settings(20) })]))
      .addEdge("__start__", "tools")
      .compile({ checkpointer: new MemorySaver() });
    const state = await graph.invoke({ messages: [callTool("asks", {})] }, thread("t"));
    expect((state as { __interrupt__?: unknown[] }).__interrupt__).toHaveLength(1);
  });
});

describe("sieveMessages", () => {
  it.each([
    [[null], "Expected `messages[0]` to be a message of LangChain's"],
    [[{ role: "user", content: "hi" }], "Expected `messages[0]` to be a message of LangChain's"],
    [[["human", "hi"]], "Expected `messages[0]` to be a message of LangChain's"],
    [null, "Expected `messages` to be an array of messages, got `null`"],
  ])("refuses %j with one clear error", async (messages, message) => {
    await expect(sieveMessages(messages as never, { sieve: scriptedSieve(), maxTokens: 9 })).rejects.toThrowError(
      message,
    );
  });
});
