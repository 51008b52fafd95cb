import type { Document, DocumentInterface } from "@langchain/core/documents";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { checkCompressSettings, splitSieveOptions } from "../agents/sieve-source.js";
import { expect, type Query, type Sieve } from "../core/index.js";
import { type SieveCompressorOptions, toDocument, toSource } from "./documents.js";

/** What goes into a chain's sieve. A type and no interface, so that chains take it for a record. */
export type SieveInput = {
  documents: readonly DocumentInterface[];
  /** @default none: what is informative in itself stays */
  query?: Query | undefined;
};

/** Form of what comes out: documents, or one text, rendered by `template` and joined by `separator`. */
export type SieveOutput = "documents" | "text";

export type SieveRunnableOptions<Output extends SieveOutput = SieveOutput> = SieveCompressorOptions & {
  /** @default "documents" */
  output?: Output | undefined;
};

/**
 * A sieve as a link of a chain: `{ query, documents }` in, documents or one text under the ceiling out. Traced,
 * batched, aborted and streamed as every Runnable is.
 */
export class SieveRunnable<Output extends SieveOutput = "documents"> extends Runnable<
  SieveInput,
  Output extends "text" ? string : Document[]
> {
  static override lc_name(): string {
    return "SieveRunnable";
  }

  lc_namespace = ["contextsieve", "langchain"];
  readonly #openSieve: () => Promise<Sieve>;
  readonly #settings: Omit<SieveCompressorOptions, "sieve">;
  readonly #output: SieveOutput;

  /** @throws InvalidOptionError */
  constructor(options: SieveRunnableOptions<Output>) {
    super();
    const { openSieve, rest, method } = splitSieveOptions(options);
    const { output = "documents", ...settings } = rest;
    expect(output === "documents" || output === "text", "output", '"documents" or "text"', output);
    checkCompressSettings(settings, method);
    this.#openSieve = openSieve;
    this.#settings = settings as Omit<SieveCompressorOptions, "sieve">;
    this.#output = output;
  }

  /** @throws InvalidOptionError, BudgetError, BackendError, ModelLoadError, or the signal's reason */
  override invoke(
    input: SieveInput,
    config?: Partial<RunnableConfig>,
  ): Promise<Output extends "text" ? string : Document[]> {
    return this._callWithConfig(
      async (given: SieveInput, { signal }: Partial<RunnableConfig> = {}) =>
        (await this.#compress(given, signal)) as Output extends "text" ? string : Document[],
      input,
      config,
    );
  }

  async #compress({ documents, query }: SieveInput, signal?: AbortSignal): Promise<Document[] | string> {
    if (documents.length === 0) return this.#output === "text" ? "" : [];
    const sources = documents.map(toSource);
    const sieve = await this.#openSieve();
    const result = await sieve.compress({
      ...this.#settings,
      documents: sources,
      query,
      signal,
    });
    if (this.#output === "documents") {
      return result.documents.map((kept) => toDocument(documents[kept.index] as DocumentInterface, kept));
    }
    const { template = (_, text) => text, separator = "\n\n" } = this.#settings;
    return result.documents
      .map(({ index, text }) => template({ ...(sources[index] as (typeof sources)[0]) }, text))
      .join(separator);
  }
}
