import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deflate, inflate } from "../../../src/core/runtime/deflate.js";

describe("bytes made smaller", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(inflate(deflate(bytes), 300)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("are none where they would swell up past the limit, or are damaged", () => {
    expect(inflate(deflate(new Uint8Array(10_000_000)), 1_000_000)).toBeUndefined();
    expect(inflate(Uint8Array.of(255, 255, 255), 1000)).toBeUndefined();
  });
});
