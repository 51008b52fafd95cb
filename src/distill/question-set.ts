import { splitSentences } from "../core/text/sentences.js";
import { splitWords } from "../core/text/words.js";
import type { Sentence, Word } from "../core/types.js";
import { findAnswerSentences } from "./answer-sentences.js";
import { cutForTraining, type TrainingText } from "./training-text.js";

/** A passage as it comes in a question file. */
export interface PassageRecord {
  kind: "passage";
  id: string;
  title: string;
  text: string;
}

/** A question with its gold passages and the passages a retriever would hand over. */
export interface QuestionRecord {
  kind: "question";
  id: string;
  domain?: string;
  question: string;
  answers: string[];
  gold: string[];
  documents: string[];
}

export interface QuestionFileHeader {
  kind: "header";
  name: string;
  split: string;
  licence: string;
  source: string;
}

/** Any line of a question file. */
export type QuestionLine = QuestionFileHeader | PassageRecord | QuestionRecord;

/** What of a question file goes into one split. */
export interface QuestionSplit {
  passages: readonly PassageRecord[];
  questions: readonly QuestionRecord[];
}

/** The lines that training reads, without the header. */
export interface QuestionSet {
  lines: Record<string, unknown>[];
  counts: {
    passages: number;
    questions: number;
    withPositives: number;
    positives: number;
    words: number;
    seen: number;
  };
}

/**
 * Cuts passages into words and sentences, and gives each question its positives: the sentences of its gold
 * passages that hold an answer.
 *
 * @param seen whether a passage's text is among what the word labels are trained on; such a passage is marked
 */
export function buildQuestionSet(split: QuestionSplit, seen: (passage: PassageRecord) => boolean): QuestionSet {
  const counts = { passages: 0, questions: 0, withPositives: 0, positives: 0, words: 0, seen: 0 };
  const lines: Record<string, unknown>[] = [];
  const cut = new Map<string, { text: string; words: Word[]; sentences: Sentence[] }>();
  for (const passage of split.passages) {
    const words = splitWords(passage.text);
    const sentences = splitSentences(passage.text, words);
    cut.set(passage.id, { text: passage.text, words, sentences });
    const isSeen = seen(passage);
    lines.push({
      kind: "passage",
      id: passage.id,
      title: passage.title,
      ...cutForTraining(passage.text, words, sentences),
      ...(isSeen ? { seen: true } : {}),
    });
    counts.passages += 1;
    counts.words += words.length;
    if (isSeen) counts.seen += 1;
  }
  for (const question of split.questions) {
    const positives: [string, number][] = [];
    for (const id of question.gold) {
      const passage = cut.get(id);
      if (!passage) continue;
      for (const sentence of findAnswerSentences(passage.text, passage.words, passage.sentences, question.answers)) {
        positives.push([id, sentence]);
      }
    }
    lines.push({
      kind: "question",
      id: question.id,
      ...(question.domain === undefined ? {} : { domain: question.domain }),
      question: question.question,
      ...cutQuestion(question.question),
      answers: question.answers,
      gold: question.gold,
      documents: question.documents,
      positives,
    });
    counts.questions += 1;
    counts.positives += positives.length;
    if (positives.length > 0) counts.withPositives += 1;
  }
  return { lines, counts };
}

function cutQuestion(question: string): Pick<TrainingText, "words" | "shapes"> {
  const { words, shapes } = cutForTraining(question, splitWords(question), []);
  return { words, shapes };
}

/** The part of a file that may be trained on: no passage that is held out, and no question on one. */
export function trainSplit(file: QuestionSplit, isHeld: (passage: PassageRecord) => boolean): QuestionSplit {
  const passages = file.passages.filter((passage) => !isHeld(passage));
  const allowed = new Set(passages.map((passage) => passage.id));
  const questions = file.questions
    .filter((question) => question.gold.every((id) => allowed.has(id)))
    .map((question) => ({ ...question, documents: question.documents.filter((id) => allowed.has(id)) }));
  return { passages, questions };
}

/** The questions whose gold passages are all held out, over every passage of the file. */
export function heldSplit(file: QuestionSplit, isHeld: (passage: PassageRecord) => boolean): QuestionSplit {
  const held = new Set(file.passages.filter(isHeld).map((passage) => passage.id));
  const questions = file.questions.filter((question) => question.gold.every((id) => held.has(id)));
  return { passages: file.passages, questions };
}
