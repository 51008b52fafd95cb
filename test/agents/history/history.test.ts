import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetError } from "../../../src/core/index.js";
import { type HistoryNote, type MessageFate, type NeutralMessage, trimHistory } from "../../../src/index.js";
import { counters, countWords, history } from "./histories.js";
import { scriptedSieve } from "./scripted-sieve.js";

const OVERHEAD = 3;

const setting = fc.record({
  messages: history,
  maxTokens: fc.integer({ min: 20, max: 200 }),
  keepLast: fc.integer({ min: 1, max: 4 }),
  lowWater: fc.constantFrom(0.3, 0.6, 1),
  tokenizer: fc.constantFrom(...counters),
  overflow: fc.constantFrom<"cut" | "throw">("cut", "throw"),
});

/** What a recall may add: its share of the ceiling, or the least that says something, and the overhead of a message. */
const RECALLED_AT_MOST = (maxTokens: number) => Math.max(0.12 * maxTokens, Math.min(24, 0.25 * maxTokens)) + OVERHEAD;

type Setting = typeof setting extends fc.Arbitrary<infer Value> ? Value : never;

/** The trimmed history, or undefined where what is protected does not fit. */
async function trimmed({ messages, ...options }: Setting, sieve = scriptedSieve()) {
  try {
    return await trimHistory(messages, sieve, { ...options, messageOverhead: OVERHEAD });
  } catch (error) {
    if (error instanceof BudgetError) return undefined;
    throw error;
  }
}

/** What the message says after its fate, by the documented rule; undefined where it was dropped. */
function texts(message: NeutralMessage, fate: MessageFate | undefined): string[] | undefined {
  if (fate === "dropped" || fate === undefined) return undefined;
  const own = message.parts.flatMap((part) => (part.kind === "text" || part.kind === "tool-result" ? [part.text] : []));
  return fate === "whole" ? own : [...fate];
}

/** Counts what is left, by the documented rule. */
function recount(
  messages: readonly NeutralMessage[],
  fates: readonly MessageFate[],
  count: (text: string) => number,
  notes: readonly HistoryNote[] = [],
) {
  let tokens = 0;
  for (const { text, name } of notes) tokens += OVERHEAD + count(text) + (name === undefined ? 0 : count(name));
  for (const [index, message] of messages.entries()) {
    const left = texts(message, fates[index]);
    if (!left) continue;
    tokens += OVERHEAD;
    for (const text of left) tokens += text === "" ? 0 : count(text);
    for (const part of message.parts) {
      if (part.kind === "tool-call") tokens += count(part.text);
      if (part.kind === "opaque") tokens += typeof part.cost === "number" ? part.cost : count(part.cost);
    }
  }
  return tokens;
}

describe("trimHistory", () => {
  it("never goes over the ceiling, counted with the caller's own counter", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const result = await trimmed(given);
        if (!result) return;
        const tokens = recount(given.messages, result.fates, given.tokenizer, result.notes);
        expect(tokens).toBeLessThanOrEqual(given.maxTokens);
        expect(result.tokens).toBe(tokens);
      }),
      { numRuns: 400 },
    );
  });

  it("leaves everything before appended messages as it was until the ceiling is passed, then trims to the low-water mark", async () => {
    let trims = 0;
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const sieve = scriptedSieve();
        const throwing = { ...given, overflow: "throw" as const };
        let before = await trimmed({ ...throwing, messages: given.messages.slice(0, 1) }, sieve);
        for (let length = 2; length <= given.messages.length; length += 1) {
          const messages = given.messages.slice(0, length);
          const after = await trimmed({ ...throwing, messages }, sieve);
          if (before && after) {
            const added = recount(messages.slice(-1), ["whole"], given.tokenizer);
            const isBefore = <Item>(items: readonly Item[], all: readonly Item[]) =>
              JSON.stringify(all.slice(0, items.length)) === JSON.stringify(items);
            const isSame = isBefore(before.fates, after.fates) && isBefore(before.notes, after.notes);
            if (before.tokens + added + RECALLED_AT_MOST(given.maxTokens) <= given.maxTokens) expect(isSame).toBe(true);
            if (!isSame) {
              trims += 1;
              const untouched = after.fates.map((fate) => (fate === "whole" ? fate : "dropped"));
              const mark = Math.floor(given.lowWater * given.maxTokens);
              const least = 0.15 * given.maxTokens + recount(messages, untouched, given.tokenizer);
              expect(after.tokens).toBeLessThanOrEqual(Math.max(mark, least) + RECALLED_AT_MOST(given.maxTokens));
            }
          }
          before = after;
        }
      }),
      { numRuns: 200 },
    );
    expect(trims).toBeGreaterThan(100);
  });

  it("gives the same for the same messages whatever was asked before, in another process too", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const remembered = scriptedSieve();
        for (let length = 1; length < given.messages.length; length += 2)
          await trimmed({ ...given, messages: given.messages.slice(0, length) }, remembered);
        expect(await trimmed(given, remembered)).toEqual(await trimmed(given, scriptedSieve()));
      }),
      { numRuns: 200 },
    );
  });

  it("never leaves a tool call without its results or a result without its call", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const result = await trimmed(given);
        if (!result) return;
        const ids = (kind: string, isLeft: (index: number) => boolean) =>
          given.messages
            .flatMap(({ parts }, index) => (isLeft(index) ? parts : []))
            .flatMap((part) => (part.kind === kind && "callId" in part ? [part.callId] : []));
        const isLeft = (index: number) => result.fates[index] !== "dropped";
        const answered = new Set(ids("tool-result", () => true));
        expect(ids("tool-call", isLeft).filter((id) => answered.has(id))).toEqual(ids("tool-result", isLeft));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps system messages, the last user message and the last step whole", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const result = await trimmed({ ...given, overflow: "throw" });
        if (!result) return;
        const lastUser = given.messages.findLastIndex(({ role }) => role === "user");
        for (const [index, { role }] of given.messages.entries()) {
          if (role === "system" || index === lastUser || index === given.messages.length - 1)
            expect(result.fates[index]).toBe("whole");
        }
      }),
    );
  });

  it("begins with a user message where the history did, and lets no answer follow another one", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const result = await trimmed(given);
        if (!result) return;
        const roles = given.messages.flatMap(({ role, parts }, index) => [
          ...result.notes.filter(({ before }) => before === index).map(() => "user"),
          ...(result.fates[index] === "dropped" || role === "system"
            ? []
            : [parts.some(({ kind }) => kind === "tool-call") ? "calls" : role]),
        ]);
        expect(roles[0]).toBe("user");
        for (const [index, role] of roles.entries()) {
          if (role === "assistant") expect(["user", "tool"]).toContain(roles[index - 1]);
          if (role === "tool") expect(["calls", "tool"]).toContain(roles[index - 1]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keeps texts as subsequences of their source, or says that they are gone, and never changes what came in", async () => {
    await fc.assert(
      fc.asyncProperty(setting, async (given) => {
        const copy = structuredClone(given.messages);
        const result = await trimmed(given);
        expect(given.messages).toEqual(copy);
        for (const [index, message] of given.messages.entries()) {
          const own = texts(message, "whole") as string[];
          for (const [place, text] of (texts(message, result?.fates[index]) ?? []).entries())
            expect(
              /\[(?:cleared|shortened)[^\]]*\]$/u.test(text) ||
                isSubsequence(text.split(" "), (own[place] as string).split(" ")),
            ).toBe(true);
        }
      }),
    );
  });

  it("drops the oldest of equally relevant turns first, and keeps an old turn that the question is about", async () => {
    const pair = (topic: string): NeutralMessage[] => [
      { role: "user", parts: [{ kind: "text", text: `tell me of ${topic}` }] },
      { role: "assistant", parts: [{ kind: "text", text: `${topic} `.repeat(10).trim() }] },
    ];
    const topics = ["cargo", "pilot", "tide", "lighthouse", "crane"];
    const asking = (query: string): NeutralMessage[] => [
      ...topics.flatMap(pair),
      { role: "user", parts: [{ kind: "text", text: query }] },
    ];
    const left = async (query: string) => {
      const messages = asking(query);
      const options = {
        maxTokens: 70,
        lowWater: 0.3,
        keepLast: 1,
        messageOverhead: 0,
        tokenizer: countWords,
        recall: false,
      };
      const { fates } = await trimHistory(messages, scriptedSieve(), options);
      return topics.filter((_, turn) => fates[2 * turn + 1] !== "dropped");
    };
    expect(await left("and what now")).not.toContain("cargo");
    expect(await left("and what now")).toContain("crane");
    expect(await left("cargo cargo cargo")).toContain("cargo");
  });

  it("fills the low-water mark with what an old long text says, beside the steps around it", async () => {
    const say = (role: "user" | "assistant", text: string): NeutralMessage => ({
      role,
      parts: [{ kind: "text", text }],
    });
    const numbered = (word: string, length: number) =>
      Array.from({ length }, (_, index) => `${word}${index}`).join(" ");
    const messages = [
      ...[say("user", "read this"), say("assistant", numbered("page", 500))],
      ...[say("user", "and that"), say("assistant", numbered("note", 38))],
      say("user", "what of page7"),
    ];
    const options = {
      maxTokens: 200,
      lowWater: 0.8,
      keepLast: 1,
      messageOverhead: 0,
      tokenizer: countWords,
      overflow: "throw" as const,
    };
    const { fates, tokens } = await trimHistory(messages, scriptedSieve(), options);
    expect(tokens).toBeGreaterThanOrEqual(156);
    expect(tokens).toBeLessThanOrEqual(160);
    expect(fates[1]).toEqual([expect.stringContaining("page7")]);
    expect(fates[3]).not.toBe("dropped");
  });

  it("names the ceiling and the excess where the system message and the last step alone do not fit", async () => {
    const messages: NeutralMessage[] = [
      { role: "system", parts: [{ kind: "text", text: "one two three" }] },
      { role: "user", parts: [{ kind: "text", text: "four five six" }] },
    ];
    const promise = trimHistory(messages, scriptedSieve(), {
      maxTokens: 5,
      messageOverhead: 0,
      tokenizer: countWords,
      overflow: "throw",
    });
    await expect(promise).rejects.toThrowError(BudgetError);
    await expect(promise).rejects.toThrowError(/`maxTokens` = 5, got 6 tokens: 1 too many/);
  });

  it("follows only what is new when it is asked again", async () => {
    const sieve = scriptedSieve();
    let counted = 0;
    const tokenizer = (text: string) => {
      counted += 1;
      return countWords(text);
    };
    const messages = Array.from(
      { length: 40 },
      (_, index): NeutralMessage => ({
        role: index % 2 === 0 ? "user" : "assistant",
        parts: [{ kind: "text", text: `message ${index} of a long talk` }],
      }),
    );
    const options = { maxTokens: 60, messageOverhead: 0, tokenizer };
    await trimHistory(messages, sieve, options);
    counted = 0;
    const compressions = sieve.calls.length;
    await trimHistory(messages, sieve, options);
    expect([counted, sieve.calls.length - compressions]).toEqual([0, 0]);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    controller.abort(new Error("the user left"));
    const messages: NeutralMessage[] = [{ role: "user", parts: [{ kind: "text", text: "hello" }] }];
    await expect(
      trimHistory(messages, scriptedSieve(), { maxTokens: 5, signal: controller.signal }),
    ).rejects.toThrowError("the user left");
  });

  it.each([
    [{ maxTokens: 0 }, "Expected `maxTokens` to be an integer of at least 1, or a share in (0, 1), got `0`."],
    [{ maxTokens: 9, lowWater: 1.5 }, "Expected `lowWater` to be in (0, 1], got `1.5`."],
    [{ maxTokens: 9, keepLast: 0 }, "Expected `keepLast` to be an integer of at least 1, got `0`."],
    [{ maxTokens: 9, rate: 0.5 } as never, "got `rate`."],
    [{ maxTokens: 9, messageOverhead: -1 }, "Expected `messageOverhead` to be a number of at least 0, got `-1`."],
  ])("says of %j what was expected", async (options, message) => {
    await expect(trimHistory([], scriptedSieve(), options)).rejects.toThrowError(message);
  });
});

function isSubsequence(words: readonly string[], source: readonly string[]): boolean {
  let next = 0;
  for (const word of words) {
    while (next < source.length && source[next] !== word) next += 1;
    if (next === source.length) return word === "";
    next += 1;
  }
  return true;
}
