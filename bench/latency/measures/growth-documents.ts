import { type Figure, type Measure, numberOf, numbersOf } from "../case.js";
import { makeDocuments, makeQuestions } from "../corpus.js";
import { importLibrary } from "../library.js";
import { longestStall } from "../loop-watch.js";
import { residentMb } from "../memory.js";
import { median } from "../statistics.js";

/** How time and memory grow with the number of documents in one request. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const tokens = numberOf(settings, "tokensPerDocument");
  const maxTokens = numberOf(settings, "maxTokens");
  const { createSieve } = await importLibrary(dist);
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  await sieve.compress({ documents: makeDocuments(2, tokens, 1), query: "What is said?", maxTokens: 50 });

  const figures: Figure[] = [];
  const documents: string[] = [];
  for (const count of numbersOf(settings, "counts")) {
    const more = makeDocuments(count - documents.length, tokens, 60_000 + count);
    documents.push(...more);
    const name = `${count.toLocaleString("en")} documents`;
    const started = performance.now();
    await sieve.encode(more);
    const cold = performance.now() - started;
    figures.push({ name: `${name}: encoding, each new one`, value: cold / more.length, unit: "ms" });

    const times: number[] = [];
    const stalls: number[] = [];
    for (const query of makeQuestions(documents, numberOf(settings, "questions"), count)) {
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
