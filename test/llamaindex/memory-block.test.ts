import { createMemory, extractText, loadMemory, type MemoryMessage } from "llamaindex";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../../src/core/index.js";
import { SieveMemoryBlock } from "../../src/llamaindex/index.js";
import { modelOptions, readExample, tokensOf } from "./material.js";

const MAX_TOKENS = 200;

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve({ ...modelOptions, cache: memoryCache() });
});
afterAll(() => sieve.dispose());

/** The meeting, a turn a message. */
function turns(): MemoryMessage[] {
  return readExample("meeting.txt")
    .split("\n")
    .filter((line) => /^[A-Z][a-z]+: /.test(line))
    .map((content, index) => ({ id: `turn-${index}`, role: index % 2 === 0 ? "user" : "assistant", content }));
}

function asking(content: string): MemoryMessage[] {
  return [{ id: "question", role: "user", content }];
}

test("What was put away comes back under the ceiling, as far as the last question needs it.", async () => {
  const block = new SieveMemoryBlock({ sieve, maxTokens: MAX_TOKENS });
  await block.put(turns());
  const first = await block.get(asking("What was said about the connection pool?"));
  const second = await block.get(asking("Who calls the shops, and when?"));
  for (const messages of [first, second]) {
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ id: "contextsieve", role: "memory" });
    const content = messages[0]?.content ?? "";
    expect(tokensOf(content)).toBeLessThanOrEqual(MAX_TOKENS);
    expect(tokensOf(content)).toBeGreaterThan(0.9 * MAX_TOKENS);
    for (const part of content.split("\n\n")) expect(part).toMatch(/^(user|assistant): /);
  }
  expect(first[0]?.content).toContain("pool");
  expect(second[0]?.content).not.toBe(first[0]?.content);
});

test("Messages are encoded as they come, kept once, and left out where they have no text.", async () => {
  const own = await createSieve({ ...modelOptions, cache: memoryCache() });
  const misses: number[] = [];
  const watched: Sieve = {
    ...own,
    async compress(options) {
      const result = await own.compress(options);
      misses.push(result.timings.cacheMisses);
      expect(options.documents).toHaveLength(turns().length);
      return result;
    },
  };
  const block = new SieveMemoryBlock({ sieve: watched, maxTokens: MAX_TOKENS });
  const content: MemoryMessage["content"] = [{ type: "image", data: "", mimeType: "image/png" }];
  await block.put([...turns(), { id: "picture", role: "user", content }]);
  await block.put(turns().slice(-3));
  await block.get(asking("Who was in the room?"));
  expect(misses).toEqual([0]);
  await own.dispose();
});

test("What it keeps survives a process beside LlamaIndex's snapshot, which leaves blocks out.", async () => {
  const settings = { sieve, maxTokens: MAX_TOKENS };
  const question = { role: "user", content: "What was said about the connection pool?" } as const;
  const window = { tokenLimit: 1200, shortTermTokenLimitRatio: 0.5 };
  const block = new SieveMemoryBlock(settings);
  const memory = createMemory({ ...window, memoryBlocks: [block] });
  for (const turn of turns()) await memory.add(turn);
  const saved = JSON.parse(JSON.stringify({ memory: memory.snapshot(), block }));

  const restored = new SieveMemoryBlock(settings);
  await restored.put(saved.block);
  const again = loadMemory(saved.memory, { ...window, memoryBlocks: [restored] });
  for (const each of [memory, again]) await each.add(question);
  expect(await again.getLLM()).toEqual(await memory.getLLM());
  expect((await again.getLLM())[0]?.role).toBe("memory");
});

test("Nothing put away is nothing remembered, and a ceiling too low for a word too.", async () => {
  const block = new SieveMemoryBlock({ sieve, maxTokens: 1, id: "talk", priority: 2 });
  expect(block).toMatchObject({ id: "talk", priority: 2, isLongTerm: true });
  expect(await block.get(asking("Anything?"))).toEqual([]);
  await block.put(turns());
  expect(await block.get()).toEqual([]);
});

test("LlamaIndex's memory hands it what falls out of the window, and shows the model what it gives back.", async () => {
  const block = new SieveMemoryBlock({ sieve, maxTokens: MAX_TOKENS });
  const memory = createMemory({ tokenLimit: 1200, shortTermTokenLimitRatio: 0.5, memoryBlocks: [block] });
  for (const turn of turns()) await memory.add(turn);
  await memory.add({ role: "user", content: "What was said about the connection pool?" });
  const messages = await memory.getLLM();
  const remembered = messages.filter(({ role }) => role === "memory");
  expect(remembered).toHaveLength(1);
  const content = extractText(remembered[0]?.content ?? "");
  expect(tokensOf(content)).toBeLessThanOrEqual(MAX_TOKENS);
  expect(content).toContain("pool");
  expect(messages.at(-1)?.content).toBe("What was said about the connection pool?");
});
