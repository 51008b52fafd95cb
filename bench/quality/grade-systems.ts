import { countTokens, SEPARATOR } from "./baselines.js";
import { bootstrapMean, type Interval } from "./bootstrap.js";
import { spread } from "./cases.js";
import type { QuestionSet } from "./data.js";
import { askModel, gradeAnswer, type LlmEndpoint } from "./llm-grader.js";
import type { System } from "./system.js";

/** A language model's answers from what a system kept. */
export interface GradedPoint {
  /** A system's name, or "full context". */
  system: string;
  set: string;
  share: number;
  questions: number;
  exactMatch: Interval;
  f1: Interval;
}

/** Lets a language model answer a set's questions from what each system keeps, and from the whole candidates. */
export async function gradeSystem(
  endpoint: LlmEndpoint,
  name: string,
  system: System | undefined,
  { name: set, cases }: QuestionSet,
  share: number,
  limit: number,
): Promise<GradedPoint> {
  const asked = spread(cases, limit);
  const grades = [];
  for (const current of asked) {
    const whole = current.documents.join(SEPARATOR);
    const ceiling = Math.max(1, Math.floor(share * countTokens(whole)));
    const context = system ? (await system.compress({ ...current, share, ceiling })).text : whole;
    grades.push(gradeAnswer(await askModel(endpoint, context, current.question), current.answers));
  }
  const groups = asked.map(({ group }) => group);
  return {
    system: name,
    set,
    share: system ? share : 1,
    questions: asked.length,
    exactMatch: bootstrapMean(
      grades.map(({ exactMatch }) => exactMatch),
      groups,
    ),
    f1: bootstrapMean(
      grades.map(({ f1 }) => f1),
      groups,
    ),
  };
}
