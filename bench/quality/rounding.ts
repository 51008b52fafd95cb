// What packing cached scores changes: the same questions with scores as the model gave them and as caches keep them.
// `npx tsx bench/quality/rounding.ts --limit 40`
import { parseArgs } from "node:util";
import { cacheKey } from "../../src/core/cache/key.js";
import { createSieve, type EncodedText } from "../../src/core/index.js";
import { leaseEncoder } from "../../src/core/model/encoder-pool.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { segmentText } from "../../src/core/text/segment.js";
import { countTokens, SEPARATOR } from "./baselines.js";
import { loadQuestions, type SetName } from "./data.js";
import { survives } from "./metrics.js";

const { values } = parseArgs({
  options: {
    sets: { type: "string", default: "nq,squad2" },
    limit: { type: "string", default: "40" },
    shares: { type: "string", default: "0.1,0.2" },
  },
});

const { encoder, release } = await leaseEncoder({ folder: await bundledModel(), device: "cpu" });
const exactScores = new Map<string, EncodedText>();
const rounded = await createSieve();
const exact = await createSieve({ cache: { get: (key) => exactScores.get(key), set: () => undefined } });

for (const name of values.sets.split(",") as SetName[]) {
  const { cases: questions } = loadQuestions(name, Number(values.limit));
  for (const share of values.shares.split(",").map(Number)) {
    let same = 0;
    let words = 0;
    let flips = 0;
    const survived = { exact: 0, rounded: 0 };
    for (const { documents, question: query, answers } of questions) {
      for (const text of documents) {
        const segments = await segmentText(text);
        const key = cacheKey(encoder.model.fingerprint, text);
        // Texts that are no prose are read as another text: they stay out of this.
        if (!segments.outline && !exactScores.has(key))
          exactScores.set(key, await encoder.encode({ text, ...segments }));
      }
      const maxTokens = Math.floor(share * countTokens(documents.join(SEPARATOR)));
      const results = await Promise.all(
        [exact, rounded].map((sieve) => sieve.compress({ documents, query, maxTokens, explain: true })),
      );
      const [one, other] = results;
      if (one?.text === other?.text) same += 1;
      survived.exact += survives(one?.text ?? "", answers) ? 1 : 0;
      survived.rounded += survives(other?.text ?? "", answers) ? 1 : 0;
      for (const document of one?.documents ?? []) {
        const beside = other?.documents.find(({ index }) => index === document.index);
        for (const [place, word] of (document.words ?? []).entries()) {
          words += 1;
          if (word.keep >= 0.5 !== (beside?.words?.[place]?.keep ?? word.keep) >= 0.5) flips += 1;
        }
      }
    }
    console.log(
      `${name} at ${share}: ${questions.length} questions, the same text ${same}, answers that survive ${survived.exact} exact and ${survived.rounded} rounded, ${flips} of ${words} words on another side of 0.5`,
    );
  }
}
await Promise.all([exact.dispose(), rounded.dispose(), release()]);
