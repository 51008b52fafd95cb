export type { ScoreCache } from "./cache/cache.js";
export { folderCache } from "./cache/folder.js";
export { type KeyvCacheOptions, type KeyvLike, keyvCache } from "./cache/keyv.js";
export { type MemoryCacheOptions, memoryCache } from "./cache/memory.js";
export { BackendError, BudgetError, InvalidOptionError, ModelLoadError, SieveError } from "./errors.js";
export type { Llmlingua2Context, Llmlingua2Word } from "./llmlingua2/compress.js";
export type { JsonOptions, JsonPairOptions, JsonValue } from "./llmlingua2/json.js";
export type { Llmlingua2Options } from "./llmlingua2/options.js";
export type { RenderedSlices } from "./llmlingua2/render.js";
export type { StructuredResult } from "./llmlingua2/structured.js";
export { type AISDKMessage, sieveAISDKMessages } from "./messages/ai-sdk.js";
export { countTokens } from "./messages/count-tokens.js";
export { trimHistory } from "./messages/history.js";
export { opaqueCost } from "./messages/media.js";
export { type OpenAIChatMessage, type OpenAIContentPart, sieveOpenAIMessages } from "./messages/openai.js";
export type { HistoryOptions } from "./messages/options.js";
export { type SieveHistoryOptions, sieveHistory } from "./messages/sieve-history.js";
export { type SieveSource, takeSieve } from "./messages/sieve-source.js";
export type {
  MessageFate,
  MessageFormat,
  MessagePart,
  NeutralMessage,
  TrimmedHistory,
} from "./messages/types.js";
export type { BackendCapabilities, EncoderBackend, EncoderBatch, EncoderOutput } from "./model/backends/backend.js";
export type { Device } from "./model/backends/onnx.js";
export { type RemoteBackendOptions, remoteBackend } from "./model/backends/remote.js";
export type { WireFormat } from "./model/backends/remote-protocol.js";
export type { LoadedModel, ModelManifest, ModelVariant } from "./model/manifest.js";
export type { CompressOptions, Llmlingua2CompressOptions, SieveOptions, TokenizerOption } from "./options.js";
export { createSieve, type Sieve, type SieveInfo } from "./sieve.js";
export type {
  CompressedDocument,
  CompressResult,
  DocumentInput,
  DroppedDocument,
  DropReason,
  EncodedText,
  ExplainedWord,
  SourceDocument,
  Timings,
} from "./types.js";
