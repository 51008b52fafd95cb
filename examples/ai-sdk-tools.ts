// A tool of the AI SDK that answers with 36 kB: the model is sent the 400 tokens that its question needs.
import { readFile } from "node:fs/promises";
import { tool } from "ai";
import { sieveTools } from "contextsieve/ai";
import { z } from "zod";

const searchTickets = tool({
  description: "Finds support tickets.",
  inputSchema: z.object({ text: z.string() }),
  execute: () => readFile(new URL("data/tool-result.json", import.meta.url), "utf8"),
});
const tools = sieveTools({ searchTickets }, { maxTokens: 400, readOriginal: true });
const question = { role: "user" as const, content: "What did the special collection of the frozen goods cost?" };
console.log(await tools.searchTickets.execute?.({ text: "frozen goods" }, { toolCallId: "1", messages: [question] }));
