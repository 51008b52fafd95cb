import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createSieve } from "../../src/core/index.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { hasBundledModel } from "../support/bundled-model.js";

const SCRATCH = tmpdir();
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
  const folder = await copyOfTheModel();
  const sieve = await openHere(folder);
  const { text } = await sieve.compress(request);
  alter(join(folder, WEIGHTS));
  expect((await sieve.compress(request)).text).toBe(text);
  expect(text).toContain("12:30");
});

it.skipIf(!hasBundledModel || process.platform === "win32")(
  "a sieve leaves nothing in the folder for temporary files, and needs none",
  async () => {
    const folder = await copyOfTheModel();
    const before = process.env.TMPDIR;
    onTestFinished(() => {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    });
    const temporary = join(folder, "temporary");
    process.env.TMPDIR = temporary;
    const without = await (await openHere(folder)).compress(request);
    mkdirSync(temporary);
    const other = await copyOfTheModel();
    const within = await (await openHere(other)).compress(request);
    expect(readdirSync(temporary)).toEqual([]);
    expect(within.text).toBe(without.text);
  },
);

async function copyOfTheModel(): Promise<string> {
  const folder = mkdtempSync(join(SCRATCH, "contextsieve-weights-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(await bundledModel(), folder, { recursive: true });
  return folder;
}

async function openHere(model: string) {
  const sieve = await createSieve({ model, cache: false });
  onTestFinished(() => sieve.dispose());
  return sieve;
}
