/** One padded batch of windows for the encoder. All arrays are row-major, `rows x length`. */
export interface EncoderBatch {
  rows: number;
  /** Padded length of each row, in tokens. */
  length: number;
  inputIds: Int32Array;
  /** Real tokens of each row, `rows` long; what follows is padding. */
  lengths: Int32Array;
  /** Token type ids (the bundled model: word shapes); absent for models without them. */
  tokenTypeIds?: Int32Array;
  /**
   * Stretches of tokens of which only the sum of their hidden states is needed, `[row, from, to]` each, `to` not
   * included. A backend may leave them alone and answer with `hidden`.
   */
  spans?: Int32Array;
}

/** What the encoder gives back for a batch. Padding positions hold nothing of meaning. */
export interface EncoderOutput {
  /** Logits per token, `rows x length x labels`. */
  logits: Float32Array;
  /** Number of labels per token. */
  labels: number;
  /** Last hidden states per token, `rows x length x dimension`; absent for models without vectors. */
  hidden?: Float32Array;
  /** Sums of the hidden states over the batch's `spans`, `spans x dimension`: in place of `hidden`. */
  sums?: Float32Array;
  dimension: number;
}

/** What the batcher must respect. */
export interface BackendCapabilities {
  /** Most padded tokens in one run. */
  maxBatchTokens: number;
  /** Most windows in one run; 1 if a batch's company may change a score (dynamic int8). */
  maxBatchRows: number;
  /** Runs that may be in flight at once. */
  concurrency: number;
}

/** Runs encoder batches: onnxruntime in worker threads, or a server. */
export interface EncoderBackend {
  /**
   * What gives the answers, if it is not the model folder's own files: an address with the name and version of a
   * model. Goes into the fingerprint, so that scores from elsewhere never pass for the model's in a cache.
   *
   * @default "custom": one for all backends of a caller's own
   */
  readonly identity?: string;
  readonly capabilities: BackendCapabilities;
  /**
   * Takes ownership of the batch's arrays: they may be transferred to another thread.
   *
   * @param signal Aborted when nobody waits for the answer any more: a backend that asks others may stop then.
   * @throws BackendError
   */
  run(batch: EncoderBatch, signal?: AbortSignal): Promise<EncoderOutput>;
  dispose(): Promise<void>;
}
