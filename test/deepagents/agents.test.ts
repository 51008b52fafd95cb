import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { StructuredTool } from "@langchain/core/tools";
import { createDeepAgent } from "deepagents";
import { expect, it } from "vitest";
import { sieveMiddleware } from "../../src/langchain/index.js";
import { countWords } from "../agents/history/histories.js";
import { scriptedSieve } from "../agents/history/scripted-sieve.js";
import { type InvokableAgent, langchainAgent } from "../langchain/scripted-agents.js";
import { callTool, ScriptedChatModel } from "../langchain/scripted-model.js";
import { agentContract } from "../support/agent-contract.js";
import { lookupTool } from "../support/lookup-tool.js";

const adapter = langchainAgent((parts) => createDeepAgent(parts) as unknown as InvokableAgent);

// Its system prompt and its own tools are longer than the suite's ceilings.
agentContract("createDeepAgent with sieveMiddleware", adapter, { history: false });

it("cuts the results of a subagent that has the middleware too, and hands its answer on", async () => {
  const sieve = scriptedSieve();
  const middleware = [sieveMiddleware({ sieve, toolResults: { maxTokens: 20, tokenizer: countWords } })];
  const tools = [lookupTool as unknown as StructuredTool];
  const researcher = new ScriptedChatModel([callTool("lookup", { topic: "crane" }), new AIMessage("crane41 is free")]);
  const subagents = [
    {
      name: "researcher",
      description: "Looks topics up.",
      systemPrompt: "Be brief.",
      tools,
      middleware,
      model: researcher,
    },
  ];
  const task = { description: "which crane41 is free", subagent_type: "researcher" };
  const model = new ScriptedChatModel([callTool("task", task), new AIMessage("crane41")]);
  const agent = createDeepAgent({ model, middleware, subagents }) as unknown as InvokableAgent;
  const { messages } = await agent.invoke({ messages: [new HumanMessage("go")] }, { recursionLimit: 50 });
  const seen = researcher.calls[1]?.at(-1)?.text ?? "";
  expect(countWords(seen)).toBeLessThanOrEqual(20);
  expect(seen).toContain("crane41");
  expect(messages.at(-2)?.text).toBe("crane41 is free");
});
