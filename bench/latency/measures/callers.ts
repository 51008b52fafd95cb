import { type Figure, type Measure, numberOf, numbersOf } from "../case.js";
import { makeDocuments, makeQuestions } from "../corpus.js";
import { importLibrary } from "../library.js";
import { median, quantile } from "../statistics.js";

/** Requests a second and their latency with few and many callers, each asking again as soon as it is answered. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const tokens = numberOf(settings, "tokensPerDocument");
  const maxTokens = numberOf(settings, "maxTokens");
  const perRequest = numberOf(settings, "documentsPerRequest");
  const { createSieve } = await importLibrary(dist);
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  const shared = makeDocuments(perRequest, tokens, 31);
  await sieve.encode(shared);
  await sieve.compress({ documents: shared, query: "What is said?", maxTokens });

  const figures: Figure[] = [];
  let seed = 5000;
  for (const callers of numbersOf(settings, "callers")) {
    for (const kind of ["cold", "warm"] as const) {
      const requests = Math.max(callers, numberOf(settings, `${kind}Requests`));
      const questions = makeQuestions(shared, requests, seed++);
      const documents = questions.map(() => (kind === "warm" ? shared : makeDocuments(perRequest, tokens, seed++)));
      const times: number[] = [];
      let next = 0;
      const caller = async () => {
        while (next < requests) {
          const index = next++;
          const started = performance.now();
          await sieve.compress({
            documents: documents[index] as string[],
            query: questions[index] as string,
            maxTokens,
          });
          times.push(performance.now() - started);
        }
      };
      const started = performance.now();
      await Promise.all(Array.from({ length: callers }, caller));
      const seconds = (performance.now() - started) / 1000;
      const name = `${callers} ${callers === 1 ? "caller" : "callers"}, ${kind}`;
      figures.push({ name: `${name}: throughput`, value: requests / seconds, unit: "requests/s" });
      figures.push({ name: `${name}: p50`, value: median(times), unit: "ms" });
      figures.push({ name: `${name}: p90`, value: quantile(times, 0.9), unit: "ms" });
    }
  }
  await sieve.dispose();
  return { figures };
};
