import { createRequire } from "node:module";
import { type BaseToolWithCall, extractText, FunctionTool, LLMAgent, ReActAgent } from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { sieveTool } from "../../src/llamaindex/index.js";
import { modelOptions, readExample, tokensOf } from "./material.js";
import { ScriptedModel } from "./scripted-model.js";

const MAX_TOKENS = 300;
const TASK = "When may --skip-canary be used?";

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve(modelOptions);
});
afterAll(() => sieve.dispose());

/** A tool whose output is a whole file. */
function readFileTool() {
  return FunctionTool.from(({ file }: { file: string }) => readExample(file), {
    name: "read_file",
    description: "Reads a file.",
    parameters: z.object({ file: z.string() }),
  });
}

function toolOf(output: unknown): BaseToolWithCall {
  return { metadata: { name: "tool", description: "A tool." }, call: () => output as never };
}

/** How LlamaIndex's agents write an output into the chat. */
function shown(output: unknown): string {
  return JSON.stringify(output, null, 2).replace(/"([^"]*)"/g, "$1");
}

describe("A wrapped tool", () => {
  test("gives long texts back under the ceiling, counted as an agent shows them.", async () => {
    const tool = sieveTool(readFileTool(), { sieve, maxTokens: MAX_TOKENS, query: TASK });
    const output = await tool.call({ file: "handbook.md" });
    expect(tokensOf(shown(output))).toBeLessThanOrEqual(MAX_TOKENS);
    expect(tokensOf(shown(output))).toBeGreaterThan(0.9 * MAX_TOKENS);
    expect(output).toContain("--skip-canary");
  });

  test("has the tool's metadata, and gives it the input and itself.", async () => {
    const inner = readFileTool();
    const tool = sieveTool(inner, { sieve, maxTokens: MAX_TOKENS });
    expect(tool.metadata).toBe(inner.metadata);
    const counting = {
      metadata: { name: "count", description: "Counts." },
      calls: 0,
      call(input: { by: number }) {
        this.calls += input.by;
        return this.calls;
      },
    };
    const wrapped = sieveTool(counting, { sieve, maxTokens: MAX_TOKENS });
    expect([await wrapped.call({ by: 2 }), await wrapped.call({ by: 3 })]).toEqual([2, 5]);
  });

  test("can be bound where the tool can, and is wrapped still.", async () => {
    const inner = FunctionTool.from(
      ({ file }: { file: string }, { prefix }: { prefix: string } = { prefix: "" }) => prefix + readExample(file),
      { name: "read_file", description: "Reads a file.", parameters: z.object({ file: z.string() }) },
    );
    const bound = sieveTool(inner, { sieve, maxTokens: MAX_TOKENS, query: TASK }).bind({ prefix: "Canary: 7 pods. " });
    expect(bound.metadata).toEqual(inner.metadata);
    const output = (await bound.call({ file: "handbook.md" })) as string;
    expect(output).toContain("7 pods");
    expect(tokensOf(shown(output))).toBeLessThanOrEqual(MAX_TOKENS);
    expect(sieveTool(toolOf("x"), { sieve, maxTokens: 9 }).bind).toBeUndefined();
  });

  test("leaves alone what is under the ceiling, of any type.", async () => {
    for (const output of ["short", "", "  \n", 7, true, null, { pods: [18, 18], ok: true }, []]) {
      expect(await sieveTool(toolOf(output), { sieve, maxTokens: MAX_TOKENS }).call({})).toBe(output);
    }
  });

  test("gives large objects back as objects that have lost members.", async () => {
    const { result } = JSON.parse(readExample("tool-result.json")) as {
      result: { tickets: Record<string, unknown>[] };
    };
    const tickets = result.tickets.slice(0, 30);
    const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
    const tool = sieveTool(toolOf(tickets), { sieve, maxTokens: 800, query: "Which shops lost labels?" });
    const output = (await tool.call({})) as Record<string, unknown>[];
    expect(tokensOf(shown(output))).toBeLessThanOrEqual(800);
    expect(tokensOf(shown(output))).toBeGreaterThan(600);
    expect(output.length).toBeGreaterThan(3);
    for (const { id, ...members } of output) {
      const source = byId.get(id) as Record<string, unknown>;
      for (const [key, value] of Object.entries(members)) {
        if (typeof value === "string") for (const word of value.split(/\s+/)) expect(source[key]).toContain(word);
        else expect(source[key]).toMatchObject(value as object);
      }
    }
  });

  test("keeps array elements whole, and says in the JSON what is left out only if told to.", async () => {
    const form = { form: "same", marker: "all" } as const;
    const pods = Array.from({ length: 40 }, (_, index) => ({ pod: `web-${index}`, ready: index !== 7 }));
    const settings = { sieve, maxTokens: 200, query: "Which pod is not ready?" };
    const output = (await sieveTool(toolOf(pods), settings).call({})) as object[];
    expect(output).toContainEqual(pods[7]);
    expect(output.every((pod) => pods.some((source) => JSON.stringify(source) === JSON.stringify(pod)))).toBe(true);
    const marked = (await sieveTool(toolOf(pods), { ...settings, ...form }).call({})) as unknown[];
    expect(marked.some((item) => /left out/.test(String(item)))).toBe(true);
  });

  test("never says nothing of an output that says something.", async () => {
    const refused =
      "curl: (7) Failed to connect to db-1.internal port 8080 after 30012 ms: Connection refused; exit code 7";
    const trace = `Error: connect ECONNREFUSED 127.0.0.1:5432\n${"    at connect (/srv/app/pool.js:41:7)\n".repeat(9)}`;
    for (const [text, maxTokens] of [
      [refused, 9],
      [trace, 20],
    ] as const) {
      const output = (await sieveTool(toolOf(text), { sieve, maxTokens }).call({})) as string;
      expect(output.trim()).not.toBe("");
      expect(tokensOf(shown(output))).toBeLessThanOrEqual(maxTokens);
    }
    const output = await sieveTool(toolOf({ trace, code: [1, 2, 3] }), { sieve, maxTokens: 20 }).call({});
    expect(Object.keys(output as object).length).toBeGreaterThan(0);
  });

  test("takes its question from the input.", async () => {
    const questions: unknown[] = [];
    const watched: Sieve = {
      ...sieve,
      compress(options) {
        questions.push(options.query);
        return sieve.compress(options);
      },
    };
    const tool = sieveTool(readFileTool(), {
      sieve: watched,
      maxTokens: MAX_TOKENS,
      query: ({ file }) => (file === "handbook.md" ? TASK : undefined),
    });
    await tool.call({ file: "handbook.md" });
    await tool.call({ file: "meeting.txt" });
    expect(questions).toEqual([TASK, undefined]);
  });

  test("refuses what is no tool where it is wrapped, and not where it is called.", () => {
    for (const none of [undefined, {}]) {
      expect(() => sieveTool(none as never, { sieve, maxTokens: 9 })).toThrow(
        /^Expected `tool` to be a tool of LlamaIndex, got/u,
      );
    }
  });

  test("lets through what the tool throws.", async () => {
    const failing = sieveTool(
      {
        metadata: { name: "fail", description: "Fails." },
        call() {
          throw new Error("no such ticket");
        },
      },
      { sieve, maxTokens: 9 },
    );
    await expect(failing.call()).rejects.toThrow("no such ticket");
  });
});

describe("An agent", () => {
  const calls = [{ name: "read_file", input: { file: "handbook.md" } }, "Only to roll forward during a SEV1."];

  test("of LlamaIndex's own loop reads the tool's output under the ceiling.", async () => {
    const model = new ScriptedModel([...calls]);
    const tool = sieveTool(readFileTool(), { sieve, maxTokens: MAX_TOKENS, query: TASK });
    const response = await new LLMAgent({ llm: model, tools: [tool] }).chat({ message: TASK });
    expect(extractText(response.message.content)).toBe("Only to roll forward during a SEV1.");
    const result = model.asked[1]?.at(-1);
    expect(result?.options).toHaveProperty("toolResult.isError", false);
    expect(extractText(result?.content ?? "")).toContain("--skip-canary");
    expect(tokensOf(extractText(result?.content ?? ""))).toBeLessThanOrEqual(MAX_TOKENS);
  });

  test("of the ReAct kind does too.", async () => {
    const model = new ScriptedModel([
      'Thought: I need the handbook.\nAction: read_file\nAction Input: {"file": "handbook.md"}',
      "Thought: I know.\nAnswer: Only to roll forward during a SEV1.",
    ]);
    const tool = sieveTool(readFileTool(), { sieve, maxTokens: MAX_TOKENS, query: TASK });
    const response = await new ReActAgent({ llm: model, tools: [tool] }).chat({ message: TASK });
    expect(extractText(response.message.content)).toContain("Only to roll forward during a SEV1.");
    expect(model.prompts[1]).toContain("--skip-canary");
    expect(tokensOf(model.prompts[1] as string) - tokensOf(model.prompts[0] as string)).toBeLessThan(MAX_TOKENS + 100);
  });

  test("of a workflow does too.", async () => {
    const { agent } = requireWorkflow();
    const model = new ScriptedModel([...calls]);
    const tool = sieveTool(readFileTool(), { sieve, maxTokens: MAX_TOKENS, query: TASK });
    const { data } = await agent({ llm: model, tools: [tool] }).run(TASK);
    expect(data.result).toBe("Only to roll forward during a SEV1.");
    const result = extractText(model.asked[1]?.at(-1)?.content ?? "");
    expect(result).toContain("--skip-canary");
    expect(tokensOf(result)).toBeLessThanOrEqual(MAX_TOKENS);
  });
});

/** `@llamaindex/workflow` as `llamaindex` itself finds it: npm may have nested it. */
function requireWorkflow(): {
  agent(options: { llm: ScriptedModel; tools: BaseToolWithCall[] }): {
    run(task: string): Promise<{ data: { result: string } }>;
  };
} {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve("llamaindex"))("@llamaindex/workflow");
}
