import type { CompressOptions, SourceDocument } from "../core/index.js";
import { copyNode, nodeText, setNodeText } from "./node-copy.js";
import type { NodeLike, ScoredNode } from "./shapes.js";

/** How a text of the node will be in the prompt. */
type Render = (text: string) => string;

/** A node as the core takes it; a pinned one is a picture's words, which stay whole or not at all. */
export interface NodeSource {
  document: SourceDocument;
  render: Render;
}

/**
 * The core's document of a node, named by its place in the list: a node may come twice, as when each part of a
 * question retrieves. None for a picture that brings no words into the prompt; those it brings are only counted.
 */
export function sourceOf(
  { node, score }: ScoredNode,
  place: number,
  template: CompressOptions["template"],
): NodeSource[] {
  const known = {
    text: nodeText(node),
    metadata: node.metadata,
    ...(Number.isFinite(score) ? { score: score as number } : {}),
  };
  const render: Render = template ? (text) => template({ id: node.id_, ...known }, text) : asSynthesizersDo(node);
  const id = String(place);
  if (!isPicture(node)) return [{ document: { id, ...known }, render }];
  const words = render("");
  return words.trim() === "" ? [] : [{ document: { id, text: words, pinned: true }, render: (text) => text }];
}

/** The same without a right to stay: a picture is in the prompt with all of its words, or is left out. */
export function withoutPins(sources: readonly NodeSource[]): NodeSource[] {
  return sources.map((source) => {
    const { pinned, ...document } = source.document;
    return pinned ? { document, render: () => document.text } : source;
  });
}

/** An image without text: there is nothing to compress. */
export function isPicture(node: NodeLike): boolean {
  return "image" in node && nodeText(node).trim() === "";
}

function asSynthesizersDo(node: NodeLike): Render {
  const probe = copyNode(node);
  return (text) => {
    setNodeText(probe, text);
    return probe.getContent("LLM");
  };
}
