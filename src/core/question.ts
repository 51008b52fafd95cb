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
  /** All of its parts. */
  parts: readonly string[];
  /** The question as these documents' sentences are compared with it. @throws BackendError, or the signal's reason */
  compareWith(documents: readonly AnalyzedDocument[]): Promise<ComparedQuestion>;
}

/** What is asked, with its vectors, and what the first model's cosines mean; undefined if it does not read the question. */
export interface ComparedQuestion {
  /** Questions any of which may be meant, as their parts. */
  questions: QuestionVector[][];
  calibration: RelevanceCalibration | undefined;
}

const NO_VECTOR = new Float32Array(0);

/**
 * Finds out which models read a question. The first one's vectors of its parts are under way then: an error is thrown
 * when they are awaited. The second's are asked for if that read a document.
 *
 * @param query Questions any of which may be meant: each is told apart into its parts, or parts.
 */
export async function openQuestion(
  query: readonly (string | readonly string[])[],
  { first, second }: EncoderPair,
  signal: AbortSignal | undefined,
): Promise<Question> {
  const questions = query.map((asked) => (typeof asked === "string" ? questionParts(asked) : asked));
  const whole = query.flat().join(" ");
  const isRead = await readsQuestion(whole, first.model.manifest);
  const vectors = encodeEach(questions, async (text) => (isRead ? first.encodeQuestion(text, signal) : NO_VECTOR));
  vectors.catch(() => undefined);
  return {
    bySecond: !isRead && second !== undefined,
    parts: questions.flat(),
    async compareWith(documents) {
      const own = await vectors;
      const calibration = isRead ? calibrationOf(first) : undefined;
      if (!second || !documents.some(({ readBy }) => readBy.includes(2))) return { questions: own, calibration };
      const other = await second();
      const theirs = calibrationOf(other);
      if (!theirs || !(await readsQuestion(whole, other.model.manifest))) return { questions: own, calibration };
      const views = await encodeEach(questions, (text) => other.encodeQuestion(text, signal));
      const withView = (part: QuestionVector, { vector }: QuestionVector) => ({
        ...part,
        second: { vector, calibration: theirs },
      });
      return {
        questions: own.map((parts, asked) =>
          parts.map((part, index) => withView(part, views[asked]?.[index] as QuestionVector)),
        ),
        calibration,
      };
    },
  };
}

/** The parts of each question with their vectors. */
function encodeEach(
  questions: readonly (readonly string[])[],
  encode: (text: string) => Promise<Float32Array>,
): Promise<QuestionVector[][]> {
  const parts = (texts: readonly string[]) => texts.map(async (text) => ({ text, vector: await encode(text) }));
  return Promise.all(questions.map((texts) => Promise.all(parts(texts))));
}

function calibrationOf({ model }: Encoder): RelevanceCalibration | undefined {
  return model.manifest.calibration?.relevance;
}
