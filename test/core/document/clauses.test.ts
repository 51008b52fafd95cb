import { describe, expect, it } from "vitest";
import { clausesOf } from "../../../src/core/document/clauses.js";
import { surfaceOf } from "../../../src/core/text/words.js";
import { documentOf } from "../../support/documents.js";

/** The clauses of a sentence as texts; behind `<`, what a clause hangs on. */
function clauses(text: string): string[] {
  const document = documentOf(text);
  const { clauseOf, needs } = clausesOf(text, document.words, document.units);
  return Array.from(needs, (need, clause) => {
    const own = document.units.filter((_, unit) => clauseOf[unit] === clause);
    const said = own.map(({ firstWord, endWord }) => surfaceOf(document, firstWord, endWord)).join(" ");
    return need < 0 ? said : `${said} < ${need}`;
  });
}

describe("clauses", () => {
  it("of a plain sentence are one", () => {
    expect(clauses("The ferry leaves the pier at noon.")).toEqual(["The ferry leaves the pier at noon"]);
  });

  it("at both sides of a semicolon stand by themselves", () => {
    expect(clauses("The pier is closed; the ferry leaves from the quay.")).toEqual([
      "The pier is closed",
      "the ferry leaves from the quay",
    ]);
  });

  it("that a conjunction or a relative pronoun adds behind a comma hang on what precedes them", () => {
    expect(clauses("The ferry leaves at noon, and the bus waits for it.")).toEqual([
      "The ferry leaves at noon",
      "and the bus waits for it < 0",
    ]);
    expect(clauses("The ferry leaves at noon, which is early.")).toEqual([
      "The ferry leaves at noon",
      "which is early < 0",
    ]);
  });

  it("that a relative pronoun adds end with its comma where the statement goes on", () => {
    expect(clauses("The ferry, which Ann had seen in port, was late.")).toEqual([
      "The ferry was late",
      "which Ann had seen in port < 0",
    ]);
  });

  it("are not parted by the semicolon of an entity, nor by the box of a list", () => {
    expect(clauses("The gate does &quot;not&quot; open before the bell rings.")).toHaveLength(1);
    expect(clauses("- [ ] call the ferry")).toHaveLength(1);
  });

  it.each([
    "If the wind is strong, the ferry stays in port.",
    "The ferry leaves at noon, unless the wind is strong.",
    "Everyone may board, except dogs.",
    "Wenn der Wind stark ist, bleibt die Fähre im Hafen.",
  ])("of a condition or an exception are one with what they govern: %s", (sentence) => {
    expect(clauses(sentence)).toHaveLength(1);
  });

  it("behind `but` are an addition, but an exception after all, none and the like", () => {
    expect(clauses("The ferry is late, but the bus waits.")).toHaveLength(2);
    expect(clauses("All the ferries but one are late.")).toHaveLength(1);
  });

  it("in brackets and behind a colon hang on what is outside", () => {
    expect(clauses("The ferry (built in Gdansk) leaves at noon.")).toEqual([
      "The ferry leaves at noon",
      "built in Gdansk < 0",
    ]);
    expect(clauses("The captain decided at once: the ferry stays.")).toEqual([
      "The captain decided at once",
      "the ferry stays < 0",
    ]);
  });

  it("in a list of many short items may go one by one", () => {
    expect(clauses("Bring boots, gloves, a hat, a torch, a map and water.").length).toBeGreaterThan(3);
  });
});
