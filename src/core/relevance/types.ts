/** What the question says of each sentence. */
export interface SentenceRelevance {
  /** Log-odds that the sentence is needed, per document and sentence. */
  logits: Float32Array[];
  /** Log-odds of each document: those of its best sentence. */
  documents: Float32Array;
}

/** A question and its unit vector; empty for models without vectors. */
export interface QuestionVector {
  text: string;
  vector: Float32Array;
  /** The same by the second model, for sentences that this one read. */
  second?: ModelView | undefined;
}

/** A model's vector of a question, and what its cosines mean. */
export interface ModelView {
  vector: Float32Array;
  calibration: RelevanceCalibration;
}

/** Turns a similarity into log-odds: `scale * similarity + bias`. Fitted in training on questions and all the sentences of their candidates. */
export interface RelevanceCalibration {
  scale: number;
  bias: number;
}
