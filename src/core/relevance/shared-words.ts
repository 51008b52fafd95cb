import type { AnalyzedDocument } from "../document/types.js";
import type { Sliced } from "../runtime/event-loop.js";
import { bm25Coverage } from "./bm25.js";
import type { RelevanceCalibration } from "./types.js";
import { questionTerms, wordIndicesOf } from "./word-index.js";

/** Log-odds = scale x (share of the best possible BM25 score) + bias. */
const BM25_CALIBRATION: RelevanceCalibration = { scale: 8, bias: -4.5 };

/** Log-odds of each sentence of the documents, from the words it shares with the question (BM25 over all of them). */
export function* sharedWordsLogits(question: string, documents: readonly AnalyzedDocument[]): Sliced<Float32Array[]> {
  const { scale, bias } = BM25_CALIBRATION;
  const indices = yield* wordIndicesOf(documents);
  return bm25Coverage(questionTerms(question), indices).map((row) => row.map((share) => scale * share + bias));
}
