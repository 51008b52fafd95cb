import { checkCompressSettings, type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { sievedMetadata } from "../agents/sieved-metadata.js";
import type { CompressedDocument, Sieve } from "../core/index.js";
import { copyNode, nodeText, setNodeText } from "./node-copy.js";
import { isPicture, sourceOf } from "./node-source.js";
import type { CompressSettings } from "./settings.js";
import { type MessageContentLike, type NodeLike, type ScoredNode, textOf } from "./shapes.js";

/** Options of `compress` (exactly one of `maxTokens`, `rate`, `threshold`) and those that make the sieve, or `sieve`. */
export type SieveNodePostprocessorOptions = CompressSettings & SieveSource;

const FACTS_KEY = "contextsieve";

/**
 * Fits retrieved nodes into a token budget: a LlamaIndex `BaseNodePostprocessor`, for query engines, chat
 * engines and vector memory blocks. The ceiling counts what synthesizers render, the text with its metadata
 * (`getContent(MetadataMode.LLM)`), joined by blank lines; only the text is compressed. If the metadata is
 * rendered in another way or not at all, say so with `template`. Nodes that find no place are left out.
 */
export class SieveNodePostprocessor {
  readonly #openSieve: () => Promise<Sieve>;
  readonly #settings: CompressSettings;

  /** @throws InvalidOptionError */
  constructor(options: SieveNodePostprocessorOptions) {
    const { openSieve, rest, method } = splitSieveOptions(options);
    checkCompressSettings(rest, method);
    this.#openSieve = openSieve;
    this.#settings = rest as CompressSettings;
  }

  /**
   * Gives new nodes in the order of the old, which are never written to.
   * @throws InvalidOptionError, BudgetError, BackendError, ModelLoadError
   */
  async postprocessNodes<Scored extends ScoredNode>(
    nodes: readonly Scored[],
    query?: MessageContentLike,
  ): Promise<Scored[]> {
    const { template, ...settings } = this.#settings;
    const sources = nodes.flatMap((scored, place) => sourceOf(scored, place, template));
    const kept = new Map<number, CompressedDocument>();
    if (sources.length > 0) {
      const renderers = new Map(sources.map(({ document, render }) => [document.id, render]));
      const sieve = await this.#openSieve();
      const { documents } = await sieve.compress({
        ...settings,
        query: textOf(query),
        documents: sources.map(({ document }) => document),
        template: ({ id }, text) => renderers.get(id)?.(text) ?? text,
      });
      for (const document of documents) kept.set(Number(document.id), document);
    }
    return nodes.flatMap((scored, place) => {
      if (isPicture(scored.node)) return [{ ...scored, node: copyNode(scored.node) }];
      const document = kept.get(place);
      return document ? [{ ...scored, node: sievedNode(scored.node, document) }] : [];
    });
  }
}

function sievedNode<Node extends NodeLike>(node: Node, document: CompressedDocument): Node {
  const { text } = document;
  const copy = copyNode(node);
  // Shown to no model.
  copy.metadata[FACTS_KEY] = sievedMetadata(document);
  copy.excludedLlmMetadataKeys = [...new Set([...copy.excludedLlmMetadataKeys, FACTS_KEY])];
  copy.excludedEmbedMetadataKeys = [...new Set([...copy.excludedEmbedMetadataKeys, FACTS_KEY])];
  if (text !== nodeText(node)) copy.embedding = undefined; // it was the whole text's
  setNodeText(copy, text);
  return copy;
}
