import type { Callbacks } from "@langchain/core/callbacks/manager";
import type { Document, DocumentInterface } from "@langchain/core/documents";
import { BaseDocumentCompressor } from "@langchain/core/retrievers/document_compressors";
import type { SieveCompressorOptions } from "./documents.js";
import { SieveRunnable } from "./runnable.js";

/**
 * A sieve as LangChain's document compressor: for `ContextualCompressionRetriever`, `DocumentCompressorPipeline`
 * and whatever else takes one. Order, ids and metadata stay; what was cut is said in `metadata.contextsieve`.
 */
export class SieveDocumentCompressor extends BaseDocumentCompressor {
  readonly #runnable: SieveRunnable;

  /** @throws InvalidOptionError */
  constructor(options: SieveCompressorOptions) {
    super();
    this.#runnable = new SieveRunnable(options);
  }

  /**
   * @param callbacks The caller's; the trace nests under their run.
   * @throws InvalidOptionError, BudgetError, BackendError, ModelLoadError, or the signal's reason
   */
  override compressDocuments(
    documents: DocumentInterface[],
    query: string,
    callbacks?: Callbacks,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Document[]> {
    return this.#runnable.invoke(
      { documents, query },
      {
        runName: "SieveDocumentCompressor",
        ...(callbacks === undefined ? {} : { callbacks }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
  }
}
