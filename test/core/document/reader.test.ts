import { describe, expect, it } from "vitest";
import { createDocumentReader } from "../../../src/core/document/reader.js";
import type { Encoder } from "../../../src/core/model/encoder.js";
import { PASSAGES } from "../../support/texts.js";

const TEXT = PASSAGES[0]?.text as string;

/** An encoder that keeps every word, and how often it was asked. */
function plainEncoder() {
  let calls = 0;
  const encode: Encoder["encode"] = async ({ words }) => {
    calls += 1;
    const all = new Float32Array(words.length).fill(1);
    return { keep: all, core: all, pivot: new Float32Array(words.length), vectors: new Float32Array(0), dimension: 0 };
  };
  const model = { manifest: {}, fingerprint: "plain" };
  return {
    encoder: { model, dimension: 0, encode } as unknown as Encoder,
    calls: () => calls,
  };
}

describe("a reader", () => {
  it("analyses a text once for all calls that want it at once, and anew for the next if nothing is kept", async () => {
    const { encoder, calls } = plainEncoder();
    const reader = createDocumentReader({ first: encoder }, undefined, undefined);
    const read = () => reader.read([{ text: TEXT }]);
    const [one, other] = await Promise.all([read(), read()]);
    expect(one?.documents[0]).toBe(other?.documents[0]);
    expect(calls()).toBe(1);
    const later = await read();
    expect(later.documents[0]).not.toBe(one?.documents[0]);
    expect(calls()).toBe(2);
  });

  it("counts a text that several calls shared as each one's own", async () => {
    const reader = createDocumentReader({ first: plainEncoder().encoder }, undefined, undefined);
    const counts = await Promise.all([1, 2, 3].map(() => reader.encode([{ text: TEXT }, { text: `${TEXT} Again.` }])));
    for (const { cacheHits, cacheMisses } of counts)
      expect({ cacheHits, cacheMisses }).toEqual({ cacheHits: 0, cacheMisses: 2 });
  });
});
