import { ChatAnthropic } from "@langchain/anthropic";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatOpenAI } from "@langchain/openai";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sieveMiddleware } from "../../src/langchain/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";

/** Trajectories in all, over the four providers: more with CASES, as in the long suite. */
const CASES = Number(process.env.CASES ?? 200);
const MOST_WORDS = 160;

type Json = Record<string, unknown>;
const bodies: Json[] = [];

/** Answers as each provider does, and keeps what it was sent. */
async function answer(url: unknown, init?: { body?: unknown }): Promise<Response> {
  bodies.push(JSON.parse(String(init?.body)) as Json);
  const address = String((url as { url?: string }).url ?? url);
  return new Response(JSON.stringify(replyOf(address)), { headers: { "content-type": "application/json" } });
}

function replyOf(address: string): Json {
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  if (address.includes("anthropic")) {
    return {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude",
      content: [{ type: "text", text: "ok" }],
      stop_reason: "end_turn",
      usage,
    };
  }
  if (address.includes("googleapis")) {
    return { candidates: [{ content: { role: "model", parts: [{ text: "ok" }] }, finishReason: "STOP", index: 0 }] };
  }
  if (address.includes("/responses")) {
    const content = [{ type: "output_text", text: "ok", annotations: [] }];
    return {
      id: "resp_1",
      object: "response",
      status: "completed",
      model: "gpt-5",
      output: [{ type: "message", id: "msg_1", role: "assistant", content }],
      usage,
    };
  }
  return {
    id: "1",
    object: "chat.completion",
    model: "gpt-4o",
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
    usage,
  };
}

/** What a body says, text by text, and the calls and results in it, in order. */
interface Said {
  texts: string[];
  calls: string[];
  results: string[];
  firstRole: string | undefined;
}

const providers: Record<string, { model: () => BaseChatModel; read: (body: Json) => Said }> = {
  "OpenAI's chat completions": {
    model: () =>
      new ChatOpenAI({ model: "gpt-4o", apiKey: "x", maxRetries: 0, configuration: { fetch: answer as never } }),
    read: (body) => {
      const messages = body.messages as Json[];
      const calls = messages.flatMap(
        (message) => (message.tool_calls ?? []) as { id: string; function: Record<string, string> }[],
      );
      return {
        texts: [
          ...messages.flatMap((message) => textsIn(message.content)),
          ...calls.map((call) => `${call.function.name} ${call.function.arguments}`),
        ],
        calls: calls.map(({ id }) => id),
        results: messages.flatMap((message) => (message.tool_call_id as string | undefined) ?? []),
        firstRole: messages.find(({ role }) => role !== "system")?.role as string,
      };
    },
  },
  "OpenAI's Responses API": {
    model: () =>
      new ChatOpenAI({
        model: "gpt-4o",
        apiKey: "x",
        maxRetries: 0,
        useResponsesApi: true,
        configuration: { fetch: answer as never },
      }),
    read: (body) => {
      const items = body.input as Json[];
      const of = (type: string) => items.filter((item) => item.type === type);
      return {
        texts: items.flatMap((item) => [
          ...textsIn(item.content),
          ...textsIn(item.output),
          ...(item.type === "function_call" ? [`${item.name} ${item.arguments}`] : []),
          ...(item.type === "reasoning" ? [JSON.stringify(item)] : []),
        ]),
        calls: of("function_call").map(({ call_id }) => call_id as string),
        results: of("function_call_output").map(({ call_id }) => call_id as string),
        firstRole: items.find(({ role }) => role !== "system" && role !== "developer")?.role as string,
      };
    },
  },
  Anthropic: {
    model: () =>
      new ChatAnthropic({
        model: "claude-sonnet-4-5",
        apiKey: "x",
        maxRetries: 0,
        clientOptions: { fetch: answer as never },
      }),
    read: (body) => {
      const messages = body.messages as Json[];
      const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? (content as Json[]) : []));
      const uses = blocks.filter(({ type }) => type === "tool_use");
      const results = blocks.filter(({ type }) => type === "tool_result");
      return {
        texts: [
          ...textsIn(body.system),
          ...messages.flatMap(({ content }) => textsIn(content)),
          ...uses.map(({ name, input }) => `${name} ${JSON.stringify(input)}`),
          ...results.flatMap(({ content }) => textsIn(content)),
          ...blocks.filter(({ type }) => type === "thinking").map((block) => JSON.stringify(block)),
        ],
        calls: uses.map(({ id }) => id as string),
        results: results.map(({ tool_use_id }) => tool_use_id as string),
        firstRole: messages[0]?.role as string,
      };
    },
  },
  Google: {
    model: () => new ChatGoogleGenerativeAI({ model: "gemini-2.5-flash", apiKey: "x", maxRetries: 0 }),
    read: (body) => {
      const contents = body.contents as { role: string; parts: Json[] }[];
      const system = (body.systemInstruction as { parts?: Json[] } | undefined)?.parts ?? [];
      const parts = [...system, ...contents.flatMap((content) => content.parts)];
      const calls = parts.flatMap(
        ({ functionCall }) => (functionCall as { name: string; args: object } | undefined) ?? [],
      );
      const results = parts.flatMap(
        ({ functionResponse }) => (functionResponse as { name: string; response: Json } | undefined) ?? [],
      );
      return {
        texts: [
          ...parts.flatMap(({ text }) => (typeof text === "string" ? [text] : [])),
          ...calls.map(({ name, args }) => `${name} ${JSON.stringify(args)}`),
          ...results.map(({ response }) =>
            Object.values(response)
              .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
              .join(" "),
          ),
        ],
        // Google names calls and results by their tools only.
        calls: calls.map(({ name }) => name),
        results: results.map(({ name }) => name),
        firstRole: contents[0]?.role,
      };
    },
  },
};

function textsIn(content: unknown): string[] {
  if (typeof content === "string") return [content];
  return Array.isArray(content)
    ? content.flatMap(({ text }: { text?: string }) => (typeof text === "string" ? [text] : []))
    : [];
}

const words = (least: number, most: number) =>
  fc
    .array(fc.constantFrom(..."the port of Odessa sails at noon not 14:30 with 12 crates and error E-404".split(" ")), {
      minLength: least,
      maxLength: most,
      size: "max",
    })
    .map((all) => all.join(" "));
const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };

/** What LangChain's approval of calls says in the place of a result. */
const REJECTED = "User rejected the tool call for `look` with id call";

/** Plans of steps; ids are given when a trajectory is built. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant("user" as const),
    text: fc.oneof({ weight: 9, arbitrary: words(1, 60) }, { weight: 1, arbitrary: fc.constant("") }),
    hasImage: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("answer" as const),
    text: fc.oneof({ weight: 9, arbitrary: words(1, 40) }, { weight: 1, arbitrary: fc.constant("") }),
    isResponses: fc.boolean(),
    hasReasoning: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("tools" as const),
    text: fc.oneof(fc.constant(""), words(1, 10)),
    results: fc.array(
      fc.record({
        text: fc.oneof(fc.constant(""), words(1, 90)),
        isError: fc.boolean(),
        isMissing: fc.boolean(),
        inBlocks: fc.boolean(),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    end: fc.constantFrom("results", "command", "interrupted", "rejected"),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const trajectory = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 3, maxLength: 14, size: "max" }), words(1, 400))
  .map(([hasSystem, steps, last]) => ({
    system: hasSystem ? new SystemMessage("You keep the harbour log.") : undefined,
    messages: [new HumanMessage("What is in the log?"), ...steps.flatMap(built), new HumanMessage(last)],
  }));

function built(plan: Step, place: number): BaseMessage[] {
  if (plan.kind === "user") {
    return [new HumanMessage(plan.hasImage ? { content: [{ type: "text", text: plan.text }, image] } : plan.text)];
  }
  if (plan.kind === "answer") {
    const message = {
      type: "message",
      id: `msg_${place}`,
      role: "assistant",
      content: [{ type: "output_text", text: plan.text, annotations: [] }],
    };
    const reasoning = {
      type: "reasoning",
      id: `rs_${place}`,
      summary: [{ type: "summary_text", text: "two cranes are free" }],
    };
    const output = plan.hasReasoning ? [reasoning, message] : [message];
    return [
      new AIMessage({
        content: plan.text,
        ...(plan.isResponses ? { response_metadata: { model_provider: "openai", output } } : {}),
      }),
    ];
  }
  const calls = plan.results.map((_, index) => ({
    id: `call_${place}_${index}`,
    name: `look_${place}`,
    args: { place: "quay 4" },
    type: "tool_call" as const,
  }));
  // An interrupted run has no results but those of the calls that were done before; the user went on with another task.
  const given = plan.end === "interrupted" ? plan.results.slice(0, -1) : plan.results;
  const results = given.flatMap(({ text, isError, isMissing, inBlocks }, index) =>
    isMissing
      ? []
      : [
          new ToolMessage({
            content: plan.end === "rejected" ? REJECTED : inBlocks && text !== "" ? [{ type: "text", text }] : text,
            tool_call_id: `call_${place}_${index}`,
            name: `look_${place}`,
            status: isError || plan.end === "rejected" ? "error" : "success",
          }),
        ],
  );
  // A command of a tool may bring more than its result.
  const more = plan.end === "command" ? [new HumanMessage(`The state was updated by ${calls.length} tools.`)] : [];
  return [new AIMessage({ content: plan.text, tool_calls: calls }), ...results, ...more];
}

beforeAll(() => {
  vi.stubGlobal("fetch", answer);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

describe.each(Object.entries(providers))("what %s is sent", (_, { model, read }) => {
  it("is never over the ceiling, holds no call without its result, and begins with a user", {
    timeout: 1_200_000,
  }, async () => {
    let trims = 0;
    const middleware = sieveMiddleware({
      sieve: scriptedSieve(),
      onError: "throw",
      history: {
        onTrim: () => {
          trims += 1;
        },
        maxTokens: MOST_WORDS,
        tokenizer: countWords,
        mediaTokens: 20,
        messageOverhead: 2,
        keepLast: 2,
      },
    });
    const chat = model();
    await fc.assert(
      fc.asyncProperty(trajectory, async ({ system, messages }) => {
        bodies.length = 0;
        const request = { messages, ...(system ? { systemMessage: system } : {}), runtime: {} };
        await middleware.wrapModelCall?.(request, (trimmed) => {
          return chat.invoke([...(system ? [system] : []), ...trimmed.messages]);
        });
        expect(bodies).toHaveLength(1);
        const said = read(bodies[0] as Json);
        expect(said.texts.reduce((sum, text) => sum + countWords(text), 0)).toBeLessThanOrEqual(MOST_WORDS);
        expect([...said.results].sort()).toEqual([...said.calls].sort());
        expect(said.firstRole).toBe("user");
      }),
      { numRuns: Math.ceil(CASES / 4) },
    );
    expect(trims).toBeGreaterThan(CASES / 40);
  });
});
