import { describe, expect, it } from "vitest";
import { BudgetError } from "../../../src/core/index.js";
import { type HistoryOptions, type NeutralMessage, type TrimEvent, trimHistory } from "../../../src/index.js";
import { countWords } from "./histories.js";
import { scriptedSieve } from "./scripted-sieve.js";

const say = (role: "system" | "user" | "assistant", text: string): NeutralMessage => ({
  role,
  parts: [{ kind: "text", text }],
});
const numbered = (word: string, length: number) => Array.from({ length }, (_, index) => `${word}${index}`).join(" ");
const called = (id: string, name: string, args: object): NeutralMessage => ({
  role: "assistant",
  parts: [{ kind: "tool-call", callId: id, text: `${name} ${JSON.stringify(args)}` }],
});
const gave = (id: string, text: string): NeutralMessage => ({
  role: "tool",
  parts: [{ kind: "tool-result", callId: id, text }],
});

const settings = { messageOverhead: 0, tokenizer: countWords, keepLast: 1 };
const trim = (messages: NeutralMessage[], options: Partial<HistoryOptions>) =>
  trimHistory(messages, scriptedSieve(), { ...settings, maxTokens: 100, ...options });

describe("what a trim takes first", () => {
  it("takes the acknowledgement and leaves the statement", async () => {
    const messages = [
      say("user", "Help me with the harbour."),
      say("assistant", "Gladly, with all of it."),
      say("user", "The test server runs on port 8443."),
      say("assistant", "Thank you, I will keep that in mind from now on."),
      say("user", "Tell me about choirs."),
      say("assistant", numbered("choir", 100)),
      say("user", "And the canteen?"),
    ];
    const { fates } = await trim(messages, { maxTokens: 130, lowWater: 0.5, recall: false });
    expect(fates[2]).toBe("whole");
    expect(fates[3]).not.toBe("whole");
  });

  it("leaves a short statement word for word in little room, before the results of tools", async () => {
    const messages = [
      say("user", "begin"),
      called("c1", "read", { path: "x" }),
      gave("c1", numbered("queue", 80)),
      say("user", `The wait must never be longer than ${numbered("limit", 20)}.`),
      say("assistant", "Understood, I will keep that in mind."),
      say("user", `Then write it. ${numbered("last", 5)}`),
    ];
    const { fates } = await trim(messages, { maxTokens: 77, lowWater: 0.6, recall: false });
    expect(fates[3]).toBe("whole");
    expect(fates[2]).not.toBe("whole");
  });

  it("leaves what was stated before notes have room, while an agent reads one long result after another", async () => {
    const reading = (index: number) => [
      called(`c${index}`, "read", { path: `crane${index}` }),
      gave(`c${index}`, numbered("crane", 620)),
    ];
    const messages = [
      say("user", `Port billing before May. ${numbered("task", 60)}`),
      ...[1, 2].flatMap(reading),
      say("user", `Mirela is captain. ${numbered("duty", 30)}`),
      say("assistant", "Noted."),
      say("user", "Which crane1 is free?"),
    ];
    for (let index = 3; index < 8; index += 1) {
      messages.push(...reading(index));
      const { fates, tokens } = await trim(messages, { maxTokens: 1000, lowWater: 0.6 });
      expect(fates[0]).toBe("whole");
      expect(fates[5]).toBe("whole");
      expect(fates.at(-1)).toBe("whole");
      expect(tokens).toBeLessThanOrEqual(1000);
    }
  });

  it("leaves the first task until the very end", async () => {
    const turns = Array.from({ length: 12 }, (_, index) => [
      say("user", `Crane ${index} was painted in colour number ${index} today.`),
      say("assistant", numbered(`a${index}-`, 12)),
    ]);
    const messages = [say("user", "Port the billing service to Rust."), ...turns.flat(), say("user", "What is left?")];
    const { fates } = await trim(messages, { maxTokens: 60, lowWater: 0.5, recall: false });
    expect(fates[0]).toBe("whole");
    expect(fates.slice(1, 9)).not.toContain("whole");
  });

  it("leaves what is pinned, with its step", async () => {
    const messages = [
      say("user", "begin"),
      called("c1", "read", { path: "rules.md" }),
      gave("c1", numbered("rule", 30)),
      say("user", "go on with it"),
      say("assistant", numbered("long", 40)),
      say("user", "and now what"),
    ];
    const pinned = (_: NeutralMessage, index: number) => index === 2;
    const { fates } = await trim(messages, { maxTokens: 80, pinned });
    expect(fates.slice(1, 3)).toEqual(["whole", "whole"]);
  });
});

describe("what was dropped and is asked for", () => {
  const talk = [
    say("user", "Help me with the harbour."),
    say("assistant", "Gladly."),
    say("user", "Tell me about the crane."),
    say("assistant", "The Odessa crane lifts 40 tonnes."),
    ...[1, 2, 3, 4].flatMap((index) => [
      say("user", `Tell me about topic ${index}.`),
      say("assistant", numbered(`t${index}-`, 22)),
    ]),
  ];

  it("comes back in a message of its own before the question, with its source", async () => {
    const events: TrimEvent[] = [];
    const sieve = scriptedSieve();
    const options = { ...settings, maxTokens: 102, lowWater: 0.5, onTrim: (event: TrimEvent) => events.push(event) };
    const before = await trimHistory(talk, sieve, options);
    expect(before.fates[3]).toBe("dropped");
    const asked = [...talk, say("user", "What does the Odessa crane lift?")];
    const after = await trimHistory(asked, sieve, options);
    const note = after.notes.findLast(({ kind }) => kind === "recalled");
    expect(note).toMatchObject({ before: asked.length - 1 });
    expect(note?.text).toContain("assistant, message 4: The Odessa crane lifts 40 tonnes.");
    // All before it is as it was: the provider's cache is warm.
    expect(after.fates.slice(0, -1)).toEqual(before.fates);
    expect(events.at(-1)).toMatchObject({ reason: "recall", recalled: expect.arrayContaining([3]) });
    // And it stays where it is when the talk goes on.
    const later = await trimHistory([...asked, say("assistant", "40 tonnes.")], sieve, options);
    expect(later.notes).toEqual(after.notes);
    // A trim that comes later still looks for what was asked: the question itself does not count as what tells it.
    const trimmed = await trimHistory(
      [...asked, say("assistant", "The one in Odessa? It lifts 40 tonnes, I read.")],
      sieve,
      options,
    );
    expect(trimmed.tokens).toBeLessThan(after.tokens);
    expect(trimmed.notes.at(-1)?.text).toContain("The Odessa crane lifts 40 tonnes.");
  });

  it("comes back as the answer to the question that was asked before in the same words", async () => {
    const question = "What does the Odessa crane lift?";
    const answered = [...talk.slice(0, 2), say("user", question), say("assistant", "40 tonnes."), ...talk.slice(4)];
    const options = { ...settings, maxTokens: 100, lowWater: 0.5 };
    const sieve = scriptedSieve();
    expect((await trimHistory(answered, sieve, options)).fates[3]).toBe("dropped");
    const { notes } = await trimHistory([...answered, say("user", question)], sieve, options);
    expect(notes.at(-1)).toMatchObject({ kind: "recalled", before: answered.length });
    expect(notes.at(-1)?.text).toContain("assistant, message 4: 40 tonnes.");
  });

  it("stays away if the question asks for something else, or recall is off", async () => {
    const sieve = scriptedSieve();
    const options = { ...settings, maxTokens: 100, lowWater: 0.5 };
    const other = await trimHistory([...talk, say("user", "How is zebra food bought?")], sieve, options);
    expect(other.notes.filter(({ before }) => before === talk.length)).toEqual([]);
    const asked = [...talk, say("user", "What does the Odessa crane lift?")];
    expect((await trimHistory(asked, sieve, { ...options, recall: false })).notes).toEqual([]);
  });

  it("is asked for by the caller's own query, told from the messages", async () => {
    const query = (messages: readonly NeutralMessage[]) => (messages.length > talk.length ? "Odessa crane" : undefined);
    const { notes } = await trimHistory([...talk, say("user", "and?")], scriptedSieve(), {
      ...settings,
      ...{ maxTokens: 100, lowWater: 0.5, query },
    });
    expect(notes.map(({ text }) => text).join()).toContain("lifts 40 tonnes");
  });
});

describe("tool steps that are gone", () => {
  const messages = [
    say("user", "look around"),
    called("c1", "read_file", { path: "src/a.ts" }),
    gave("c1", numbered("a", 40)),
    ...[1, 2, 3, 4, 5].flatMap((index) => [
      called(`g${index}`, "grep", { pattern: "lock" }),
      gave(`g${index}`, numbered("b", 40)),
    ]),
    called("c3", "read_file", { path: "src/c.ts" }),
    gave("c3", numbered("c", 300)),
  ];

  it("are named with what they were called with, so that they are not called again", async () => {
    const { notes, fates } = await trim(messages, { maxTokens: 350, lowWater: 0.9, recall: false });
    expect(fates[1]).toBe("dropped");
    expect(notes[0]).toMatchObject({
      kind: "cleared",
      text: expect.stringMatching(/grep\(lock\), 40 tokens/u),
    });
  });

  it("are named as the caller says, or not at all", async () => {
    const options = { maxTokens: 350, lowWater: 0.9, recall: false };
    const own = await trim(messages, { ...options, cleared: ({ name, args }) => `${name} with ${args}` });
    expect(own.notes[0]?.text).toContain('grep with {"pattern":"lock"}');
    expect((await trim(messages, { ...options, cleared: false })).notes).toEqual([]);
  });

  it("never leave an empty result beside others of their step", async () => {
    const parallel: NeutralMessage[] = [
      say("user", "look at both"),
      { role: "assistant", parts: ["p1", "p2"].map((callId) => ({ kind: "tool-call", callId, text: "read {}" })) },
      gave("p1", '{"ok": true, "of": "all"}'),
      gave("p2", numbered("long", 200)),
      say("assistant", "seen"),
      say("user", "what of long7"),
    ];
    const { fates } = await trim(parallel, { maxTokens: 100, lowWater: 0.9 });
    for (const index of [2, 3]) {
      const fate = fates[index];
      if (fate === "dropped" || fate === "whole") continue;
      expect(fate?.[0]).not.toBe("");
    }
  });
});

describe("what may not be touched and does not fit", () => {
  const paste = [say("user", "hello"), say("assistant", "hi"), say("user", numbered("pasted", 400))];

  it("is cut with a note, and the thread goes on", async () => {
    const sieve = scriptedSieve();
    const options = { ...settings, maxTokens: 120 };
    const messages = [...paste];
    for (const text of ["are you there?", "and now?"]) {
      const { fates, tokens } = await trimHistory(messages, sieve, options);
      expect(tokens).toBeLessThanOrEqual(120);
      expect(JSON.stringify(fates)).toMatch(/pasted0 .*\[shortened from 400 tokens\]/u);
      messages.push(say("user", text));
    }
  });

  it("shares the ceiling if it is several results of one step", async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const messages: NeutralMessage[] = [
      say("user", "look"),
      { role: "assistant", parts: ids.map((callId) => ({ kind: "tool-call", callId, text: "read {}" })) },
      ...ids.map((id) => gave(id, numbered(id, 60))),
    ];
    const { fates, tokens } = await trim(messages, { maxTokens: 200 });
    expect(tokens).toBeLessThanOrEqual(200);
    const lengths = fates.slice(2).map((fate) => (Array.isArray(fate) ? countWords(fate[0]) : 60));
    expect(Math.min(...lengths)).toBeGreaterThan(15);
  });

  it("is an error if the caller wants one, or if not even the notes fit", async () => {
    await expect(trim(paste, { maxTokens: 120, overflow: "throw" })).rejects.toThrowError(BudgetError);
    await expect(trim(paste, { maxTokens: 4 })).rejects.toThrowError(BudgetError);
  });
});

describe("calls and results that lost each other", () => {
  const messages = [
    say("user", "look"),
    called("c1", "read", { path: "a" }),
    say("user", "never mind"),
    say("assistant", "all right"),
    gave("zzz", "a stray result"),
    say("user", "go on"),
  ];

  it("are repaired: a stray result is gone, a call without a result gets one that says so", async () => {
    const { fates, notes } = await trim(messages, {});
    expect(fates).toEqual(["whole", "whole", "whole", "whole", "dropped", "whole"]);
    expect(notes).toEqual([
      { kind: "unanswered", before: 2, callId: "c1", name: "read", text: "[no result: the call was not carried out]" },
    ]);
  });

  it("are removed, or kept, if the caller says so", async () => {
    const removed = await trim(messages, { orphans: "remove" });
    expect(removed).toMatchObject({ fates: ["whole", "dropped", "whole", "whole", "dropped", "whole"], notes: [] });
    const kept = await trim(messages, { orphans: "keep" });
    expect(kept).toMatchObject({ fates: Array(6).fill("whole"), notes: [] });
  });

  it("are left alone while the call may still be answered", async () => {
    expect((await trim(messages.slice(0, 2), {})).fates).toEqual(["whole", "whole"]);
  });
});

describe("a trim before its time", () => {
  const messages = [say("user", "begin"), say("assistant", numbered("a", 70)), say("user", "and what is next")];
  const price = { readPrice: 0.1, writePrice: 1.25 };

  it("is carried out when the cache is cold, since all must be written anew", async () => {
    const cold = await trim(messages, { promptCache: { state: "cold", ...price } });
    expect(cold.tokens).toBeLessThanOrEqual(60);
    const warm = await trim(messages, { promptCache: { state: "warm", ...price, expectedCalls: 5 } });
    expect(warm.tokens).toBe(75);
  });

  it("is carried out on a warm cache as soon as it repays the rewrite", async () => {
    const long = await trim(messages, { promptCache: { state: "warm", ...price, expectedCalls: 200 } });
    expect(long.tokens).toBeLessThanOrEqual(60);
  });

  it("tells the state from the provider's usage, and stays done in later calls", async () => {
    const sieve = scriptedSieve();
    const seen: unknown[] = [];
    const state = (usage: unknown) => (seen.push(usage) > 1 ? "warm" : "cold") as "warm" | "cold";
    const usage = { inputTokens: 90, cachedTokens: 0 };
    const told = [messages[0], { ...messages[1], usage }, messages[2]] as NeutralMessage[];
    const options = { ...settings, maxTokens: 100, promptCache: { state, ...price, expectedCalls: 0 } };
    const first = await trimHistory(told, sieve, options);
    expect(seen).toEqual([usage]);
    const second = await trimHistory([...told, say("assistant", "done")], sieve, options);
    expect(second.fates.slice(0, 3)).toEqual(first.fates);
  });
});
