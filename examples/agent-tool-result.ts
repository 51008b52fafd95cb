// An agent whose tool answers with 36 kB: the model is sent the 400 tokens that its task needs.
import { readFile } from "node:fs/promises";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { tool } from "@langchain/core/tools";
import { sieveMiddleware } from "contextsieve/langchain";
import { createAgent } from "langchain";
import { z } from "zod";

const searchTickets = tool(() => readFile(new URL("data/tool-result.json", import.meta.url), "utf8"), {
  name: "search_tickets",
  description: "Finds support tickets.",
  schema: z.object({ text: z.string() }),
});
const call = { name: "search_tickets", args: { text: "frozen goods" }, id: "call_1" };
const agent = createAgent({
  model: fakeModel()
    .respond(new AIMessage({ content: "", tool_calls: [call] }))
    .respond(new AIMessage("EUR 1,180.")),
  tools: [searchTickets],
  middleware: [sieveMiddleware({ toolResults: { maxTokens: 400 }, readOriginal: true })],
});
const task = new HumanMessage("What did the special collection of the frozen goods cost?");
const { messages } = await agent.invoke({ messages: [task] });
console.log(messages.map(({ type, text }) => `${type}: ${text}`).join("\n\n"));
