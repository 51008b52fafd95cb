import type { BaseEmbedding } from "@llamaindex/core/embeddings";
import type { BaseTool, BaseToolWithCall } from "@llamaindex/core/llms";
import type { BaseMemoryBlock } from "@llamaindex/core/memory";
import type { BaseNodePostprocessor } from "@llamaindex/core/postprocessor";
import type { BaseNode, NodeWithScore, TextNode, TransformComponent } from "@llamaindex/core/schema";
import type { FunctionTool } from "@llamaindex/core/tools";
import type { BaseEmbedding as OldestEmbedding } from "llamaindex-core-oldest/embeddings";
import type { BaseToolWithCall as OldestTool } from "llamaindex-core-oldest/llms";
import type { BaseNodePostprocessor as OldestPostprocessor } from "llamaindex-core-oldest/postprocessor";
import type { BaseNode as OldestNode, TransformComponent as OldestTransform } from "llamaindex-core-oldest/schema";
import { expectTypeOf, test } from "vitest";
import type {
  NodeLike,
  SievedTool,
  SieveLlamaEmbedding,
  SieveMemoryBlock,
  SieveNodePostprocessor,
  SieveNodePostprocessorOptions,
  SieveTransform,
} from "../../src/llamaindex/index.js";

// Checked by the compiler: `npm run typecheck` fails where one of these is not so.

test("The classes are what LlamaIndex's interfaces ask for.", () => {
  expectTypeOf<SieveNodePostprocessor>().toExtend<BaseNodePostprocessor>();
  expectTypeOf<SieveTransform>().toExtend<TransformComponent>();
  expectTypeOf<SieveLlamaEmbedding>().toExtend<BaseEmbedding>();
  expectTypeOf<SieveMemoryBlock>().toExtend<BaseMemoryBlock>();
  expectTypeOf<SievedTool<FunctionTool<{ path: string }, string>>>().toExtend<BaseToolWithCall>();
  expectTypeOf<SievedTool<BaseToolWithCall>>().toExtend<BaseTool>();
});

test("The classes are what the oldest version in the peer range asks for.", () => {
  expectTypeOf<SieveNodePostprocessor>().toExtend<OldestPostprocessor>();
  expectTypeOf<SieveTransform>().toExtend<OldestTransform>();
  expectTypeOf<SieveLlamaEmbedding>().toExtend<OldestEmbedding>();
  expectTypeOf<SievedTool<OldestTool>>().toExtend<OldestTool>();
});

test("LlamaIndex's nodes are nodes to the adapter, and come back with their type.", () => {
  expectTypeOf<BaseNode>().toExtend<NodeLike>();
  expectTypeOf<OldestNode>().toExtend<NodeLike>();
  expectTypeOf<TextNode<{ page: number }>>().toExtend<NodeLike>();
  const postprocess = (nodes: NodeWithScore[]) =>
    (undefined as unknown as SieveNodePostprocessor).postprocessNodes(nodes);
  expectTypeOf(postprocess).returns.resolves.toEqualTypeOf<NodeWithScore[]>();
});

test("A sieve excludes the options that would make another.", () => {
  type Sieved = Extract<SieveNodePostprocessorOptions, { sieve: object }>;
  expectTypeOf<Sieved["model"]>().toEqualTypeOf<undefined>();
  expectTypeOf<SieveNodePostprocessorOptions>().not.toHaveProperty("documents");
  expectTypeOf<SieveNodePostprocessorOptions>().not.toHaveProperty("query");
});
