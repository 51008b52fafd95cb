import type { CompressedDocument, CompressOptions, Sieve } from "../../../src/core/index.js";

/**
 * A sieve that keeps words by a fixed rule and no model, for tests of what is built upon a sieve: words that the
 * query holds first, then the first words of each text, those of every third text last; under the ceiling of the
 * joined text. Pinned texts come before all others.
 */
export function scriptedSieve(): Sieve & { calls: CompressOptions[] } {
  const calls: CompressOptions[] = [];
  return {
    calls,
    info: {
      method: "contextsieve",
      ...{ model: "scripted", version: "1", device: "cpu", dtype: "none", dimension: 0, fingerprint: "scripted" },
    },
    async compress(options) {
      calls.push(options);
      options.signal?.throwIfAborted();
      return scriptedCompress(options);
    },
    encode: async () => ({ cacheHits: 0, cacheMisses: 0 }),
    toMetadata: async (documents) => documents.map(() => ({})),
    embedDocuments: async () => [],
    compressStructured: () => Promise.reject(new Error("not scripted")),
    compressJson: () => Promise.reject(new Error("not scripted")),
    embedQuery: async () => new Float32Array(0),
    dispose: async () => {},
  };
}

async function scriptedCompress({
  documents,
  query = "",
  maxTokens,
  rate,
  tokenizer,
  separator = "\n\n",
  template = (_, text) => text,
}: CompressOptions) {
  const count = tokenizer as (text: string) => number | Promise<number>;
  const questions = typeof query === "object" && "anyOf" in query ? query.anyOf : [query].flat();
  const asked = new Set(questions.flatMap((part) => part.split(/\s+/)));
  const inputs = documents.map((document) => (typeof document === "string" ? { text: document } : document));
  const sources = inputs.map(({ text }) => text);
  const words = sources.flatMap((text, index) =>
    [...text.matchAll(/\S+/g)].map((match, position) => ({ index, position, word: match[0] })),
  );
  const order = words
    .map((word, place) => ({
      ...word,
      place,
      value:
        (inputs[word.index]?.pinned ? 1e6 : 0) +
        (asked.has(word.word) ? 1000 : 0) -
        word.position -
        (word.index % 3 === 2 ? 100 : 0),
    }))
    .sort((a, b) => b.value - a.value);
  const render = (taken: number): string[] => {
    const kept = new Set(order.slice(0, taken).map(({ place }) => place));
    return sources.map((text, index) =>
      taken === words.length
        ? text
        : words
            .filter((word, place) => word.index === index && kept.has(place))
            .map(({ word }) => word)
            .join(" "),
    );
  };
  const joined = (texts: readonly string[]) =>
    texts
      .map((text, index) =>
        text === "" ? "" : template({ id: String(index), ...(inputs[index] as { text: string }) }, text),
      )
      .filter((text) => text !== "")
      .join(separator);
  let taken = words.length;
  let texts = render(taken);
  while (rate !== 1 && taken > 0 && (await count(joined(texts))) > (maxTokens as number)) {
    taken -= 1;
    texts = render(taken);
  }
  const kept: CompressedDocument[] = [];
  for (const [index, text] of texts.entries()) {
    if (text === "") continue;
    const own = (sources[index] as string).split(/\s+/);
    const relevance = own.filter((word) => asked.has(word)).length / own.length;
    kept.push({
      id: String(index),
      index,
      text,
      tokens: await count(text),
      originalTokens: 0,
      relevance,
      spans: [],
      kind: "prose",
      omitted: [],
      lossless: text === sources[index],
    });
  }
  const timings = { encodeMs: 0, selectMs: 0, valueMs: 0, fitMs: 0, totalMs: 0, cacheHits: 0, cacheMisses: 0 };
  const text = joined(texts);
  return { text, documents: kept, dropped: [], tokens: await count(text), originalTokens: 0, timings };
}
