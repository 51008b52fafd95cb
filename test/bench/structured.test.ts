import { describe, expect, it } from "vitest";
import type { StructuredAnswer, StructuredOutcome } from "../../bench/quality/structured/measure-structured.js";
import { ownStructuredSet } from "../../bench/quality/structured/own-set.js";
import { failuresOf, summarize } from "../../bench/quality/structured/summary.js";
import { faultsOf } from "../../bench/quality/structured/validity.js";

const outcome = (change: Partial<StructuredOutcome>): StructuredOutcome => ({
  ...{ id: "a", kind: "json", share: 0.1, hasQuestion: false, isEmpty: false, isOver: false, fill: 1, faults: [] },
  must: { kept: 1, wanted: 2 },
  ...change,
});
const answer = (change: Partial<StructuredAnswer>): StructuredAnswer => ({
  ...{ id: "q", kind: "json", share: 0.1, system: "ours", found: true, attributed: true },
  ...change,
});

describe("the structured set", () => {
  it("is summed up by share and system, empty outputs aside", () => {
    const summary = summarize({
      outcomes: [outcome({}), outcome({ id: "b", faults: ["header gone"] }), outcome({ id: "c", isEmpty: true })],
      answers: [
        answer({}),
        answer({ id: "r", attributed: false }),
        answer({ system: "truncation", attributed: false }),
      ],
    });
    expect(summary).toMatchObject({ texts: 3, questions: 2, over: 0, empty: 1, outputs: 3 });
    expect(summary.valid.withoutQuestion[1]).toBe(0.5);
    expect(summary.must[1]).toBe(0.5);
    expect(summary.attributed.ours?.[1]).toBe(0.5);
    expect(summary.attributed.truncation?.[1]).toBe(0);
  });

  it("fails the quick bench by what is not valid or over the ceiling", () => {
    const outcomes = [outcome({}), outcome({ faults: ["header gone"], hasQuestion: true }), outcome({ isOver: true })];
    expect(failuresOf({ outcomes, answers: [] })).toEqual([
      "a at 10% with a question: header gone",
      "a at 10%: over the ceiling",
    ]);
  });

  it("holds a text of every kind that is valid as it stands, with answers where they are said to be", () => {
    const own = ownStructuredSet();
    expect(own.length).toBeGreaterThanOrEqual(20);
    for (const input of own) {
      // A page's running head is told again on the next; scripts and styles of HTML are no text, and go with each cut.
      if (input.kind !== "paged" && input.kind !== "html")
        expect(faultsOf(input, input.text, [[0, input.text.length]]), input.id).toEqual([]);
      for (const { answer: wanted, at } of input.questions)
        for (const start of at) expect(input.text.slice(start, start + wanted.length)).toBe(wanted);
    }
  });

  it("takes a row without its header, and JSON that does not parse, for not valid", () => {
    const csv = ownStructuredSet().find(({ kind }) => kind === "csv");
    if (csv === undefined) throw new Error("Expected a text of CSV.");
    const line = csv.text.indexOf("\n") + 1;
    expect(faultsOf(csv, csv.text.slice(line), [[line, csv.text.length]])).not.toEqual([]);
    const json = ownStructuredSet().find(({ kind }) => kind === "json");
    if (json === undefined) throw new Error("Expected a text of JSON.");
    expect(faultsOf(json, json.text.slice(0, 200), [[0, 200]])).not.toEqual([]);
  });
});
