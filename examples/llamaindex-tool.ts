// A LlamaIndex tool that returns 36 kB, wrapped: an agent reads what its task needs of it.

import { readFile } from "node:fs/promises";
import { sieveTool } from "contextsieve/llamaindex";
import { FunctionTool } from "llamaindex";

const listTickets = FunctionTool.from(
  (_: { subject: string }) => readFile(new URL("data/tool-result.json", import.meta.url), "utf8"),
  {
    name: "list_tickets",
    description: "Lists the support tickets that are about a subject.",
    parameters: { type: "object", properties: { subject: { type: "string" } }, required: ["subject"] },
  },
);

// Goes where the tool went: agent({ llm, tools: [tool] })
const tool = sieveTool(listTickets, { maxTokens: 300, query: ({ subject }) => subject });
const output = await tool.call({ subject: "How warm did the delayed medicines get?" });
console.log(`${tool.metadata.name}: at most 300 tokens as the agent shows them to its model:\n\n${output}`);
