import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { type SieveMiddleware, sieveMiddleware } from "../../src/langchain/index.js";
import type { AgentAdapter, AgentRun, ApprovedResult, CommandResult, Script } from "../support/agent-contract.js";
import { ScriptedChatModel } from "./scripted-model.js";

/** What every agent of LangGraph can be told. */
export interface InvokableAgent {
  invoke(
    state: { messages: BaseMessage[] } | Command,
    config: object,
  ): Promise<{ messages: BaseMessage[]; __interrupt__?: { id: string }[] }>;
}

/** Makes an agent with a sieve. */
export type MakeAgent = (parts: {
  model: ScriptedChatModel;
  tools: StructuredToolInterface[];
  middleware: SieveMiddleware[];
  checkpointer: MemorySaver;
}) => InvokableAgent;

/** A model that plays a script, and keeps what it was sent. */
export class ScriptedAgentModel extends ScriptedChatModel {
  readonly #script: Script;
  readonly #run: AgentRun;

  constructor(script: Script, run: AgentRun) {
    super([]);
    this.#script = script;
    this.#run = run;
  }

  override bindTools(tools: unknown[] = []): this {
    this.#run.tools = JSON.stringify(
      tools.map((one) => ({ name: (one as { name?: string }).name, schema: (one as { schema?: unknown }).schema })),
    );
    return this;
  }

  override async _generate(messages: BaseMessage[]) {
    const texts = messages.flatMap(textsOf);
    this.#run.requests.push(texts);
    this.#run.ids.push({
      calls: messages.flatMap((message) => ((message as AIMessage).tool_calls ?? []).map(({ id = "" }) => id)),
      results: messages.flatMap((message) =>
        message.getType() === "tool" ? [(message as ToolMessage).tool_call_id] : [],
      ),
    });
    const { text, calls } = this.#script.next(texts);
    const message = new AIMessage({ content: text, tool_calls: calls.map((call) => ({ ...call, type: "tool_call" })) });
    return { generations: [{ text, message }] };
  }
}

function textsOf(message: BaseMessage): string[] {
  const calls = (message as AIMessage).tool_calls ?? [];
  const said = calls.length > 0 && message.text === "" ? [] : [message.text];
  return [...said, ...calls.map(({ name, args }) => `${name} ${JSON.stringify(args)}`)];
}

/** An agent of LangChain with `sieveMiddleware`. */
export function langchainAgent(make: MakeAgent): AgentAdapter {
  return {
    async run(script, { sieve, tokenizer, toolResults, history, readOriginal, focus }) {
      const run: AgentRun = { requests: [], ids: [], tools: "" };
      const lookup = tool(
        async (args: { topic: string }, config: { toolCall?: { id?: string } }) => {
          const result = script.lookup(args);
          if (typeof result === "string") return result;
          const { askedFirst, byCommand, found } = result as Partial<ApprovedResult & CommandResult>;
          if (askedFirst) return interrupt("may I?") === "yes" ? found : "no";
          if (!byCommand) return JSON.stringify(result);
          const message = new ToolMessage({
            content: found ?? "",
            tool_call_id: config.toolCall?.id ?? "",
            name: "lookup",
          });
          return new Command({ update: { messages: [message] } });
        },
        {
          ...{ name: "lookup", description: "Looks a topic up." },
          schema: { type: "object", properties: { topic: { type: "string" } }, required: ["topic"] },
        },
      ) as unknown as StructuredToolInterface;
      const middleware = sieveMiddleware({
        ...{ sieve, readOriginal, onError: "throw" },
        toolResults: { maxTokens: toolResults ?? 1_000_000, tokenizer, focus },
        ...(history === undefined
          ? {}
          : { history: { maxTokens: history, tokenizer, messageOverhead: 0, keepLast: 1 } }),
      });
      const agent = make({
        ...{ model: new ScriptedAgentModel(script, run), tools: [lookup], middleware: [middleware] },
        checkpointer: new MemorySaver(),
      });
      const config = { configurable: { thread_id: "1" }, recursionLimit: 200 };
      for (const user of script.users) {
        let state = await agent.invoke({ messages: [new HumanMessage(user)] }, config);
        while (state.__interrupt__?.length) {
          const answers = Object.fromEntries(state.__interrupt__.map(({ id }) => [id, "yes"]));
          state = await agent.invoke(new Command({ resume: answers }), config);
        }
      }
      return run;
    },
  };
}
