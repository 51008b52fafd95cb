import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { createSieve, type MethodName, type Sieve, type SieveOptions } from "../../src/core/index.js";
import { FIXTURES, normalForm, readGolden, readTexts } from "../core/methods/llmlingua2/golden.js";
import { startHub } from "../core/model/hub/hub-server.js";

const texts = readTexts(new URL("../llmlingua2-texts.jsonl", FIXTURES));
const FAMILIES = ["wordpiece", "unigram", "byte-level"] as const;
const sieves: Pick<Sieve, "dispose">[] = [];
afterAll(() => Promise.all(sieves.map((sieve) => sieve.dispose())));

async function open<Name extends MethodName = "contextsieve">(options: SieveOptions<Name>): Promise<Sieve<Name>> {
  const sieve = await createSieve({ cache: false, ...options });
  sieves.push(sieve);
  return sieve;
}

describe.each(FAMILIES)("a sieve on a published kind of checkpoint (%s)", (family) => {
  const model = fileURLToPath(new URL(`${family}/`, FIXTURES));

  it("keeps the reference's words, whoever else is in its batches", async () => {
    const sieve = await open({ model, method: "llmlingua2" });
    const golden = readGolden(new URL(`golden.${family}.jsonl.gz`, FIXTURES));
    const expected = golden.cases.filter(({ set, text }) => set === "half" && text < 20);
    const results = await Promise.all(
      expected.map(({ text }) =>
        sieve.compress({ documents: [texts[text] as string], rate: 0.5, ceiling: "reference", returnWordLabel: true }),
      ),
    );
    const labels = results.map((result) =>
      ((result as { labeledPrompt?: string }).labeledPrompt ?? "")
        .split("\t\t|\t\t")
        .map((pair) => pair.at(-1))
        .join(""),
    );
    expect(labels).toEqual(expected.map((one) => one.labels));
    for (const [index, result] of results.entries()) {
      const form = (text = "") => normalForm(text, true).replaceAll("##", "");
      const printed = form(result.text);
      for (const character of form(expected[index]?.prompt)) expect(printed).toContain(character);
    }
  });

  it("runs our own selection too, with and without a question", async () => {
    const sieve = await open({ model });
    const documents = texts.slice(0, 12);
    const plain = await sieve.compress({ documents, maxTokens: 150 });
    expect(plain.tokens).toBeLessThanOrEqual(150);
    expect(plain.tokens).toBeGreaterThan(100);
    const asked = await sieve.compress({ documents, maxTokens: 60, query: (documents[5] as string).slice(0, 60) });
    expect(asked.tokens).toBeLessThanOrEqual(60);
    expect(asked.documents.map(({ index }) => index)).toContain(5);
  });
});

describe("a sieve on a checkpoint of the Hub", () => {
  it("downloads it once and compresses with it", async () => {
    const folder = fileURLToPath(new URL("wordpiece/", FIXTURES));
    const files = Object.fromEntries(
      await Promise.all(
        ["config.json", "tokenizer.json", "onnx/model.onnx"].map(
          async (file) => [file, await readFile(join(folder, file))] as const,
        ),
      ),
    );
    const hub = await startHub("someone/tiny", files);
    const cacheDir = await mkdtemp(join(tmpdir(), "contextsieve-sieve-"));
    try {
      const options = { model: "someone/tiny", cacheDir, remoteHost: hub.url, method: "llmlingua2" } as const;
      const sieve = await open(options);
      const asked = hub.requests.length;
      const local = await open({ model: folder, method: "llmlingua2" });
      const call = { documents: texts.slice(0, 3), rate: 0.4 };
      expect((await sieve.compress(call)).text).toBe((await local.compress(call)).text);
      await open({ ...options, localFilesOnly: true });
      expect(hub.requests.length).toBe(asked);
    } finally {
      await hub.close();
      await rm(cacheDir, { recursive: true, force: true });
    }
  });
});
