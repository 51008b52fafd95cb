import { splitWords } from "../../src/core/text/words.js";
import {
  bm25Documents,
  bm25Sentences,
  countTokens,
  fillSentences,
  pieces,
  randomScores,
  SEPARATOR,
  truncate,
} from "./baselines.js";
import { STOP_WORDS } from "./stop-words.js";
import type { OpenOptions, System, SystemConfig, Task } from "./system.js";

const METHODS: Record<string, (task: Task) => string> = {
  truncation: ({ documents, ceiling }) => truncate(documents, ceiling),
  "bm25-documents": ({ question, documents, ceiling }) => bm25Documents(question, documents, ceiling),
  "bm25-sentences": ({ question, documents, ceiling }) => {
    const candidates = pieces(documents);
    return fillSentences(candidates, bm25Sentences(question, candidates), ceiling);
  },
  "random-words": ({ documents, ceiling }) => keepRandomWords(documents, ceiling),
  "stop-words": ({ documents, ceiling }) => truncate(documents.map(withoutStopWords), ceiling),
};

/** Ways without a model. Setting: `method`. */
export async function openPlain({ name, settings }: SystemConfig, _: OpenOptions): Promise<System> {
  const method = METHODS[String(settings.method)];
  if (!method) {
    throw new Error(
      `Expected \`method\` of ${name} to be one of ${Object.keys(METHODS).join(", ")}, got \`${settings.method}\`.`,
    );
  }
  return { compress: async (task) => ({ text: method(task) }), close: async () => {} };
}

/** As many randomly chosen words as fit, each document's on a line of its own. */
function keepRandomWords(documents: readonly string[], ceiling: number): string {
  const words = documents.flatMap((text, document) =>
    splitWords(text).map(({ start, end }) => ({ document, surface: text.slice(start, end) })),
  );
  const order = randomScores(words.length, words.length);
  const ranked = words.map((_, index) => index).sort((a, b) => (order[a] as number) - (order[b] as number) || a - b);
  const render = (count: number) => {
    const lines = documents.map(() => [] as string[]);
    for (const index of ranked.slice(0, count).sort((a, b) => a - b)) {
      const { document, surface } = words[index] as (typeof words)[number];
      lines[document]?.push(surface);
    }
    return lines
      .filter((line) => line.length > 0)
      .map((line) => line.join(" "))
      .join(SEPARATOR);
  };
  // A word is a token at least.
  const limit = Math.min(words.length, ceiling);
  return render(largestFitting(limit, (count) => countTokens(render(count)) <= ceiling));
}

function withoutStopWords(text: string): string {
  return splitWords(text)
    .filter(({ start, end }) => !STOP_WORDS.has(text.slice(start, end).toLowerCase()))
    .map(({ start, end, spaceBefore }) => (spaceBefore ? " " : "") + text.slice(start, end))
    .join("")
    .trim();
}

/** Largest count in 0..limit that fits, if what fits at a count fits at every smaller one. */
export function largestFitting(limit: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
