import type { BaseStore } from "@langchain/core/stores";
import { type EncodedText, type KeyvCacheOptions, keyvCache, type ScoreCache } from "../core/index.js";

/**
 * A score cache in any LangChain store of bytes: `createSieve({ cache: new SieveStore(store) })`. Its keys are
 * letters, digits, `-`, `_` and `.`, as `LocalFileStore` wants them. A store that fails, hangs or holds something
 * else is a miss: the text is encoded again.
 */
export class SieveStore implements ScoreCache {
  readonly #cache: ScoreCache;

  /** @throws InvalidOptionError */
  constructor(store: BaseStore<string, Uint8Array>, options: KeyvCacheOptions = {}) {
    const texts = {
      async get(key: string) {
        const [bytes] = await store.mget([key]);
        return bytes && Buffer.from(bytes).toString("base64");
      },
      set: (key: string, text: string) => store.mset([[key, new Uint8Array(Buffer.from(text, "base64"))]]),
    };
    this.#cache = keyvCache(texts, options);
  }

  get(key: string): EncodedText | undefined | Promise<EncodedText | undefined> {
    return this.#cache.get(key);
  }

  set(key: string, value: EncodedText): void | Promise<void> {
    return this.#cache.set(key, value);
  }
}
