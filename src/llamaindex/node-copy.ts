import { InvalidOptionError } from "../core/index.js";
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

/** Ways to an empty copy of a node, in this order. */
const WAYS: readonly ((node: NodeLike) => unknown)[] = [withoutConstructor, byConstructor, byClone];

/**
 * A node of the same class with the same fields. In-memory indexes hand out the very node they hold, so it
 * must not be written to. LlamaIndex's `clone()` loses a `startCharIdx` of 0 and throws on functions in the metadata;
 * the class's own constructor may want other arguments: both are asked only where the class has private fields
 * that nothing else sets up. The hash is computed anew when asked for.
 *
 * @throws InvalidOptionError if no way gives a node that renders as this one does
 */
export function copyNode<Node extends NodeLike>(node: Node): Node {
  const rendered = node.getContent("LLM");
  for (const way of WAYS) {
    try {
      const copy = way(node) as Node;
      if (Object.getPrototypeOf(copy) !== Object.getPrototypeOf(node)) continue;
      fill(copy, node);
      if (copy.getContent("LLM") === rendered) return copy;
    } catch {
      // The next way, or the error below.
    }
  }
  throw new InvalidOptionError(
    `Expected nodes that can be copied, got a ${node.constructor.name} that keeps what it renders in private fields: give it a \`clone()\` that returns a ${node.constructor.name}.`,
  );
}

function fill(copy: NodeLike, node: NodeLike): void {
  Object.assign(copy, node);
  copy.metadata = { ...node.metadata };
  copy.relationships = { ...node.relationships };
  copy.excludedLlmMetadataKeys = [...node.excludedLlmMetadataKeys];
  copy.excludedEmbedMetadataKeys = [...node.excludedEmbedMetadataKeys];
}

/** Runs only the constructor of the root class, which sets up the private field that holds `hash`. */
function withoutConstructor(node: NodeLike): unknown {
  return Reflect.construct(rootClass(node), [{ id_: node.id_ }], node.constructor);
}

function byConstructor(node: NodeLike): unknown {
  return Reflect.construct(node.constructor as Class, [{ ...node }]);
}

function byClone(node: NodeLike & { clone?: () => unknown }): unknown {
  return node.clone?.();
}

type Class = new (...parameters: unknown[]) => object;

/** LlamaIndex's `BaseNode`, found without importing it: the class that all of the node's classes extend. */
function rootClass(node: object): Class {
  let prototype = Object.getPrototypeOf(node) as object;
  for (let next = Object.getPrototypeOf(prototype); next && next !== Object.prototype; ) {
    prototype = next as object;
    next = Object.getPrototypeOf(next);
  }
  return prototype.constructor as Class;
}
