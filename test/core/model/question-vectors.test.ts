import { describe, expect, it } from "vitest";
import { rememberVectors } from "../../../src/core/model/question-vectors.js";

function counting() {
  const asked: string[] = [];
  const vectorOf = rememberVectors(async (text) => {
    asked.push(text);
    if (text.startsWith("fails")) throw new Error("no encoder");
    return Float32Array.of(text.length, asked.length);
  });
  return { asked, vectorOf };
}

describe("remembered question vectors", () => {
  it("are asked for once", async () => {
    const { asked, vectorOf } = counting();
    expect(await vectorOf("Who signed?")).toEqual(await vectorOf("Who signed?"));
    await vectorOf("When?");
    expect(asked).toEqual(["Who signed?", "When?"]);
  });

  it("are the caller's own: changing one changes no other", async () => {
    const { vectorOf } = counting();
    const first = await vectorOf("Who?");
    first.fill(9);
    expect(await vectorOf("Who?")).toEqual(Float32Array.of(4, 1));
  });

  it("leave no trace of a failure", async () => {
    const { asked, vectorOf } = counting();
    await expect(vectorOf("fails")).rejects.toThrow("no encoder");
    await expect(vectorOf("fails")).rejects.toThrow("no encoder");
    expect(asked).toHaveLength(2);
  });

  it("go when they were not asked for among the last 256", async () => {
    const { asked, vectorOf } = counting();
    await vectorOf("first");
    for (let index = 0; index < 255; index += 1) await vectorOf(`question ${index}`);
    await vectorOf("first");
    await vectorOf("one more");
    await vectorOf("first");
    expect(asked.filter((text) => text === "first")).toHaveLength(1);
    await vectorOf("question 0");
    expect(asked.filter((text) => text === "question 0")).toHaveLength(2);
  });

  it("are not kept of texts that are no questions but chapters", async () => {
    const { asked, vectorOf } = counting();
    const chapter = "word ".repeat(500);
    await vectorOf(chapter);
    await vectorOf(chapter);
    expect(asked).toHaveLength(2);
  });

  it("are not given to a caller that has ended", async () => {
    const { vectorOf } = counting();
    await vectorOf("Who?");
    await expect(vectorOf("Who?", AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  });
});
