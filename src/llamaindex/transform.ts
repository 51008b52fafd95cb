import { type SieveSource, sieveOpener } from "../agents/sieve-source.js";
import type { Sieve } from "../core/index.js";
import { Callable } from "./callable.js";
import { nodeText } from "./node-copy.js";
import { transformId } from "./settings.js";
import type { NodeLike } from "./shapes.js";

/** Takes nodes and gives the same nodes back. */
export type TransformNodes = <Node extends NodeLike>(nodes: Node[]) => Promise<Node[]>;

/**
 * Encodes nodes in an `IngestionPipeline` (a LlamaIndex `TransformComponent`: the instance is the function), so
 * that the first question already finds their scores in the cache. Put it after the splitter; the nodes come
 * out as they went in. If questions are asked by another process, give a `cache` that outlives this one.
 */
export class SieveTransform extends Callable<TransformNodes> {
  /** Holds the options' hash: the pipeline's cache tells transforms apart by it, across processes. */
  readonly id: string;
  readonly #openSieve: () => Promise<Sieve>;

  /** @throws InvalidOptionError */
  constructor(options: SieveSource = {}) {
    super((nodes) => this.#encode(nodes));
    this.#openSieve = sieveOpener(options);
    this.id = transformId("transform", options);
  }

  async #encode<Node extends NodeLike>(nodes: Node[]): Promise<Node[]> {
    const texts = nodes.map(nodeText).filter((text) => text.trim() !== "");
    if (texts.length > 0) await (await this.#openSieve()).encode(texts);
    return nodes;
  }
}
