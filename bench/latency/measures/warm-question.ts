import { type Measure, numberOf } from "../case.js";
import { makeDocuments, makeQuestions } from "../corpus.js";
import { importLibrary } from "../library.js";
import { median, quantile } from "../statistics.js";

/** Milliseconds of a question over documents that were encoded before: each question is a new one. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const documents = makeDocuments(numberOf(settings, "documents"), numberOf(settings, "tokensPerDocument"), 7);
  const maxTokens = numberOf(settings, "maxTokens");
  const warmUps = numberOf(settings, "warmUps");
  const { createSieve } = await importLibrary(dist);
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  await sieve.encode(documents);

  const times: number[] = [];
  const steps = { encodeMs: [] as number[], selectMs: [] as number[], valueMs: [] as number[], fitMs: [] as number[] };
  const filled: number[] = [];
  const questions = makeQuestions(documents, warmUps + numberOf(settings, "questions"), 8);
  for (const [index, query] of questions.entries()) {
    const started = performance.now();
    const { timings, tokens } = await sieve.compress({ documents, query, maxTokens });
    const elapsed = performance.now() - started;
    if (index < warmUps) continue;
    times.push(elapsed);
    filled.push(tokens / maxTokens);
    for (const step of Object.keys(steps) as (keyof typeof steps)[]) steps[step].push(timings[step]);
  }
  await sieve.dispose();
  return {
    figures: [
      { name: "p50", value: median(times), unit: "ms", target: { atMost: 10 } },
      { name: "p90", value: quantile(times, 0.9), unit: "ms" },
      { name: "p99", value: quantile(times, 0.99), unit: "ms" },
      ...Object.entries(steps).map(([step, values]) => ({
        name: `of that, ${STEP_NAMES[step]} (p50)`,
        value: median(values),
        unit: "ms",
      })),
      { name: "ceiling used (p50)", value: 100 * median(filled), unit: "%" },
    ],
  };
};

const STEP_NAMES: Record<string, string> = {
  encodeMs: "counting and the question's encoder pass",
  selectMs: "choosing documents",
  valueMs: "valuing words",
  fitMs: "filling the budget",
};
