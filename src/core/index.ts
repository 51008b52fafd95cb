export type { ScoreCache, ScoreClaim } from "./cache/cache.js";
export type { ScoreLock } from "./cache/claims.js";
export { folderCache } from "./cache/folder.js";
export { type KeyvCacheOptions, type KeyvLike, keyvCache } from "./cache/keyv.js";
export { type MemoryCacheOptions, memoryCache } from "./cache/memory.js";
export { fromMetadata, type MetadataScores, type ScoreMetadata } from "./cache/metadata.js";
export { redisLock } from "./cache/redis-lock.js";
export { BackendError, BudgetError, InvalidOptionError, ModelLoadError, SieveError } from "./errors.js";
export type { JsonOptions, JsonPairOptions, JsonValue } from "./methods/llmlingua2/json.js";
export type { Llmlingua2CompressOptions, Llmlingua2Options } from "./methods/llmlingua2/options.js";
export type { StructuredOptions, StructuredResult } from "./methods/llmlingua2/structured.js";
export type { Llmlingua2Context, Llmlingua2Word } from "./methods/llmlingua2/types.js";
export type { AnyMethodOptions, MethodOptions } from "./methods/method.js";
export type { RenderedSlices } from "./methods/render-words.js";
export type { BackendCapabilities, EncoderBackend, EncoderBatch, EncoderOutput } from "./model/backends/backend.js";
export { type RemoteBackendOptions, remoteBackend } from "./model/backends/remote/remote-backend.js";
export type { WireFormat } from "./model/backends/remote/remote-protocol.js";
export type { Device, RealDevice } from "./model/devices/device.js";
export type { LoadedModel, ModelManifest, ModelVariant } from "./model/load/manifest.js";
export { type CompressOptions, checkQuestion, checkRequest, type Query } from "./options/compress-options.js";
export { expect, expectKnown, isInRange, isInteger } from "./options/expect.js";
export {
  checkSieveOptions,
  METHOD_NAMES,
  type MethodName,
  SIEVE_OPTION_NAMES,
  type SieveOptions,
} from "./options/sieve-options.js";
export type { TlsOptions } from "./runtime/tls-fetch.js";
export { type CallOptions, createSieve, type EncodeOptions, type Sieve, type SieveInfo } from "./sieve.js";
export { countTokens } from "./tokens/count-tokens.js";
export type { CountFunction, TokenizerOption } from "./tokens/counter.js";
export { resolveCounter } from "./tokens/resolve.js";
export {
  type CompressedDocument,
  type CompressResult,
  type DocumentInput,
  type DroppedDocument,
  type DropReason,
  type EncodedText,
  type ExplainedWord,
  type MarkerOption,
  type Omission,
  type SourceDocument,
  TEXT_KINDS,
  type TextForm,
  type TextKind,
  type Timings,
} from "./types.js";
