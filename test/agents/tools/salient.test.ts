import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resultSieve } from "../../../src/agents/tools/result-sieve.js";
import { countTokens, createSieve, memoryCache, type Sieve } from "../../../src/core/index.js";

const FRAMES = Array.from(
  { length: 7 },
  (_, index) => `    at step${index} (/srv/app/src/part${index}.ts:${index + 4}:9)`,
);
const TRACE = ["Error: connect ETIMEDOUT 10.0.3.7:5432", ...FRAMES].join("\n");
const PASSED = Array.from(
  { length: 60 },
  (_, index) => ` ✓ test/part${index}.test.ts (${index + 2} tests) ${index * 7}ms`,
);
const RUN = [
  ...PASSED.slice(0, 31),
  " FAIL  test/queue.test.ts > runs sixteen jobs at most",
  "AssertionError: expected 17 to be 16",
  ...PASSED.slice(31),
  " Test Files  1 failed | 60 passed (61)",
  "   Duration  12.42s",
].join("\n");

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve({ cache: memoryCache() });
});
afterAll(() => sieve.dispose());

async function cut(text: string, maxTokens: number, user: string): Promise<string> {
  const run = resultSieve(
    async () => sieve,
    { maxTokens, onError: "throw" },
    { canRead: () => false, method: "contextsieve" },
  );
  const result = await run([text], { user: [user], call: { name: "bash", args: { command: "npm test" } } }, {});
  return result?.texts[0]?.text ?? text;
}

describe("whatever is asked of a command's output", () => {
  it.each(["go on", "Who calls step5?", "Deploy the app to staging."])(
    "the error of a trace stays: %s",
    async (user) => {
      for (const maxTokens of [24, 40, 70]) {
        const left = await cut(TRACE, maxTokens, user);
        expect(left).toContain("Error: connect ETIMEDOUT 10.0.3.7:5432");
        expect(await countTokens(left)).toBeLessThanOrEqual(maxTokens);
      }
    },
  );

  it.each(["go on", "How long does test/part41 take?"])(
    "the failure and the sum of a test run stay: %s",
    async (user) => {
      const left = await cut(RUN, 150, user);
      expect(left).toContain("AssertionError: expected 17 to be 16");
      expect(left).toContain("FAIL  test/queue.test.ts > runs sixteen jobs at most");
      expect(left).toContain("1 failed | 60 passed (61)");
      if (user.includes("part41")) expect(left).toContain("test/part41.test.ts");
      expect(await countTokens(left)).toBeLessThanOrEqual(150);
    },
  );

  it("the first error stays in little room", async () => {
    expect(await cut(RUN, 24, "How long does test/part41 take?")).toContain("FAIL  test/queue.test.ts");
  });
});
