import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownStructuredSet } from "../../bench/quality/structured/own-set.js";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { hasBundledModel } from "../support/bundled-model.js";

let sieve: Sieve;

describe.skipIf(!hasBundledModel)("notes on what is left out (with the bundled model)", () => {
  beforeAll(async () => {
    sieve = await createSieve();
  });
  afterAll(() => sieve.dispose());

  it.each(ownStructuredSet().map(({ id, text, questions }) => ({ id, text, query: questions[0]?.question })))(
    "leave room for something of $id wherever there is room without them",
    async ({ text, query }) => {
      for (const maxTokens of [30, 60, 100]) {
        const bare = await sieve.compress({ documents: [text], query, maxTokens });
        const marked = await sieve.compress({ documents: [text], query, maxTokens, marker: true });
        expect(marked.tokens).toBeLessThanOrEqual(maxTokens);
        expect(marked.text === "", `at ${maxTokens}`).toBe(bare.text === "");
      }
    },
  );

  it("do not put another element in the place of the one that was asked for", async () => {
    const { text = "" } = ownStructuredSet().find(({ kind }) => kind === "xml") ?? {};
    for (const maxTokens of [70, 80, 90, 110]) {
      const query = "Who is the captain of the ship at berth B4?";
      const marked = await sieve.compress({ documents: [text], query, maxTokens, marker: true, form: "compact" });
      expect(marked.text, `at ${maxTokens}`).toContain('<berth id="B4"><ship>Ostra Star</ship>');
    }
  });
});
