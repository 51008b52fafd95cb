import { createRequire } from "node:module";
import { type BaseToolWithCall, extractText, FunctionTool, LLMAgent, ReActAgent } from "llamaindex";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { sieveTool } from "../../src/llamaindex/index.js";
import { modelOptions, readExample, tokensOf } from "./material.js";
import { ScriptedModel } from "./scripted-model.js";

const MAX_TOKENS = 300;
/** The core cuts a JSON string above this as prose, in code units. */
const LONG_STRING = 120;
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

  test("leaves alone what is under the ceiling, of any type.", async () => {
    for (const output of ["short", "", "  \n", 7, true, null, { pods: [18, 18], ok: true }, []]) {
      expect(await sieveTool(toolOf(output), { sieve, maxTokens: MAX_TOKENS }).call({})).toBe(output);
    }
  });

  test("writes large objects as JSON and keeps whole members of them; only long strings lose words.", async () => {
    const { result } = JSON.parse(readExample("tool-result.json")) as { result: { tickets: object[] } };
    const tickets = result.tickets.slice(0, 30);
    const tool = sieveTool(toolOf(tickets), { sieve, maxTokens: 800, query: "Which shops lost labels?" });
    const output = (await tool.call({})) as string;
    expect(tokensOf(shown(output))).toBeLessThanOrEqual(800);
    const source = JSON.stringify(tickets, null, 1).split("\n");
    const members = new Set(source.map((line) => line.trim()));
    const longStrings = source.filter((line) => line.length > LONG_STRING).join(" ");
    const kept = output
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    expect(kept.filter((line) => members.has(line)).length).toBeGreaterThan(5);
    for (const line of kept.filter((line) => !members.has(line))) {
      for (const word of line.split(/\s+/)) expect(longStrings).toContain(word);
    }
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
