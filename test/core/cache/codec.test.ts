import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry } from "../../../src/core/cache/codec.js";
import { expectSameBits, scoresOf } from "../../contract/score-cache.js";

const entry = encodeEntry("cs3-key", scoresOf(6, 2, 3));

describe("scores as bytes", () => {
  it("come back bit by bit as they were rounded, from any place in a larger buffer", () => {
    for (let shift = 0; shift < 8; shift += 1) {
      const larger = new Uint8Array(entry.length + 16).fill(0xff);
      larger.set(entry, shift);
      expectSameBits(decodeEntry("cs3-key", larger.subarray(shift, shift + entry.length)), scoresOf(6, 2, 3));
    }
  });

  it("come back as arrays that share no memory with the bytes or with each other", () => {
    const decoded = decodeEntry("cs3-key", entry);
    const buffers = new Set(
      [decoded?.keep, decoded?.core, decoded?.pivot, decoded?.vectors, entry].map((one) => one?.buffer),
    );
    expect(buffers.size).toBe(5);
  });

  it("are refused at every shorter length", () => {
    for (let length = 0; length < entry.length; length += 1) {
      expect(decodeEntry("cs3-key", entry.subarray(0, length))).toBeUndefined();
    }
  });

  it("are refused with any one bit turned", () => {
    for (let bit = 0; bit < entry.length * 8; bit += 1) {
      const turned = entry.slice();
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeEntry("cs3-key", turned)).toBeUndefined();
    }
  });

  it("are refused under another key", () => {
    expect(decodeEntry("cs3-other", entry)).toBeUndefined();
  });

  it("are refused when they are anything else, without an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeEntry("cs3-key", bytes)).toBeUndefined();
      }),
    );
  });
});
