import { expect, it } from "vitest";
import { loadModel } from "../../src/core/model/load/manifest.js";
import { rehearse } from "../../src/core/rehearse.js";
import { TEST_MODEL } from "./model/backends/test-model.js";

it("takes a request through all steps, and cuts as one would", async () => {
  const { text, tokens, originalTokens } = await rehearse(await loadModel(TEST_MODEL));
  expect(tokens).toBeLessThanOrEqual(originalTokens / 2);
  expect(text).toContain("bridge");
});

it("takes one for a model of another language, or without vectors, too", async () => {
  const model = await loadModel(TEST_MODEL);
  const { hidden, dimension, ...outputs } = model.manifest.outputs;
  for (const manifest of [
    { ...model.manifest, languages: ["deu"] },
    { ...model.manifest, outputs },
  ]) {
    const { tokens, originalTokens } = await rehearse({ ...model, manifest });
    expect(tokens).toBeLessThanOrEqual(originalTokens / 2);
  }
});
