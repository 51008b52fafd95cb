import { Embeddings } from "@langchain/core/embeddings";
import { type SieveSource, sieveOpener } from "../agents/sieve-source.js";
import { InvalidOptionError, type Sieve } from "../core/index.js";

/**
 * The sieve's own encoder as embeddings: retriever and compressor share one model and one pass. What is embedded
 * at index time is scored too, and costs the compressor nothing at query time.
 */
export class SieveEmbeddings extends Embeddings {
  readonly #openSieve: () => Promise<Sieve>;

  /** @throws InvalidOptionError */
  constructor(options: SieveSource = {}) {
    super({});
    this.#openSieve = sieveOpener(options);
  }

  /** Unit vectors of texts. @throws InvalidOptionError, ModelLoadError, BackendError */
  async embedDocuments(texts: string[]): Promise<number[][]> {
    if (texts.length === 0) return [];
    const vectors = await (await this.#withVectors()).embedDocuments(texts);
    return vectors.map((vector) => [...vector]);
  }

  /** Unit vector of a question. @throws InvalidOptionError, ModelLoadError, BackendError */
  async embedQuery(query: string): Promise<number[]> {
    return [...(await (await this.#withVectors()).embedQuery(query))];
  }

  async #withVectors(): Promise<Sieve> {
    const sieve = await this.#openSieve();
    if (sieve.info.dimension > 0) return sieve;
    throw new InvalidOptionError(`Expected \`model\` to be one with sentence vectors, got \`${sieve.info.model}\`.`);
  }
}
