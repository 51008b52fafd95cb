import { type Figure, type Measure, numberOf, numbersOf } from "../case.js";
import { makeDocuments, makeQuestions } from "../corpus.js";
import { importLibrary } from "../library.js";
import { longestStall } from "../loop-watch.js";
import { residentMb } from "../memory.js";
import { median } from "../statistics.js";

/** How time, stalls and memory grow with the length of a single document. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const maxTokens = numberOf(settings, "maxTokens");
  const { createSieve } = await importLibrary(dist);
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  await sieve.compress({ documents: makeDocuments(2, 100, 1), query: "What is said?", maxTokens: 50 });

  const figures: Figure[] = [];
  for (const length of numbersOf(settings, "lengths")) {
    const documents = makeDocuments(1, length, 70_000 + length);
    const name = `${length.toLocaleString("en")} tokens`;
    const started = performance.now();
    await sieve.encode(documents);
    figures.push({
      name: `${name}: encoding`,
      value: (1000 * length) / (performance.now() - started),
      unit: "tokens/s",
    });

    const times: number[] = [];
    const stalls: number[] = [];
    for (const query of makeQuestions(documents, numberOf(settings, "questions"), length)) {
      stalls.push(
        await longestStall(async () => {
          const asked = performance.now();
          await sieve.compress({ documents, query, maxTokens });
          times.push(performance.now() - asked);
        }),
      );
    }
    figures.push({ name: `${name}: a question, warm (p50)`, value: median(times), unit: "ms", rounds: times });
    figures.push({ name: `${name}: longest stall`, value: Math.max(...stalls), unit: "ms" });
    figures.push({ name: `${name}: resident memory`, value: residentMb(), unit: "MB" });
  }
  await sieve.dispose();
  return { figures };
};
