import { cpSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createSieve } from "../../src/core/index.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { hasBundledModel } from "../support/bundled-model.js";

const WEIGHTS = "model.int8.onnx_data";
const request = {
  documents: ["The ferry leaves at 12:30 from pier 4. The crane is blue. Nobody may enter the silo."],
  query: "When does the ferry leave?",
  maxTokens: 12,
};

// Weights that were mapped into memory would end the process (a bus error), or change the scores of one fingerprint.
it.skipIf(!hasBundledModel).each<[string, (weights: string) => void]>([
  ["cut short", (weights) => truncateSync(weights, 1000)],
  ["written over", (weights) => writeFileSync(weights, Buffer.alloc(24 * 2 ** 20, 7), { flag: "r+" })],
  ["gone", (weights) => rmSync(weights)],
])("weights that are %s while a sieve runs change nothing in it", async (_, alter) => {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-weights-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(await bundledModel(), folder, { recursive: true });
  const sieve = await createSieve({ model: folder, cache: false });
  onTestFinished(() => sieve.dispose());
  const { text } = await sieve.compress(request);
  alter(join(folder, WEIGHTS));
  expect((await sieve.compress(request)).text).toBe(text);
  expect(text).toContain("12:30");
});
