import { checkCompressSettings, type SieveSource, splitSieveOptions } from "../agents/sieve-source.js";
import { sievedMetadata } from "../agents/sieved-metadata.js";
import { BudgetError, type CompressedDocument, type Sieve } from "../core/index.js";
import { copyNode, nodeText, setNodeText } from "./node-copy.js";
import { isPicture, type NodeSource, sourceOf, withoutPins } from "./node-source.js";
import type { CompressSettings } from "./settings.js";
import { type MessageContentLike, type NodeLike, type ScoredNode, textOf } from "./shapes.js";

/** Options of `compress` (exactly one of `maxTokens`, `rate`, `threshold`) and those that make the sieve, or `sieve`. */
export type SieveNodePostprocessorOptions = CompressSettings & SieveSource;

const FACTS_KEY = "contextsieve";

/**
 * Fits retrieved nodes into a token budget: a LlamaIndex `BaseNodePostprocessor`, for query engines, chat
 * engines and vector memory blocks. The ceiling counts what synthesizers render, the text with its metadata
 * (`getContent(MetadataMode.LLM)`), joined by blank lines; only the text is compressed. If the metadata is
 * rendered in another way or not at all, say so with `template`. Nodes that find no place are left out; images without
 * text stay, unless what their metadata brings into the prompt is more than the ceiling.
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
    const { template } = this.#settings;
    const sources = nodes.flatMap((scored, place) => sourceOf(scored, place, template));
    const asked = new Set(sources.map(({ document }) => Number(document.id)));
    const kept = new Map<number, CompressedDocument>();
    for (const document of await this.#fit(sources, textOf(query))) kept.set(Number(document.id), document);
    return nodes.flatMap((scored, place) => {
      const document = kept.get(place);
      if (asked.has(place) && !document) return [];
      return [
        {
          ...scored,
          node: isPicture(scored.node) || !document ? copyNode(scored.node) : sievedNode(scored.node, document),
        },
      ];
    });
  }

  async #fit(sources: readonly NodeSource[], query: string): Promise<CompressedDocument[]> {
    if (sources.length === 0) return [];
    const sieve = await this.#openSieve();
    const compress = async (candidates: readonly NodeSource[]) => {
      const renderers = new Map(candidates.map(({ document, render }) => [document.id, render]));
      const { documents } = await sieve.compress({
        ...this.#settings,
        query,
        documents: candidates.map(({ document }) => document),
        template: ({ id }, text) => renderers.get(id)?.(text) ?? text,
      });
      return documents;
    };
    try {
      return await compress(sources);
    } catch (error) {
      const hasPictures = sources.some(({ document }) => document.pinned);
      if (!hasPictures || !BudgetError.isInstance(error)) throw error;
      return compress(withoutPins(sources));
    }
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
