import type { AnalyzedDocument } from "./document/types.js";
import { readsQuestion } from "./document/unread.js";
import type { Encoder } from "./model/encoder.js";
import type { EncoderPair } from "./model/encoder-pair.js";
import { questionParts } from "./relevance/question-parts.js";
import type { QuestionVector, RelevanceCalibration } from "./relevance/types.js";

/** A question under way. */
export interface Question {
  /** Whether the second model reads all documents, too: the first does not know the question's language. */
  bySecond: boolean;
  /** The question as these documents' sentences are compared with it. @throws BackendError, or the signal's reason */
  compareWith(documents: readonly AnalyzedDocument[]): Promise<ComparedQuestion>;
}

/** A question's parts, their vectors, and what the first model's cosines mean; undefined if it does not read the question. */
export interface ComparedQuestion {
  parts: QuestionVector[];
  calibration: RelevanceCalibration | undefined;
}

const NO_VECTOR = new Float32Array(0);

/**
 * Finds out which models read a question. The first one's vectors of its parts are under way then: an error is thrown
 * when they are awaited. The second's are asked for if that read a document.
 *
 * @param query A question, which is told apart into its parts, or parts.
 */
export async function openQuestion(
  query: string | readonly string[],
  { first, second }: EncoderPair,
  signal: AbortSignal | undefined,
): Promise<Question> {
  const texts = typeof query === "string" ? questionParts(query) : query;
  const whole = typeof query === "string" ? query : query.join(" ");
  const isRead = await readsQuestion(whole, first.model.manifest);
  const vectors = Promise.all(texts.map((text) => (isRead ? first.encodeQuestion(text, signal) : NO_VECTOR)));
  vectors.catch(() => undefined);
  return {
    bySecond: !isRead && second !== undefined,
    async compareWith(documents) {
      const own = await vectors;
      const parts: QuestionVector[] = texts.map((text, index) => ({ text, vector: own[index] as Float32Array }));
      const calibration = isRead ? calibrationOf(first) : undefined;
      if (!second || !documents.some(({ readBy }) => readBy.includes(2))) return { parts, calibration };
      const other = await second();
      const theirs = calibrationOf(other);
      if (!theirs || !(await readsQuestion(whole, other.model.manifest))) return { parts, calibration };
      const views = await Promise.all(
        texts.map(async (text) => ({ vector: await other.encodeQuestion(text, signal), calibration: theirs })),
      );
      return { parts: parts.map((part, index) => ({ ...part, second: views[index] })), calibration };
    },
  };
}

function calibrationOf({ model }: Encoder): RelevanceCalibration | undefined {
  return model.manifest.calibration?.relevance;
}
