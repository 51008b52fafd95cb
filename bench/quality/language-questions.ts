import { readFileSync } from "node:fs";
import type { QuestionCase, QuestionSet } from "./data.js";
import { readLines } from "./read-lines.js";

/** A question of this bench's own, on a passage of the shared data or of its own. */
interface LanguageQuestion {
  language: string;
  /** Id of the passage that answers it. */
  passage: string;
  question: string;
  answers: string[];
  /** The same question in English. */
  english?: string;
}

/** A passage; those in languages that the shared data does not have are this bench's own. */
interface LanguagePassage {
  id: string;
  lang: string;
  original: string;
}

/** Sets by language; `de-en` asks in English what `de` asks in German. */
export const LANGUAGE_SETS = ["de", "es", "fr", "pt", "ru", "zh", "ko", "ar", "hi", "de-en"] as const;

/** One of {@link LANGUAGE_SETS}. */
export type LanguageSetName = (typeof LANGUAGE_SETS)[number];

/** Candidates of a question. */
const CANDIDATES = 20;

/** Questions on the passages of a language: the one that answers, among others of the language in a fixed order. */
export function loadLanguageQuestions(name: LanguageSetName, limit: number): QuestionSet {
  const [language, asked] = name.split("-") as [string, string | undefined];
  const passages = [
    ...readLines<LanguagePassage>("multilingual/passages.jsonl.gz"),
    ...readOwn<LanguagePassage>("language-passages.jsonl"),
  ].filter(({ lang }) => lang === language);
  const questions = readOwn<LanguageQuestion>("languages.jsonl").filter((question) => question.language === language);
  const cases = questions.slice(0, limit).map((asking, index): QuestionCase => {
    const own = passages.findIndex(({ id }) => id === asking.passage);
    const others = passages.filter((_, place) => place !== own);
    const step = others.length / (CANDIDATES - 1);
    const documents = Array.from({ length: CANDIDATES - 1 }, (_, place) => others[Math.floor(place * step)]);
    const gold = (7 * index) % CANDIDATES;
    documents.splice(gold, 0, passages[own]);
    return {
      id: `${name}-${index}`,
      question: asked === "en" ? (asking.english as string) : asking.question,
      answers: asking.answers,
      gold: [gold],
      documents: documents.flatMap((passage) => passage?.original ?? []),
      group: asking.passage,
    };
  });
  return { name, cases };
}

/** The lines of a file of this folder. */
function readOwn<Line>(name: string): Line[] {
  const text = readFileSync(new URL(`./${name}`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}
