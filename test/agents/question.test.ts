import { describe, expect, it } from "vitest";
import { queryOf, questionsOf } from "../../src/agents/question.js";

describe("questionsOf", () => {
  it("looks past an approval to what was asked before it", () => {
    expect(questionsOf({ user: ["What does caret do below 1.0.0?", "yes"] })).toEqual([
      "What does caret do below 1.0.0?",
    ]);
    expect(questionsOf({ user: ["How do I log in?", "Ja, mach weiter!"] })).toEqual(["How do I log in?"]);
  });

  it("puts what the model said first, then the user's newest message", () => {
    const questions = questionsOf({
      user: ["an old task", "Fix the failing build.", "It fails on Windows too."],
      assistant: "Let me see how retries are configured.",
    });
    expect(questions).toEqual([
      "Let me see how retries are configured.",
      "It fails on Windows too.",
      "Fix the failing build.",
    ]);
  });

  it("leaves out that the assistant goes to work, and asks for the whole call if nothing else is said", () => {
    const call = { name: "read_file", args: { path: "docs/api.md" } };
    expect(questionsOf({ user: ["How long is the timeout?"], assistant: "Let me check the file.", call })).toEqual([
      "How long is the timeout?",
    ]);
    expect(questionsOf({ user: ["yes"], assistant: "Let me check the file.", call })).toEqual([
      "read file docs/api.md",
    ]);
  });

  it("takes of a call what says what is looked for, not where", () => {
    const call = {
      name: "search_docs",
      args: { query: "default headers timeout", path: "docs/api/Client.md", limit: 5 },
    };
    expect(questionsOf({ user: ["go on"], call })).toContain(
      "search docs default headers timeout docs/api/Client.md 5",
    );
    expect(questionsOf({ user: ["How long is the timeout?"], call })).toEqual([
      "How long is the timeout?",
      "default headers timeout",
    ]);
  });

  it("takes a command for what is looked for only if nothing else is known", () => {
    const call = { name: "bash", args: { command: ["bash", "-lc", "npm test"], reason: "which part is slow" } };
    expect(questionsOf({ user: ["How long does part 41 take?"], call })).toEqual([
      "How long does part 41 take?",
      "which part is slow",
    ]);
    expect(questionsOf({ user: ["yes"], call })).toEqual(["bash bash -lc npm test which part is slow"]);
  });

  it("keeps the beginning and the end of a pasted text", () => {
    const [question = ""] = questionsOf({ user: [`Read this. ${"noise ".repeat(500)} Why does it fail?`] });
    expect(question.length).toBeLessThan(700);
    expect(question).toMatch(/^Read this\..*Why does it fail\?$/su);
  });
});

describe("queryOf", () => {
  it("takes any of several questions for the one that is meant, one as it is, and none of nothing", () => {
    expect(queryOf(["one", " ", "two"])).toEqual({ anyOf: ["one", "two"] });
    expect(queryOf(["one", ""])).toBe("one");
    expect(queryOf("one")).toBe("one");
    expect(queryOf([""])).toBeUndefined();
    expect(queryOf(undefined)).toBeUndefined();
  });
});
