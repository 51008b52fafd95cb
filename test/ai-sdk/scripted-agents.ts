import { sieveModelMiddleware, sievePrepareStep, sieveTools } from "../../src/ai-sdk/index.js";
import {
  type AgentAdapter,
  type AgentRun,
  type AgentSettings,
  agentContract,
  type Script,
  type ScriptedAnswer,
} from "../support/agent-contract.js";

/** What is used of the package `ai`, alike in its versions 5, 6 and 7. */
export interface AISDK {
  generateText(options: object): Promise<{ response: { messages: object[] }; responseMessages?: object[] }>;
  streamText(options: object): {
    consumeStream(): PromiseLike<void>;
    response: PromiseLike<{ messages: object[] }>;
    responseMessages?: PromiseLike<object[]>;
  };
  wrapLanguageModel(options: object): unknown;
  jsonSchema(schema: object): object;
  stepCountIs(count: number): unknown;
}

/** The class of a model in the package's tests: `MockLanguageModelV2` and its successors. */
export type MockModel = new (options: object) => unknown;

interface Part {
  type: string;
  text?: string;
  toolCallId?: string;
  toolName?: string;
  input?: unknown;
  output?: { type: string; value: unknown };
}

interface Prompt {
  prompt: { role: string; content: string | Part[] }[];
  tools?: object[];
}

const USAGE = {
  ...{ inputTokens: { total: 1 }, outputTokens: { total: 1 } },
};

/** A model that plays a script. Version 5 of the SDK counts usage and names reasons in another way. */
function scriptedModel(Model: MockModel, script: Script, run: AgentRun, isOldest: boolean): unknown {
  const answer = (call: Prompt) => {
    const texts = textsOf(call);
    run.requests.push(texts);
    run.ids.push({ calls: idsOf(call, "tool-call"), results: idsOf(call, "tool-result") });
    run.tools = JSON.stringify(call.tools ?? []);
    return script.next(texts);
  };
  const finish = ({ calls }: ScriptedAnswer) => {
    const reason = calls.length > 0 ? "tool-calls" : "stop";
    return {
      finishReason: isOldest ? reason : { unified: reason, raw: reason },
      usage: isOldest ? { inputTokens: 1, outputTokens: 1, totalTokens: 2 } : USAGE,
    };
  };
  const callsOf = ({ calls }: ScriptedAnswer) =>
    calls.map(({ id, name, args }) => ({
      ...{ type: "tool-call", toolCallId: id, toolName: name, input: JSON.stringify(args) },
    }));
  return new Model({
    async doGenerate(call: Prompt) {
      const said = answer(call);
      const text = said.text === "" ? [] : [{ type: "text", text: said.text }];
      return { content: [...text, ...callsOf(said)], ...finish(said), warnings: [] };
    },
    async doStream(call: Prompt) {
      const said = answer(call);
      const text = [
        { type: "text-start", id: "1" },
        { type: "text-delta", id: "1", delta: said.text },
        { type: "text-end", id: "1" },
      ];
      const parts = [
        { type: "stream-start", warnings: [] },
        ...(said.text === "" ? [] : text),
        ...callsOf(said),
        { type: "finish", ...finish(said) },
      ];
      return { stream: ReadableStream.from(parts) };
    },
  });
}

function partsOf({ prompt }: Prompt): Part[] {
  return prompt.flatMap(({ content }) => (typeof content === "string" ? [{ type: "text", text: content }] : content));
}

function idsOf(call: Prompt, type: string): string[] {
  return partsOf(call).flatMap((part) => (part.type === type ? [part.toolCallId as string] : []));
}

function textsOf(call: Prompt): string[] {
  return partsOf(call).flatMap((part): string[] => {
    if (part.type === "text") return [part.text ?? ""];
    if (part.type === "tool-call") return [`${part.toolName} ${JSON.stringify(part.input)}`];
    const { output } = part;
    if (output === undefined) return [JSON.stringify(part)];
    return [typeof output.value === "string" ? output.value : JSON.stringify(output.value)];
  });
}

/** An agent of the AI SDK: each run goes on with the messages of those before. */
export function aiSdkAgent(
  sdk: AISDK,
  Model: MockModel,
  { isOldest, call, byStep }: { isOldest: boolean; call: "generateText" | "streamText"; byStep: boolean },
): AgentAdapter {
  return {
    async run(script, settings) {
      const run: AgentRun = { requests: [], ids: [], tools: "" };
      const model = scriptedModel(Model, script, run, isOldest);
      const history = historyOf(settings);
      const lookup = {
        description: "Looks a topic up.",
        inputSchema: sdk.jsonSchema({ type: "object", properties: { topic: { type: "string" } }, required: ["topic"] }),
        execute: async (args: { topic: string }) => script.lookup(args),
      };
      const { sieve, tokenizer, toolResults, readOriginal, focus } = settings;
      const limits = { sieve, tokenizer, maxTokens: toolResults ?? 1_000_000, readOriginal, focus };
      let messages: object[] = [];
      for (const user of script.users) {
        messages = [...messages, { role: "user", content: user }];
        const options = {
          model:
            history && !byStep ? sdk.wrapLanguageModel({ model, middleware: sieveModelMiddleware(history) }) : model,
          ...(history && byStep ? { prepareStep: sievePrepareStep(history) } : {}),
          tools: sieveTools({ lookup }, limits),
          messages,
          stopWhen: sdk.stepCountIs(50),
        };
        if (call === "generateText") {
          const result = await sdk.generateText(options);
          // Since version 7 a response is that of the last step.
          messages = [...messages, ...(result.responseMessages ?? result.response.messages)];
        } else {
          const stream = sdk.streamText({
            ...options,
            onError: ({ error }: { error: unknown }) => console.error(error),
          });
          await stream.consumeStream();
          messages = [...messages, ...((await stream.responseMessages) ?? (await stream.response).messages)];
        }
      }
      return run;
    },
  };
}

function historyOf({ sieve, tokenizer, history }: AgentSettings) {
  return history === undefined ? undefined : { sieve, tokenizer, maxTokens: history, messageOverhead: 0, keepLast: 1 };
}

/** The contract for each way to run an agent, and to hold its history. */
export function aiSdkContract(version: "5" | "6" | "7", sdk: AISDK, Model: MockModel): void {
  for (const call of ["generateText", "streamText"] as const) {
    for (const byStep of [false, true]) {
      const name = `${call} of the AI SDK ${version} with ${byStep ? "sievePrepareStep" : "sieveModelMiddleware"} and sieveTools`;
      agentContract(name, aiSdkAgent(sdk, Model, { isOldest: version === "5", call, byStep }));
    }
  }
}
