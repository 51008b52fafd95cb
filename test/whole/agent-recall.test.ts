import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSieve, memoryCache, type Sieve } from "../../src/core/index.js";
import { type MessageFate, type NeutralMessage, type TrimmedHistory, trimHistory } from "../../src/index.js";
import { ANSWERS, CORRECTIONS, DECISIONS, TOOL_RESULTS, talkOf } from "./told-facts.js";

let sieve: Sieve;
beforeAll(async () => {
  sieve = await createSieve({ cache: memoryCache() });
});
afterAll(() => sieve.dispose());

/** All that the model is sent of a talk, but for the question itself. */
function sent(messages: readonly NeutralMessage[], { fates, notes }: TrimmedHistory): string {
  const texts = messages.slice(0, -1).flatMap((message, index) => textsLeft(message, fates[index] as MessageFate));
  return [...texts, ...notes.map(({ text }) => text)].join("\n");
}

function textsLeft({ parts }: NeutralMessage, fate: MessageFate): readonly string[] {
  if (fate === "dropped") return [];
  return fate === "whole" ? parts.flatMap((part) => ("text" in part ? [part.text] : [])) : fate;
}

describe("what was told is there when it is asked for", { timeout: 900_000 }, () => {
  it.each([
    ["in the results of tools", TOOL_RESULTS],
    ["as decisions of the user", DECISIONS],
    ["in the assistant's answers to the same questions", ANSWERS],
    ["and corrected later: the newer statement", CORRECTIONS],
  ])("%s", async (_, facts) => {
    expect(facts).toHaveLength(30);
    const talk = talkOf(facts);
    const whole = await trimHistory(talk, sieve, { maxTokens: 1_000_000 });
    const options = { maxTokens: Math.floor(0.3 * whole.tokens) };
    await trimHistory(talk, sieve, options);
    const lost: string[] = [];
    for (const { question, answer } of facts) {
      const messages: NeutralMessage[] = [...talk, { role: "user", parts: [{ kind: "text", text: question }] }];
      const trimmed = await trimHistory(messages, sieve, options);
      expect(trimmed.tokens).toBeLessThanOrEqual(options.maxTokens);
      if (!sent(messages, trimmed).includes(answer)) lost.push(question);
    }
    expect(lost.length, lost.join("\n")).toBeLessThanOrEqual(1);
  });
});
