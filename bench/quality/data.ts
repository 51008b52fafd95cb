import { existsSync } from "node:fs";
import { join } from "node:path";
import { chooseHeldTitles } from "../../src/distill/hold-out.js";
import { indexOverlap } from "../../src/distill/overlap.js";
import type { PassageRecord, QuestionLine, QuestionRecord } from "../../src/distill/question-set.js";
import { LANGUAGE_SETS, type LanguageSetName, loadLanguageQuestions } from "./language-questions.js";
import { DATA_FOLDER, readLines } from "./read-lines.js";

export { DATA_FOLDER, readLines };

/** A question with the texts of its candidates, in the retriever's order. */
export interface QuestionCase {
  id: string;
  question: string;
  answers: string[];
  /** Places of the gold passages among `documents`. */
  gold: number[];
  documents: string[];
  /** Name of the passage's document or domain: what the bootstrap draws. */
  group: string;
}

/** A question set, with only questions whose documents the model was not trained on. */
export interface QuestionSet {
  name: string;
  cases: QuestionCase[];
}

export function hasData(): boolean {
  return existsSync(join(DATA_FOLDER, "qa"));
}

/**
 * Questions that the model never saw: the held fifth of `nq` and `squad2` (by document), all of the others.
 *
 * @param limit Most questions a set, spread evenly over it.
 */
export function loadQuestions(name: SetName, limit = Number.POSITIVE_INFINITY): QuestionSet {
  if (isLanguage(name)) return loadLanguageQuestions(name, limit);
  const { file, held, answers } = SETS[name];
  const lines = readLines<QuestionLine>(`qa/${file}.jsonl.gz`).filter((line) => "kind" in line);
  const passages = lines.filter((line): line is PassageRecord => line.kind === "passage");
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  let questions = lines.filter((line): line is QuestionRecord => line.kind === "question");
  if (held) {
    const train = readLines<{ original?: string }>("distil/pairs.train.jsonl.gz").flatMap(
      ({ original }) => original ?? [],
    );
    const titles = chooseHeldTitles(passages, questions, indexOverlap(train));
    questions = questions.filter(({ gold }) => gold.every((id) => titles.has(byId.get(id)?.title ?? "")));
  }
  if (!answers) questions = questions.filter(({ gold }) => gold.length > 0);
  const step = Math.max(1, questions.length / limit);
  const cases = Array.from({ length: Math.min(limit, questions.length) }, (_, index) => {
    const question = questions[Math.floor(index * step)] as QuestionRecord;
    const gold = byId.get(question.gold[0] as string);
    return {
      id: question.id,
      question: question.question,
      answers: question.answers,
      gold: question.gold.map((id) => question.documents.indexOf(id)),
      documents: question.documents.map((id) => byId.get(id)?.text ?? ""),
      group: question.domain ?? gold?.title ?? question.id,
    };
  });
  return { name, cases };
}

export type SetName = keyof typeof SETS | LanguageSetName;

function isLanguage(name: SetName): name is LanguageSetName {
  return (LANGUAGE_SETS as readonly string[]).includes(name);
}

const SETS = {
  nq: { file: "nq-oracle-bm25", held: true, answers: true },
  squad2: { file: "squad2", held: true, answers: true },
  "ten-domains.dev": { file: "ten-domains.dev", held: false, answers: true },
  "hotpotqa.dev": { file: "hotpotqa.dev", held: false, answers: true },
  "hotpotqa2.dev": { file: "hotpotqa2.dev", held: false, answers: true },
  "musique2.dev": { file: "musique2.dev", held: false, answers: true },
  "2wiki.dev": { file: "2wiki.dev", held: false, answers: true },
  "2wiki.train": { file: "2wiki.train", held: false, answers: true },
  jaquad: { file: "jaquad", held: false, answers: true },
  "qmsum-train": { file: "qmsum-train", held: false, answers: false },
} as const;

export const SET_NAMES: readonly SetName[] = [...(Object.keys(SETS) as (keyof typeof SETS)[]), ...LANGUAGE_SETS];
