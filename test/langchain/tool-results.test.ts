import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { countTokens, createSieve, type Sieve } from "../../src/core/index.js";
import { sieveMiddleware } from "../../src/langchain/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { callTool, ScriptedChatModel } from "./scripted-model.js";

const ORDERS = Array.from({ length: 30 }, (_, index) => ({ id: `A-${index}`, status: index === 7 ? "late" : "sent" }));

let sieve: Sieve;

async function resultOf(output: string, maxTokens: number, readOriginal: boolean): Promise<string> {
  const orders = tool(async () => output, { name: "orders", description: "Lists orders.", schema: z.object({}) });
  const agent = createAgent({
    model: new ScriptedChatModel([callTool("orders", {}), new AIMessage("A-7.")]),
    tools: [orders],
    middleware: [sieveMiddleware({ sieve, toolResults: { maxTokens }, readOriginal })],
    checkpointer: new MemorySaver(),
  });
  const task = { messages: [new HumanMessage("Which order is late?")] };
  const { messages } = await agent.invoke(task, { configurable: { thread_id: "t" } });
  return messages[2]?.content as string;
}

describe.skipIf(!hasBundledModel)("a JSON result in an agent (with the bundled model)", () => {
  beforeAll(async () => {
    sieve = await createSieve();
  });
  afterAll(() => sieve.dispose());

  it("loses its indentation first: if it fits then, nothing is lost", async () => {
    const text = await resultOf(JSON.stringify(ORDERS, null, 2), 480, true);
    expect(text).toBe(JSON.stringify(ORDERS));
  });

  it("is JSON again where it is cut, with whole orders, and the original's id as its last item", async () => {
    const text = await resultOf(JSON.stringify(ORDERS, null, 2), 90, true);
    const items = JSON.parse(text) as unknown[];
    expect(items.pop()).toMatch(/^shortened; in full: read_original [0-9a-f]{12}$/u);
    expect(items).toContainEqual(ORDERS[7]);
    for (const item of items) expect(ORDERS).toContainEqual(item);
    expect(await countTokens(text)).toBeLessThanOrEqual(90);
  });

  it("keeps the data around a long text that stands in it, and cuts the text for the question", async () => {
    const said = ORDERS.map(
      ({ id, status }) => `Order ${id} was ${status} on day ${id.slice(2)} by the harbour office.`,
    );
    const page = { url: "https://harbour.example/orders", content: said.join(" ") };
    const data = JSON.parse(await resultOf(JSON.stringify(page), 120, true)) as Record<string, string>;
    expect(data.url).toBe(page.url);
    expect(data.content).toContain("A-7 was late");
    expect(data.contextsieve).toMatch(/read_original [0-9a-f]{12}$/u);
  });

  it("has no items that are not its own without read_original", async () => {
    for (const item of JSON.parse(await resultOf(JSON.stringify(ORDERS), 90, false)))
      expect(ORDERS).toContainEqual(item);
  });
});
