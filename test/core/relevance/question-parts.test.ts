import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { questionParts } from "../../../src/core/relevance/question-parts.js";
import { CASES } from "../../support/arbitraries.js";

describe("the parts of a question", () => {
  it.each([
    ["How high is it? Who built it first?", ["How high is it?", "How high is it, Who built it first?"]],
    ["Who owns the mill, and where is the key kept?", ["Who owns the mill", "where is the key kept?"]],
    ["Who owns the mill and what does it grind?", ["Who owns the mill", "Who owns the mill, what does it grind?"]],
    [
      "What broke the lock, how long did repairs take, and who paid?",
      ["What broke the lock", "how long did repairs take", "What broke the lock, who paid?"],
    ],
    [
      "How long are backups kept, and which tool deletes old ones?",
      ["How long are backups kept", "which tool deletes old ones?"],
    ],
    [
      "When did the mill close, and is it open again?",
      ["When did the mill close", "When did the mill close, is it open again?"],
    ],
  ])("are the questions that it asks one after the other: %s", (question, parts) => {
    expect(questionParts(question)).toEqual(parts);
  });

  it.each([
    [
      "Which river is longer, the Oder or the Elbe?",
      ["Which river is longer, the Oder", "Which river is longer, the the Elbe?"],
    ],
    [
      "Which film is older, Iron Harvest or The Mill, Again?",
      ["Which film is older, Iron Harvest", "Which film is older, The Mill, Again?"],
    ],
    ["Is Ada Lind or Bo Holm a painter?", ["Is Ada Lind a painter?", "Is Bo Holm a painter?"]],
    ["Are Ada Lind and Bo Holm both painters?", ["Are Ada Lind both painters?", "Are Bo Holm both painters?"]],
  ])("are what it asks of each of two names: %s", (question, parts) => {
    expect(questionParts(question)).toEqual(parts);
  });

  it.each([
    "Who directed the film that was shot in Harrow and won a prize?",
    "In which town was the man born who founded Acme?",
    "What is the capital of the country where he lived and where he died?",
    "When no figures exist, how is the risk told?",
    "We had an outage on Monday. What caused it?",
    "What do Ada and Bo have in common?",
    "Is the limit 5 or 10?",
    "wie lange werden die Backups aufbewahrt",
  ])("are one where it asks one thing: %s", (question) => {
    expect(questionParts(question)).toEqual([question]);
  });

  it("of a text that is no question are not told apart", () => {
    const text = Array.from({ length: 9 }, (_, index) => `Sentence number ${index} says something.`).join(" ");
    expect(questionParts(text)).toEqual([text]);
  });

  it("never lose a word of the question, nor are they none", () => {
    const word = fc.constantFrom(
      "what",
      "who",
      "and",
      "or",
      "Ada",
      "Bo Holm",
      "it",
      "is",
      ",",
      "?",
      ".",
      "the",
      "mill",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), (words) => {
        const question = words.join(" ");
        const parts = questionParts(question);
        expect(parts.length).toBeGreaterThan(0);
        const said = parts.join(" ");
        for (const each of ["Ada", "Holm", "mill"]) expect(said.includes(each)).toBe(question.includes(each));
      }),
      { numRuns: CASES },
    );
  });
});
