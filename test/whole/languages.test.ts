import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createSieve, InvalidOptionError, ModelLoadError, type Sieve } from "../../src/core/index.js";
import { type FakeBackend, fakeBackend } from "../support/fake-backend.js";
import { type FakeModel, writeFakeModel } from "../support/fake-model.js";

// Which folder the package of the multilingual model has; undefined: it is not installed.
const installed = vi.hoisted(() => ({ folder: undefined as string | undefined }));
vi.mock("../../src/core/model/load/find-multilingual.js", () => ({
  MULTILINGUAL_PACKAGE: "contextsieve-multilingual",
  findMultilingual: () => installed.folder,
}));

const ENGLISH = [
  "The harbour office keeps a list of all boats. Each owner pays a fee in spring. The list is open to everybody.",
  "The crane on the east pier was repaired in May. A new cable was put in. The work took the crew nine days.",
];
const GERMAN = [
  "Das Hafenamt führt eine Liste aller Boote. Jeder Besitzer zahlt im Frühjahr eine Gebühr. Die Liste ist für alle offen.",
  "Der Kran an der Ostmole wurde im Mai repariert. Ein neues Seil wurde eingezogen. Die Arbeit dauerte neun Tage.",
  "Der Fährmann verlangt zwei Münzen. Er fährt nicht bei Sturm. Sein Boot trägt zwölf Personen und kein Vieh.",
];

let second: FakeModel;
let opened: Map<string, FakeBackend>;
let sieves: Sieve[];

beforeEach(() => {
  second = writeFakeModel({
    name: "second",
    outputs: { logits: "logits", hidden: "hidden", dimension: 384, labels: ["keep", "core"] },
  });
  installed.folder = second.folder;
  opened = new Map();
  sieves = [];
});
afterEach(async () => {
  await Promise.all(sieves.map((sieve) => sieve.dispose()));
  await second.dispose();
});

/** A sieve whose models' weights are fakes; `opened` knows those that were opened. */
async function openSieve(model?: string): Promise<Sieve> {
  const sieve = await createSieve({
    ...(model === undefined ? {} : { model }),
    cache: false,
    backend: ({ manifest }) => {
      const backend = fakeBackend({ dimension: 384, labels: manifest.outputs.labels.length });
      opened.set(manifest.name, backend);
      return backend;
    },
  });
  sieves.push(sieve);
  return sieve;
}

const runsOf = (name: string) => opened.get(name)?.batches.length ?? 0;

describe('`model: "auto"`', () => {
  it("reads English as the bundled model alone would, and opens no other", async () => {
    const auto = await openSieve("auto");
    const request = { documents: ENGLISH, query: "Who pays a fee?", maxTokens: 20 };
    const found = await auto.compress(request);
    expect([...opened.keys()]).toEqual(["contextsieve-small"]);
    const alone = await (await openSieve()).compress(request);
    expect({ ...found, timings: undefined }).toEqual({ ...alone, timings: undefined });
  });

  it("reads each text with the model that knows its language", async () => {
    const auto = await openSieve("auto");
    const { documents } = await auto.compress({ documents: [ENGLISH[0] as string, GERMAN[1] as string], rate: 0.6 });
    expect(documents).toHaveLength(2);
    expect([runsOf("contextsieve-small"), runsOf("second")]).toEqual([1, 1]);
  });

  it("reads each paragraph of a text with the model that knows its language", async () => {
    const auto = await openSieve("auto");
    const mixed = `${ENGLISH[0]}\n\n${GERMAN[1]}\n\n${ENGLISH[1]}`;
    const { documents } = await auto.compress({ documents: [mixed], rate: 1, explain: true });
    const english = await (await openSieve()).compress({
      documents: [`${ENGLISH[0]}\n\n${ENGLISH[1]}`],
      rate: 1,
      explain: true,
    });
    const words = documents[0]?.words ?? [];
    const ownWords = english.documents[0]?.words ?? [];
    const lengthOfFirst = ownWords.findIndex(({ start }) => start > (ENGLISH[0] as string).length);
    const borders = [mixed.indexOf("Der Kran"), mixed.indexOf("The crane")] as const;
    const outside = words.filter(({ start }) => start < borders[0] || start >= borders[1]);
    expect(outside.map(({ keep }) => keep)).toEqual(ownWords.map(({ keep }) => keep));
    expect(lengthOfFirst).toBeGreaterThan(0);
    const inside = words.filter(({ start }) => start >= borders[0] && start < borders[1]);
    expect(new Set(inside.map(({ keep }) => keep)).size).toBeGreaterThan(1);
  });

  it("reads all documents with the model that reads the question", async () => {
    const auto = await openSieve("auto");
    const request = { documents: [ENGLISH[0] as string, GERMAN[1] as string], rate: 0.5 };
    await auto.compress({ ...request, query: "Wie lange dauerte die Arbeit am Kran?" });
    expect([runsOf("contextsieve-small"), runsOf("second") > 0]).toEqual([0, true]);
  });

  it("asks an English question in both models where documents are of both", async () => {
    const auto = await openSieve("auto");
    const { documents } = await auto.compress({
      documents: [ENGLISH[0] as string, GERMAN[1] as string],
      rate: 1,
      query: "Who repaired the crane?",
      explain: true,
    });
    // One run for the question and one for the document, in each.
    expect([runsOf("contextsieve-small"), runsOf("second")]).toEqual([2, 2]);
    for (const { relevance } of documents) expect(relevance).toBeGreaterThan(0);
  });

  it("gives all vectors by one model, so that they can be compared", async () => {
    const auto = await openSieve("auto");
    await auto.embedDocuments([ENGLISH[0] as string]);
    await auto.embedQuery("Who pays?");
    expect([runsOf("contextsieve-small"), runsOf("second")]).toEqual([0, 2]);
  });

  it("names both models, and has a fingerprint of both", async () => {
    const [auto, alone] = [await openSieve("auto"), await openSieve()];
    expect(auto.info.model).toBe("contextsieve-small + second");
    expect(auto.info.fingerprint).not.toBe(alone.info.fingerprint);
  });

  it("is the bundled model where the other is not installed", async () => {
    installed.folder = undefined;
    const auto = await openSieve("auto");
    expect(auto.info).toEqual((await openSieve()).info);
  });

  it("is refused for a published method, which runs on one", async () => {
    await expect(createSieve({ model: "auto", method: "llmlingua2" })).rejects.toThrow(InvalidOptionError);
  });

  it("ends both models with the sieve", async () => {
    const auto = await openSieve("auto");
    await auto.compress({ documents: [ENGLISH[0] as string, GERMAN[0] as string], rate: 0.5 });
    await auto.dispose();
    expect([...opened.values()].map(({ disposals }) => disposals)).toEqual([1, 1]);
  });

  it("says that the other cannot be opened, and tries again", async () => {
    installed.folder = second.folder;
    let attempts = 0;
    const sieve = await createSieve({
      model: "auto",
      cache: false,
      backend: ({ manifest }) => {
        if (manifest.name === "second" && attempts++ === 0) throw new ModelLoadError("no room");
        return fakeBackend({ dimension: 384, labels: manifest.outputs.labels.length });
      },
    });
    sieves.push(sieve);
    const request = { documents: GERMAN, rate: 0.5 };
    await expect(sieve.compress(request)).rejects.toThrow("no room");
    expect((await sieve.compress(request)).documents.length).toBeGreaterThan(0);
  });
});

describe('`model: "multilingual"`', () => {
  it("is the package, where it is installed", async () => {
    expect((await openSieve("multilingual")).info.model).toBe("second");
  });

  it("says how to install it where it is not", async () => {
    installed.folder = undefined;
    const failure = await createSieve({ model: "multilingual" }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelLoadError);
    expect((failure as Error).message).toContain("npm i contextsieve-multilingual");
  });
});

describe("a text in a language that no model reads", () => {
  it("keeps whole sentences, those that share the question's words", async () => {
    const sieve = await openSieve();
    const { documents, tokens } = await sieve.compress({
      documents: GERMAN,
      query: "Wie lange dauerte die Arbeit am Kran?",
      maxTokens: 14,
    });
    expect(documents.map(({ text }) => text)).toContain("Die Arbeit dauerte neun Tage.");
    const whole = GERMAN.flatMap((text) => text.split(/(?<=\.) /u));
    for (const { text } of documents) expect(whole).toContain(text);
    expect(tokens).toBeLessThanOrEqual(14);
    expect(runsOf("contextsieve-small")).toBe(0);
  });

  it("has scores and a relevance that are numbers, beside texts that are read", async () => {
    const sieve = await openSieve();
    const { documents } = await sieve.compress({
      documents: [...GERMAN, ...ENGLISH],
      query: "What did the crew do?",
      rate: 1,
      explain: true,
    });
    for (const { words, relevance } of documents) {
      expect(relevance).toBeGreaterThanOrEqual(0);
      for (const { keep, core, value } of words ?? []) expect([keep, core, value].every(Number.isFinite)).toBe(true);
    }
  });

  it("has a vector all the same for those who ask for one", async () => {
    const [vector] = await (await openSieve()).embedDocuments([GERMAN[0] as string]);
    expect(Math.hypot(...(vector as Float32Array))).toBeCloseTo(1, 4);
  });
});
