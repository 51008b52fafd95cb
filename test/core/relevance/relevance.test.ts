import { describe, expect, it } from "vitest";
import { sigmoid } from "../../../src/core/log-odds.js";
import { relateDocuments, relateSentences } from "../../../src/core/relevance/relevance.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { documentOf } from "../../support/documents.js";

const sentenceRelevance = (...request: Parameters<typeof relateSentences>) => runAtOnce(relateSentences(...request));

const RULES = { calibration: { scale: 10, bias: -3 }, isApart: false };

describe("relevance", () => {
  it("is the sigmoid of the cosine, as it was calibrated; a document's is that of its best sentence", () => {
    const document = documentOf("First sentence here. Second sentence here.", undefined, [
      [1, 0],
      [0.6, 0.8],
    ]);
    const { logits, documents } = sentenceRelevance({ text: "q", vector: Float32Array.of(0, 1) }, [document], RULES);
    // 0.8 in steps of 1/128.
    const cosine = 102 / 128;
    expect([...(logits[0] as Float32Array)]).toEqual([-3, 10 * cosine - 3]);
    expect(documents[0]).toBe(10 * cosine - 3);
    expect(sigmoid(0)).toBe(0.5);
  });

  it("of a document with no sentence is next to nothing", () => {
    const { documents } = sentenceRelevance({ text: "q", vector: Float32Array.of(1) }, [documentOf("")], RULES);
    expect(sigmoid(documents[0] as number)).toBeLessThan(1e-6);
  });

  it("is told by the words in common for models without vectors", () => {
    const documents = [
      documentOf("The boiler failed in May. We had lunch."),
      documentOf("Nothing of the kind happened."),
    ];
    const { logits, documents: best } = sentenceRelevance(
      { text: "Which boilers failed?", vector: new Float32Array() },
      documents,
      { calibration: undefined, isApart: false },
    );
    const [boiler, lunch] = logits[0] as Float32Array;
    expect(boiler).toBeGreaterThan(lunch as number);
    expect(best[0]).toBeGreaterThan(best[1] as number);
  });
});

describe("several questions", () => {
  const document = documentOf("First sentence here. Second sentence here. A third one.", undefined, [
    [1, 0],
    [0.6, 0.8],
    [0.8, 0.6],
  ]);
  const asked = { text: "q", vector: Float32Array.of(0, 1) };
  const idle = { text: "r", vector: Float32Array.of(0.3, -0.3) };
  const logitsOf = (questions: Parameters<typeof relateDocuments>[0]) => [
    ...(runAtOnce(relateDocuments(questions, [document], RULES)).logits[0] as Float32Array),
  ];

  it("say of a sentence the best that any says: what finds nothing lifts nothing, as a part would", () => {
    expect(logitsOf([[asked], [idle]]).slice(1)).toEqual(logitsOf([[asked]]).slice(1));
    expect(logitsOf([[asked], [idle]])[0]).toBeCloseTo(0, 5);
    expect(logitsOf([[asked, idle]])[0]).toBeCloseTo(5, 5);
  });

  it("share their own parts fairly", () => {
    expect(logitsOf([[asked, idle], [asked]])).toEqual(logitsOf([[asked, idle]]));
  });
});
