export type { SievedMetadata } from "../agents/sieved-metadata.js";
export { type EmbeddingProgress, type EmbedNodes, SieveLlamaEmbedding } from "./embedding.js";
export { type KeptMessage, type SievedMemory, SieveMemoryBlock, type SieveMemoryBlockOptions } from "./memory-block.js";
export { SieveNodePostprocessor, type SieveNodePostprocessorOptions } from "./node-postprocessor.js";
export type { CompressSettings } from "./settings.js";
export type {
  MemoryMessageLike,
  MessageContentLike,
  NodeLike,
  NodeMessagePart,
  ScoredNode,
  ToolLike,
} from "./shapes.js";
export { type Bindable, type SievedTool, type SieveToolOptions, sieveTool, type ToolOutput } from "./tool.js";
export { SieveTransform, type TransformNodes } from "./transform.js";
