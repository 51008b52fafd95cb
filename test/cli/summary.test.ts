import { describe, expect, it } from "vitest";
import { describeOmitted, documentLines, summaryLine } from "../../src/cli/summary.js";
import type { CompressedDocument, CompressResult, Omission } from "../../src/core/index.js";

function omission(firstLine: number, lastLine: number, items: number): Omission {
  return { start: 0, end: 1, firstLine, lastLine, items, of: 40, unit: "rows" };
}

function resultOf(
  facts: Partial<CompressedDocument>,
  tokens = 12,
  dropped: CompressResult["dropped"] = [],
): CompressResult {
  const document: CompressedDocument = {
    ...{ id: "a.csv", index: 0, text: "a", tokens, originalTokens: 40, relevance: 1, spans: [] },
    ...{ kind: "csv", omitted: [], lossless: false },
    ...facts,
  };
  const timings = { encodeMs: 0, selectMs: 0, valueMs: 0, fitMs: 0, totalMs: 0, cacheHits: 0, cacheMisses: 0 };
  return { text: "a", documents: [document], dropped, tokens, originalTokens: 40, timings };
}

describe("the line of a document", () => {
  it("says its kind, and what is left out of it with its lines", () => {
    const omitted = [omission(3, 3, 1), omission(9, 12, 4)];
    expect(documentLines(resultOf({ omitted }))).toEqual([
      "a.csv: csv, 12 of 40 tokens, relevance 1.00; 5 of 40 rows left out (lines 3, 9-12)",
    ]);
  });

  it("names the first four stretches only", () => {
    const omitted = [1, 3, 5, 7, 9].map((line) => omission(line, line, 1));
    expect(describeOmitted(omitted)).toBe("5 of 40 rows left out (lines 1, 3, 5, 7, ...)");
    expect(describeOmitted([])).toBe("");
  });

  it("says lossless of a shorter form, and nothing of a text as it came", () => {
    expect(documentLines(resultOf({ lossless: true }))).toEqual([
      "a.csv: csv, 12 of 40 tokens, relevance 1.00; lossless",
    ]);
    expect(documentLines(resultOf({ lossless: true }, 40))).toEqual(["a.csv: csv, 40 of 40 tokens, relevance 1.00"]);
  });
});

describe("the summary", () => {
  it("says lossless only if every document is there, in a form that says the same", () => {
    expect(summaryLine(resultOf({ lossless: true }), 0)).toContain("1 of 1 document, lossless; ");
    expect(summaryLine(resultOf({ lossless: true }, 40), 0)).not.toContain("lossless");
    expect(summaryLine(resultOf({}), 0)).not.toContain("lossless");
    const dropped = [{ id: "b", index: 1, reason: "duplicate" as const }];
    expect(summaryLine(resultOf({ lossless: true }, 12, dropped), 0)).not.toContain("lossless");
  });
});
