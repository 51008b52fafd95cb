import { setTimeout as sleep } from "node:timers/promises";
import { type Measure, numberOf } from "../case.js";
import { makeDocuments, makeQuestions } from "../corpus.js";
import { importLibrary } from "../library.js";
import { longestStall } from "../loop-watch.js";
import { median } from "../statistics.js";

/** Longest time the event loop stands still while many callers compress at once, cold and warm. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const callers = numberOf(settings, "callers");
  const rounds = numberOf(settings, "rounds");
  const tokens = numberOf(settings, "tokensPerDocument");
  const maxTokens = numberOf(settings, "maxTokens");
  const coldDocuments = numberOf(settings, "coldDocuments");
  const { createSieve } = await importLibrary(dist);
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  const shared = makeDocuments(numberOf(settings, "warmDocuments"), tokens, 11);
  await sieve.encode(shared);
  await sieve.compress({ documents: shared, query: "What is said?", maxTokens });

  const cold: number[] = [];
  const warm: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const questions = makeQuestions(shared, callers, 20 + round);
    const fresh = Array.from({ length: callers }, (_, caller) =>
      makeDocuments(coldDocuments, tokens, 1000 + round * callers + caller),
    );
    idle.push(await longestStall(() => sleep(1000)));
    cold.push(
      await longestStall(() =>
        Promise.all(
          fresh.map((documents, caller) =>
            sieve.compress({ documents, query: questions[caller] as string, rate: 0.2 }),
          ),
        ),
      ),
    );
    warm.push(
      await longestStall(() =>
        Promise.all(questions.map((query) => sieve.compress({ documents: shared, query, maxTokens }))),
      ),
    );
  }
  await sieve.dispose();
  const target = { atMost: 20 };
  return {
    figures: [
      { name: "cold, worst round", value: Math.max(...cold), unit: "ms", target, rounds: cold },
      { name: "cold, median round", value: median(cold), unit: "ms" },
      { name: "warm, worst round", value: Math.max(...warm), unit: "ms", target, rounds: warm },
      { name: "warm, median round", value: median(warm), unit: "ms" },
      { name: "nothing running, worst round", value: Math.max(...idle), unit: "ms", rounds: idle },
    ],
    notes: ["Measured by a timer of 1 ms on the callers' own thread; its interval is part of the figures."],
  };
};
