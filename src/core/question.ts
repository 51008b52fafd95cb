import type { AnalyzedDocument } from "./document/types.js";
import { readsQuestion } from "./document/unread.js";
import type { Encoder } from "./model/encoder.js";
import type { EncoderPair } from "./model/encoder-pair.js";
import type { QuestionVector, RelevanceCalibration } from "./relevance/types.js";

/** A question under way. */
export interface Question {
  /** Whether the second model reads all documents, too: the first does not know the question's language. */
  bySecond: boolean;
  /** The question as these documents' sentences are compared with it. @throws BackendError, or the signal's reason */
  compareWith(documents: readonly AnalyzedDocument[]): Promise<ComparedQuestion>;
}

/** A question, its vectors, and what the first model's cosines mean; undefined if it does not read the question. */
export interface ComparedQuestion {
  question: QuestionVector;
  calibration: RelevanceCalibration | undefined;
}

const NO_VECTOR = new Float32Array(0);

/**
 * Finds out which models read a question. The first one's vector of it is under way then: an error is thrown when it is
 * awaited. The second's is asked for if that read a document.
 */
export async function openQuestion(
  text: string,
  { first, second }: EncoderPair,
  signal: AbortSignal | undefined,
): Promise<Question> {
  const isRead = await readsQuestion(text, first.model.manifest);
  const vector = isRead ? first.encodeQuestion(text, signal) : Promise.resolve(NO_VECTOR);
  vector.catch(() => undefined);
  return {
    bySecond: !isRead && second !== undefined,
    async compareWith(documents) {
      const own: QuestionVector = { text, vector: await vector };
      const calibration = isRead ? calibrationOf(first) : undefined;
      if (!second || !documents.some(({ readBy }) => readBy.includes(2))) return { question: own, calibration };
      const other = await second();
      const theirs = calibrationOf(other);
      if (!theirs || !(await readsQuestion(text, other.model.manifest))) return { question: own, calibration };
      const view = { vector: await other.encodeQuestion(text, signal), calibration: theirs };
      return { question: { ...own, second: view }, calibration };
    },
  };
}

function calibrationOf({ model }: Encoder): RelevanceCalibration | undefined {
  return model.manifest.calibration?.relevance;
}
