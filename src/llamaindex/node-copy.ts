import type { NodeLike } from "./shapes.js";

/** A node's text without metadata, as it is in the node: what offsets count in. */
export function nodeText(node: NodeLike): string {
  return typeof node.text === "string" ? node.text : node.getContent("NONE");
}

/** Replaces the text of a node that is one's own. */
export function setNodeText(node: NodeLike, text: string): void {
  if (typeof node.text === "string") node.text = text;
  else node.setContent(text);
}

/**
 * A node of the same class with the same fields. In-memory indexes hand out the very node they hold, so it
 * must not be written to, and LlamaIndex's `clone()` loses a `startCharIdx` of 0 and throws on functions in
 * the metadata. The class's own constructor is not run (a subclass's may want other arguments), only that of
 * the root class, which sets up the private field that holds `hash`; the hash is computed anew when asked for.
 */
export function copyNode<Node extends NodeLike>(node: Node): Node {
  const copy = Reflect.construct(rootClass(node), [{ id_: node.id_ }], node.constructor) as Node;
  Object.assign(copy, node);
  copy.metadata = { ...node.metadata };
  copy.relationships = { ...node.relationships };
  copy.excludedLlmMetadataKeys = [...node.excludedLlmMetadataKeys];
  copy.excludedEmbedMetadataKeys = [...node.excludedEmbedMetadataKeys];
  return copy;
}

/** LlamaIndex's `BaseNode`, found without importing it: the class that all of the node's classes extend. */
function rootClass(node: object): new (...parameters: unknown[]) => object {
  let prototype = Object.getPrototypeOf(node) as object;
  for (let next = Object.getPrototypeOf(prototype); next && next !== Object.prototype; ) {
    prototype = next as object;
    next = Object.getPrototypeOf(next);
  }
  return prototype.constructor as new (
    ...parameters: unknown[]
  ) => object;
}
