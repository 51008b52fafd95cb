import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CompressOptions,
  createSieve,
  InvalidOptionError,
  SieveError,
  type SieveOptions,
} from "../../src/core/index.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

const good = { documents: ["A text that is long enough to be cut. It has two sentences."], maxTokens: 5 };

/** Every message: the option, what was expected, what came. */
const SHAPE =
  /^Expected (?:`[\w.[\]]+` (?:to|in|with) .+|options among .+|exactly one of .+), got .+\.$|^Expected `tokenizer` to count a text, but it failed: .+/su;

async function refusal(options: unknown): Promise<InvalidOptionError> {
  const error = await fake.sieve.compress(options as CompressOptions).then(
    () => expect.fail(`was accepted: ${JSON.stringify(options)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect((error as Error).message).toMatch(SHAPE);
  return error as InvalidOptionError;
}

describe("compress refuses", () => {
  it.each([
    [0, "`0`"],
    [-1, "`-1`"],
    [1.5, "`1.5`"],
    [Number.NaN, "`NaN`"],
    [Number.POSITIVE_INFINITY, "`Infinity`"],
    [2 ** 60, `\`${2 ** 60}\``],
    ["100", '`"100"`'],
    [null, "`null`"],
    [[100], "an array of 1"],
    [{}, "an object"],
    [10n, "`10`"],
  ])("`maxTokens` of %s", async (maxTokens, got) => {
    const { message } = await refusal({ ...good, maxTokens });
    expect(message).toBe(`Expected \`maxTokens\` to be an integer of at least 1, got ${got}.`);
  });

  it.each([0, -0.5, 1.01, 3, Number.NaN, Number.POSITIVE_INFINITY, "0.5"])("`rate` of %s", async (rate) => {
    const { message } = await refusal({ documents: good.documents, rate });
    expect(message).toMatch(/^Expected `rate` to be in \(0, 1\], got `.+`\.$/u);
  });

  it.each([-0.1, 1.1, Number.NaN, Number.NEGATIVE_INFINITY, "0"])("`threshold` of %s", async (threshold) => {
    const { message } = await refusal({ documents: good.documents, threshold });
    expect(message).toMatch(/^Expected `threshold` to be in \[0, 1\], got `.+`\.$/u);
  });

  it("no target, and more than one", async () => {
    const { documents } = good;
    const one = "Expected exactly one of `maxTokens`, `rate` and `threshold`, got";
    expect((await refusal({ documents })).message).toBe(`${one} none.`);
    expect((await refusal({ documents, maxTokens: undefined })).message).toBe(`${one} none.`);
    expect((await refusal({ documents, maxTokens: 5, rate: 0.5 })).message).toBe(`${one} \`maxTokens\` and \`rate\`.`);
    expect((await refusal({ documents, rate: 0.5, threshold: 0.5 })).message).toBe(
      `${one} \`rate\` and \`threshold\`.`,
    );
    expect((await refusal({ documents, maxTokens: 5, rate: 0.5, threshold: 0.5 })).message).toBe(
      `${one} \`maxTokens\` and \`rate\` and \`threshold\`.`,
    );
  });

  it.each([
    [[], "an array of 0"],
    [undefined, "`undefined`"],
    [null, "`null`"],
    ["a text", '`"a text"`'],
    [{ text: "a" }, "an object"],
  ])("`documents` of %j", async (documents, got) => {
    const { message } = await refusal({ documents, maxTokens: 5 });
    expect(message).toBe(`Expected \`documents\` to be an array of at least one document, got ${got}.`);
  });

  it.each([
    [[7], "documents[0]"],
    [["ok", null], "documents[1]"],
    [[{}], "documents[0].text"],
    [[{ text: 7 }], "documents[0].text"],
    [[{ text: "a", id: 7 }], "documents[0].id"],
    [[{ text: "a", title: 7 }], "documents[0].title"],
    [[{ text: "a", score: "high" }], "documents[0].score"],
    [[{ text: "a", score: Number.NaN }], "documents[0].score"],
    [["ok", { text: "a", pinned: 1 }], "documents[1].pinned"],
  ])("a document such as %j, naming its place", async (documents, name) => {
    const { message } = await refusal({ documents, maxTokens: 5 });
    expect(message.startsWith(`Expected \`${name}\` to be `)).toBe(true);
  });

  it.each([
    ["query", 7],
    ["template", "<doc>"],
    ["separator", 7],
    ["minRelevance", 2],
    ["minRelevance", Number.NaN],
    ["scoreWeight", -1],
    ["scoreWeight", "1"],
    ["dedupe", "yes"],
    ["explain", 1],
    ["signal", {}],
    ["forcePhrases", "word"],
    ["forcePhrases", [""]],
    ["forcePhrases", [7]],
  ])("`%s` of %j", async (name, value) => {
    const { message } = await refusal({ ...good, [name]: value });
    expect(message.startsWith(`Expected \`${name}\` to be `)).toBe(true);
  });

  it("an option of another method, naming the method", async () => {
    const { message } = await refusal({ ...good, forceTokens: ["word"] });
    expect(message).toBe('Expected `forceTokens` with `method: "llmlingua2"` only, got it without.');
  });

  it("an option that it does not know, so that a slip of the pen is seen", async () => {
    const { message } = await refusal({ ...good, maxToken: 5 });
    expect(message).toMatch(/^Expected options among documents, .+, got `maxToken`\.$/u);
  });

  it.each([undefined, null, 7, "text"])("%j in the place of its options", async (options) => {
    expect((await refusal(options)).message).toMatch(/^Expected `options` to be an object, got `/u);
  });

  it("an unknown tokenizer, naming those that there are", async () => {
    const { message } = await refusal({ ...good, tokenizer: "o300k_base" });
    expect(message).toMatch(/^Expected `tokenizer` to be one of o200k_base, .+, got `o300k_base`\.$/u);
    expect((await refusal({ ...good, tokenizer: 7 })).message).toContain("`tokenizer`");
  });

  it.each<[string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("no ranks");
      },
      "no ranks",
    ],
    ["rejects", () => Promise.reject(new Error("no network")), "no network"],
    ["answers NaN", () => Number.NaN, "NaN"],
    ["answers a promise of NaN", async () => Number.NaN, "NaN"],
    ["answers less than nothing", () => -1, "-1"],
    ["answers a string", () => "7", '"7"'],
  ])("a tokenizer function that %s", async (_, tokenizer, got) => {
    const error = await refusal({ ...good, tokenizer });
    expect(error.message).toContain("`tokenizer`");
    expect(error.message).toContain(got);
  });

  it("a tokenizer function that fails only later", async () => {
    let calls = 0;
    const tokenizer = (text: string) => {
      calls += 1;
      if (calls > 3) throw new Error("quota");
      return text.length;
    };
    expect((await refusal({ ...good, tokenizer })).message).toContain("quota");
  });

  it.each<[string, () => unknown, string]>([
    ["a promise", async () => "text", "a promise"],
    ["a promise that rejects", async () => Promise.reject(new Error("lost")), "a promise"],
    ["nothing", () => undefined, "`undefined`: is a `return` missing?"],
    ["null", () => null, "`null`"],
    ["a number", () => 5, "`5`"],
    ["an object", () => ({ text: "" }), "a value of type object"],
    ["a function", () => () => "", "a value of type function"],
  ])("a template that gives %s, whatever the ceiling", async (_, template, got) => {
    for (const maxTokens of [1, 5, 1000]) {
      const { message } = await refusal({ ...good, maxTokens, template });
      expect(message).toBe(`Expected \`template\` to return a string, got ${got}.`);
    }
    const { message } = await refusal({ documents: good.documents, threshold: 0.2, template });
    expect(message).toBe(`Expected \`template\` to return a string, got ${got}.`);
  });

  it.each<[string, () => unknown, string]>([
    ["a promise", async () => "...", "a promise"],
    ["nothing", () => undefined, "`undefined`: is a `return` missing?"],
    ["a number", () => 5, "`5`"],
  ])("a marker that gives %s", async (_, marker, got) => {
    const { message } = await refusal({ ...good, maxTokens: 5, marker });
    expect(message).toBe(`Expected \`marker\` to return a string, got ${got}.`);
  });

  it("documents with a hole among them", async () => {
    const documents = ["a", "b"];
    documents[3] = "c";
    const { message } = await refusal({ documents, maxTokens: 5 });
    expect(message).toBe("Expected `documents[2]` to be a string or an object with `text`, got `undefined`.");
  });

  it("nothing that a template changes in its document: the result has what the caller gave", async () => {
    const documents = [{ id: "mine", title: "Ferry", text: good.documents[0] as string }];
    const template = (
      document: { id?: string | undefined; title?: string | undefined; pinned?: boolean | undefined },
      text: string,
    ) => {
      Object.assign(document, { id: "other", title: "Other", pinned: true });
      return text;
    };
    const result = await fake.sieve.compress({ documents, maxTokens: 9, template });
    expect(result.documents[0]).toMatchObject({ id: "mine", title: "Ferry" });
    expect(result.tokens).toBeLessThanOrEqual(9);
  });

  it("and passes on, as it is, what the caller's template throws", async () => {
    const cause = new Error("no title");
    const template = (): string => {
      throw cause;
    };
    await expect(fake.sieve.compress({ ...good, template })).rejects.toBe(cause);
  });
});

describe("createSieve refuses", () => {
  it.each<[keyof SieveOptions | "modle", unknown]>([
    ["model", ""],
    ["model", 7],
    ["device", "gpu"],
    ["dtype", 16],
    ["threads", 0],
    ["threads", 1.5],
    ["sessions", 0],
    ["sessions", "2"],
    ["cache", true],
    ["cache", {}],
    ["backend", {}],
    ["modle", "x"],
    ["token", ""],
    ["signal", {}],
    ["signal", { throwIfAborted() {} }],
    ["model", "https://huggingface.co/acme/m"],
  ])("`%s` of %j", async (name, value) => {
    const error = await createSieve({ [name]: value } as SieveOptions).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toMatch(SHAPE);
    expect((error as Error).message).toContain(`\`${name}\``);
  });

  it.each<[string, unknown]>([
    ["backend", null],
    ["backend.run", {}],
    ["backend.dispose", { run: async () => undefined }],
    ["backend.capabilities.maxBatchTokens", { run: async () => undefined, dispose: async () => undefined }],
    [
      "backend.capabilities.concurrency",
      {
        run: async () => undefined,
        dispose: async () => undefined,
        capabilities: { maxBatchTokens: 1, maxBatchRows: 1 },
      },
    ],
  ])("a backend that is none, by `%s`: without the size of a run nothing would ever be run", async (name, given) => {
    const backend = (() => given) as SieveOptions["backend"];
    const error = await createSieve({ backend }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toMatch(SHAPE);
    expect((error as Error).message).toContain(`\`${name}\``);
  });

  it("anything but an object", async () => {
    await expect(createSieve(null as unknown as SieveOptions)).rejects.toThrow(
      "Expected `options` to be an object, got `null`.",
    );
  });
});

describe("encode and the embeddings", () => {
  it("refuse what compress would refuse", async () => {
    await expect(fake.sieve.encode([])).rejects.toThrow("Expected `documents` to be an array of at least one document");
    await expect(fake.sieve.encode([7 as unknown as string])).rejects.toThrow(InvalidOptionError);
  });

  it("refuse texts and questions that are none", async () => {
    await expect(fake.sieve.embedDocuments(["a", 7 as unknown as string])).rejects.toThrow(
      new InvalidOptionError("Expected `texts[1]` to be a string, got `7`."),
    );
    await expect(fake.sieve.embedDocuments("a" as unknown as string[])).rejects.toThrow(InvalidOptionError);
    await expect(fake.sieve.embedQuery(7 as unknown as string)).rejects.toThrow(
      "Expected `query` to be a string, got `7`.",
    );
    expect(await fake.sieve.embedDocuments([])).toEqual([]);
  });

  it("refuse what looks like a signal and cannot be listened to", async () => {
    const signal = { throwIfAborted() {} } as AbortSignal;
    for (const call of [
      () => fake.sieve.compress({ ...good, signal }),
      () => fake.sieve.encode(["a"], { signal }),
      () => fake.sieve.embedDocuments(["a"], { signal }),
      () => fake.sieve.embedQuery("a", { signal }),
    ]) {
      await expect(call()).rejects.toThrow("Expected `signal` to be an AbortSignal, got an object.");
    }
  });
});

describe("a sieve that was disposed of", () => {
  it("says so, for every call", async () => {
    const own = await openFakeSieve();
    await own.close();
    const message = "Expected a sieve in use, got one that was disposed of.";
    for (const call of [
      () => own.sieve.compress(good),
      () => own.sieve.encode(["a"]),
      () => own.sieve.embedDocuments(["a"]),
      () => own.sieve.embedQuery("a"),
    ]) {
      const error = await call().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SieveError);
      expect((error as Error).message).toBe(message);
    }
    await own.sieve.dispose();
  });
});
