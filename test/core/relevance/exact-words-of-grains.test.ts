import { describe, expect, it } from "vitest";
import type { AnalyzedDocument } from "../../../src/core/document/types.js";
import { exactWordGains } from "../../../src/core/relevance/exact-words.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { segmentText } from "../../../src/core/text/segment.js";

/** What each row of a CSV text gains by a question. */
async function gainsOf(text: string, question: string): Promise<number[]> {
  const { words, sentences, outline } = await segmentText(text, { kind: "csv" });
  const document = { text, words, sentences, outline } as unknown as AnalyzedDocument;
  const [gains = []] = runAtOnce(exactWordGains(question, [document]));
  return [...gains].slice(1);
}

describe("exact words in grains", () => {
  it("lift the row that holds the question's rare words, keys included", async () => {
    const [ann = 0, bo = 0] = await gainsOf("name,site\nAnn,Tarn\nBo,Sund\n", "At which site is Bo?");
    expect(bo).toBeGreaterThan(ann);
    expect(ann).toBeGreaterThan(0);
  });

  it("are the same whatever their ending: what was started is found as start", async () => {
    const [stop = 0, start = 0] = await gainsOf("step,by\nstop,Ann\nstart,Bo\n", "By whom was it started?");
    expect(start).toBeGreaterThan(stop);
  });
});
