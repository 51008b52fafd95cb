export type { SievedMetadata } from "../agents/sieved-metadata.js";
export { SieveDocumentCompressor } from "./document-compressor.js";
export type { SieveCompressorOptions } from "./documents.js";
export { SieveEmbeddings } from "./embeddings.js";
export { sieveMessages } from "./messages.js";
export {
  type AgentRuntime,
  type ModelRequest,
  type SieveMiddleware,
  type SieveMiddlewareOptions,
  sieveMiddleware,
  type ToolRequest,
} from "./middleware.js";
export type { OriginalsOptions } from "./originals.js";
export { type SieveInput, type SieveOutput, SieveRunnable, type SieveRunnableOptions } from "./runnable.js";
export { SieveStore } from "./store.js";
export type { SievedToolResult, ToolResultOptions } from "./tool-results.js";
