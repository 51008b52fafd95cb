import { type SieveSource, sieveOpener } from "../agents/sieve-source.js";
import { InvalidOptionError, type Sieve } from "../core/index.js";
import { Callable } from "./callable.js";
import { nodeText } from "./node-copy.js";
import { transformId } from "./settings.js";
import type { NodeLike, NodeMessagePart } from "./shapes.js";

/** LlamaIndex's options of a call. */
export interface EmbeddingProgress {
  /** Taken for LlamaIndex's sake: nothing is printed. */
  logProgress?: boolean;
  /** Told how many texts are done. */
  progressCallback?: (current: number, total: number) => void;
}

/** Writes each node's vector into it, as LlamaIndex's embeddings do, and gives the nodes back. */
export type EmbedNodes = <Node extends NodeLike>(nodes: Node[], options?: EmbeddingProgress) => Promise<Node[]>;

/**
 * The sieve's encoder as a LlamaIndex `BaseEmbedding`: retriever and compressor share one model and, if
 * the embedded text is the node's text, one pass: what was embedded at index time is not encoded again at
 * query time. Metadata that is embedded too makes another text of it; `excludedEmbedMetadataKeys` keeps it
 * out, or a `SieveTransform` encodes the bare text ahead.
 */
export class SieveLlamaEmbedding extends Callable<EmbedNodes> {
  /** Holds the options' hash; the model's too if `sieve` is given. */
  readonly id: string;
  /** Texts between two calls of `progressCallback`; the sieve batches on its own. */
  embedBatchSize = 64;
  /** LlamaIndex has this as a property. */
  readonly getTextEmbeddings = (texts: string[]): Promise<number[][]> => this.getTextEmbeddingsBatch(texts);
  readonly #openSieve: () => Promise<Sieve>;

  /** @throws InvalidOptionError */
  constructor(options: SieveSource = {}) {
    super((nodes, progress) => this.#embed(nodes, progress));
    this.#openSieve = sieveOpener(options);
    this.id = transformId("embedding", options);
  }

  /** @throws InvalidOptionError, ModelLoadError, BackendError */
  async getTextEmbedding(text: string): Promise<number[]> {
    return (await this.getTextEmbeddingsBatch([text]))[0] as number[];
  }

  /** Null for a part that is no text. @throws InvalidOptionError, ModelLoadError, BackendError */
  async getQueryEmbedding({ type, text }: NodeMessagePart): Promise<number[] | null> {
    if (type !== "text" || text === undefined) return null;
    const sieve = await this.#withVectors();
    return Array.from(await sieve.embedQuery(text));
  }

  /** @throws InvalidOptionError, ModelLoadError, BackendError */
  async getTextEmbeddingsBatch(texts: string[], { progressCallback }: EmbeddingProgress = {}): Promise<number[][]> {
    const sieve = await this.#withVectors();
    const vectors: number[][] = [];
    for (let start = 0; start < texts.length; start += this.embedBatchSize) {
      const batch = await sieve.embedDocuments(texts.slice(start, start + this.embedBatchSize));
      for (const vector of batch) vectors.push(Array.from(vector));
      progressCallback?.(vectors.length, texts.length);
    }
    return vectors;
  }

  /** Nothing is cut: long texts are read in windows. */
  truncateMaxTokens(texts: string[]): string[] {
    return texts;
  }

  /** Higher is more similar. `mode` is LlamaIndex's `SimilarityType`. */
  similarity(first: number[], second: number[], mode = "cosine"): number {
    if (mode === "euclidean") return -Math.hypot(...first.map((value, index) => value - (second[index] as number)));
    const product = first.reduce((sum, value, index) => sum + value * (second[index] as number), 0);
    return mode === "dot_product" ? product : product / (Math.hypot(...first) * Math.hypot(...second));
  }

  async #withVectors(): Promise<Sieve> {
    const sieve = await this.#openSieve();
    if (sieve.info.dimension > 0) return sieve;
    throw new InvalidOptionError(`Expected \`model\` to be one with sentence vectors, got \`${sieve.info.model}\`.`);
  }

  async #embed<Node extends NodeLike>(nodes: Node[], progress?: EmbeddingProgress): Promise<Node[]> {
    const vectors = await this.getTextEmbeddingsBatch(nodes.map(embeddedText), progress);
    for (const [index, node] of nodes.entries()) node.embedding = vectors[index];
    return nodes;
  }
}

/** What LlamaIndex embeds: text and metadata; the node's own text to the letter if that is all there is. */
function embeddedText(node: NodeLike): string {
  const content = node.getContent("EMBED");
  const text = nodeText(node);
  return content === text.trim() ? text : content;
}
