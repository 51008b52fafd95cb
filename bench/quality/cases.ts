import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../machine.js";
import { hasData, loadQuestions, type QuestionSet, type SetName } from "./data.js";

interface ExampleQuestion {
  question: string;
  answer: string;
  documents: string[];
}

/** A question set by name; undefined where it needs data that is not here. */
export function readSet(name: string, limit: number): QuestionSet | undefined {
  if (name === "examples") return readExamples(limit);
  return hasData() ? loadQuestions(name as SetName, limit) : undefined;
}

/** Every nth item, so that a limit is spread over the whole list. */
export function spread<T>(items: readonly T[], limit: number): T[] {
  const step = Math.max(1, items.length / limit);
  return Array.from({ length: Math.min(limit, items.length) }, (_, index) => items[Math.floor(index * step)] as T);
}

/** The committed example documents: each question over all five of them. */
function readExamples(limit: number): QuestionSet {
  const read = (file: string) => readFileSync(join(ROOT, "examples/data", file), "utf8");
  const questions = JSON.parse(read("questions.json")) as ExampleQuestion[];
  const files = [...new Set(questions.flatMap(({ documents }) => documents))].sort();
  const documents = files.map(read);
  const cases = questions.map(({ question, answer, documents: gold }, index) => ({
    id: `example-${index}`,
    question,
    answers: [answer],
    gold: gold.map((file) => files.indexOf(file)),
    documents,
    group: `example-${index}`,
  }));
  return { name: "examples", cases: spread(cases, limit) };
}
