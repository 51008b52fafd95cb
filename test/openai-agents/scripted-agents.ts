import type { AgentInputItem, Model, ModelRequest } from "@openai/agents";
import { z } from "zod";
import { sieveModelInput, sieveTools } from "../../src/openai-agents/index.js";
import { type AgentAdapter, type AgentRun, agentContract, type Script } from "../support/agent-contract.js";

/** What is used of the SDK, alike in its oldest and its newest version. */
export type AgentsSdk = Pick<
  typeof import("@openai/agents"),
  "Agent" | "Runner" | "setTracingDisabled" | "tool" | "Usage"
>;

interface Item {
  type?: string;
  content?: string | { text?: string }[];
  output?: string | { text?: string };
  callId?: string;
  name?: string;
  arguments?: string;
}

function textsOf({ input, systemInstructions }: ModelRequest): string[] {
  const items = (typeof input === "string" ? [{ content: input }] : input) as Item[];
  const system = systemInstructions === undefined || systemInstructions === "" ? [] : [systemInstructions];
  return [...system, ...items.flatMap(textsIn)];
}

function textsIn({ type, content, output, name, arguments: input }: Item): string[] {
  if (type === "function_call") return [`${name} ${input}`];
  if (type === "function_call_result") return [typeof output === "string" ? output : (output?.text ?? "")];
  return typeof content === "string" ? [content] : (content ?? []).map(({ text = "" }) => text);
}

/** A model of the SDK that plays a script. */
function scriptedModel({ Usage }: AgentsSdk, script: Script, run: AgentRun): Model {
  return {
    async getResponse(request) {
      const texts = textsOf(request);
      run.requests.push(texts);
      const idsOf = (type: string) =>
        (request.input as Item[]).flatMap((item) => (item.type === type ? [item.callId as string] : []));
      run.ids.push({ calls: idsOf("function_call"), results: idsOf("function_call_result") });
      run.tools = JSON.stringify(request.tools);
      const { text, calls } = script.next(texts);
      const message = {
        ...{ type: "message" as const, role: "assistant" as const, status: "completed" as const },
        content: [{ type: "output_text" as const, text }],
      };
      const called = calls.map(({ id, name, args }) => ({
        ...{ type: "function_call" as const, callId: id, name, status: "completed" as const },
        arguments: JSON.stringify(args),
      }));
      return { usage: new Usage(), output: [...(text === "" ? [] : [message]), ...called] };
    },
    // biome-ignore lint/correctness/useYield: no test streams.
    async *getStreamedResponse() {
      throw new Error("Expected nobody to stream.");
    },
  };
}

function agentsSdk(sdk: AgentsSdk, strict: boolean): AgentAdapter {
  const { Agent, Runner, setTracingDisabled, tool } = sdk;
  setTracingDisabled(true);
  return {
    async run(script, { sieve, tokenizer, toolResults, history, readOriginal, focus }) {
      const run: AgentRun = { requests: [], ids: [], tools: "" };
      const execute = async (args: unknown) => script.lookup(args as { topic: string });
      const description = "Looks a topic up.";
      const topic = { type: "string" as const };
      const shape = {
        type: "object" as const,
        properties: { topic },
        required: ["topic"],
        additionalProperties: true as const,
      };
      // By itself the SDK tells the model nothing of what went wrong.
      const errorFunction = (_: unknown, error: unknown) => String(error);
      const lookup = strict
        ? tool({ name: "lookup", description, parameters: z.object({ topic: z.string() }), execute, errorFunction })
        : tool({ name: "lookup", description, parameters: shape, execute, errorFunction, strict: false });
      const agent = new Agent({
        name: "Clerk",
        model: scriptedModel(sdk, script, run),
        tools: sieveTools([lookup], { sieve, tokenizer, maxTokens: toolResults ?? 1_000_000, readOriginal, focus }),
      });
      const limits = history === undefined ? undefined : { maxTokens: history, messageOverhead: 0, keepLast: 1 };
      const runner = new Runner({
        tracingDisabled: true,
        ...(limits ? { callModelInputFilter: sieveModelInput({ sieve, tokenizer, ...limits }) } : {}),
      });
      let items: AgentInputItem[] = [];
      for (const user of script.users) {
        const { history: all } = await runner.run(agent, [...items, { role: "user", content: user }], { maxTurns: 50 });
        items = all;
      }
      return run;
    },
  };
}

/** The contract suite on a version of the SDK. */
export function agentsSdkContract(version: string, sdk: AgentsSdk): void {
  const name = `OpenAI's Agents SDK ${version}`;
  agentContract(`${name} with strict tools`, agentsSdk(sdk, true), { conversation: false });
  agentContract(`${name} with tools that are not strict`, agentsSdk(sdk, false), { conversation: false });
}
