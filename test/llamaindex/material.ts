import { readFileSync } from "node:fs";
import { Tiktoken } from "js-tiktoken/lite";
import o200kBase from "js-tiktoken/ranks/o200k_base";
import { MetadataMode, type NodeWithScore, SentenceSplitter, TextNode } from "llamaindex";
import type { SieveOptions } from "../../src/core/index.js";

/** The bundled model, or the folder that a developer names. */
export const modelOptions: SieveOptions = process.env.CONTEXTSIEVE_TEST_MODEL
  ? { model: process.env.CONTEXTSIEVE_TEST_MODEL }
  : {};

export const QUESTION = "How much is a week as primary on call paid?";

/** A file of the examples. */
export function readExample(name: string): string {
  return readFileSync(new URL(`../../examples/data/${name}`, import.meta.url), "utf8");
}

/** The handbook in chunks, as a retriever hands them over. */
export function handbookNodes(chunkSize = 256): NodeWithScore[] {
  const splitter = new SentenceSplitter({ chunkSize, chunkOverlap: 16 });
  return splitter.splitText(readExample("handbook.md")).map((text, index) => ({
    node: new TextNode({ id_: `handbook-${index}`, text, metadata: { file: "handbook.md", part: index } }),
    score: 1 / (index + 1),
  }));
}

/** What a synthesizer makes of nodes. */
export function rendered(nodes: readonly NodeWithScore[]): string {
  return nodes.map(({ node }) => node.getContent(MetadataMode.LLM)).join("\n\n");
}

const o200k = new Tiktoken(o200kBase);

/** Tokens by the default tokenizer, counted by another library than ours; `<|endoftext|>` is text. */
export function tokensOf(text: string): number {
  return o200k.encode(text, [], []).length;
}
