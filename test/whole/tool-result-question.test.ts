import { readFileSync } from "node:fs";
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../../src/core/index.js";
import { sieveToolResults } from "../../src/langchain/index.js";

const FOLDER = new URL("../../examples/data/", import.meta.url);

interface Sought {
  question: string;
  answer: string;
  documents: string[];
}

/** Questions that one text answers, which a tool reads. */
const SOUGHT = (JSON.parse(readFileSync(new URL("questions.json", FOLDER), "utf8")) as Sought[]).filter(
  ({ documents: [name = "", ...others] }) => others.length === 0 && !name.endsWith(".json"),
);

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve({ cache: memoryCache() });
});
afterAll(() => sieve.dispose());

/** Answers that are left in results of 300 tokens. */
async function answered(talkOf: (question: string) => BaseMessage[]): Promise<number> {
  const cut = sieveToolResults({ sieve, maxTokens: 300 });
  let found = 0;
  for (const { question, answer, documents } of SOUGHT) {
    const toolCall = { id: "1", name: "read_file", args: { path: documents[0] } };
    const messages = talkOf(question);
    const last = messages.at(-1);
    if (AIMessage.isInstance(last)) last.tool_calls = [{ ...toolCall, type: "tool_call" }];
    const content = readFileSync(new URL(documents[0] as string, FOLDER), "utf8");
    const result = await cut(new ToolMessage({ content, tool_call_id: "1" }), { toolCall, state: { messages } });
    if (result.text.includes(answer)) found += 1;
  }
  return found;
}

describe("a tool's result is cut for what is looked for", { timeout: 900_000 }, () => {
  it.each<[string, (question: string) => BaseMessage[]]>([
    [
      "whatever is said beside the call",
      (question) => [new HumanMessage(question), new AIMessage("I read the document.")],
    ],
    [
      "after an approval",
      (question) => [
        new HumanMessage(question),
        new AIMessage("May I read the document?"),
        new HumanMessage("yes"),
        new AIMessage(""),
      ],
    ],
    [
      "whatever task it is for",
      (question) => [new HumanMessage("Fix the failing build."), new AIMessage(`Let me look that up. ${question}`)],
    ],
    [
      "whatever task came after the question",
      (question) => [new HumanMessage(question), new HumanMessage("Fix the failing build."), new AIMessage("")],
    ],
  ])("%s", async (_, talkOf) => {
    const asked = await answered((question) => [new HumanMessage(question)]);
    expect(SOUGHT.length).toBeGreaterThanOrEqual(20);
    expect(asked).toBeGreaterThanOrEqual(0.8 * SOUGHT.length);
    expect(await answered(talkOf)).toBeGreaterThanOrEqual(asked - 2);
  });
});
