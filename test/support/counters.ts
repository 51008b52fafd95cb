import { splitWords } from "../../src/core/text/words.js";

/** A counter for one call: the option, and the caller's own judgement of a text afterwards. */
export interface TestCounter {
  name: string;
  /** The option for one call; stateful counters start anew. */
  open(): string | ((text: string) => number | Promise<number>);
}

/** Five counters that a caller may bring: two encodings, two simple functions, and one that cannot be trusted. */
export const COUNTERS: readonly TestCounter[] = [
  { name: "o200k_base", open: () => "o200k_base" },
  { name: "cl100k_base", open: () => "cl100k_base" },
  { name: "characters", open: () => (text) => text.length },
  { name: "words", open: () => async (text) => splitWords(text).length },
  {
    // Each call answers a little more than the one before: no bisection holds on such ground.
    name: "overcounting",
    open: () => {
      let calls = 0;
      return (text) => Math.ceil((text.length / 4) * (1 + 0.01 * calls++));
    },
  },
];

/** Keeps what a counter was asked and what it said. */
export function recorded(counter: string | ((text: string) => number | Promise<number>)): {
  tokenizer: string | ((text: string) => Promise<number>);
  asked: { text: string; tokens: number }[];
} {
  const asked: { text: string; tokens: number }[] = [];
  if (typeof counter === "string") return { tokenizer: counter, asked };
  return {
    asked,
    async tokenizer(text) {
      const tokens = await counter(text);
      asked.push({ text, tokens });
      return tokens;
    },
  };
}
