import type { Word } from "../../src/core/types.js";

/** A labelled text to learn from. */
export interface LabelledText {
  source: string;
  words: readonly Word[];
  labels: ArrayLike<number>;
}

/** How likely a word is kept, given whether the word before it was. */
export interface Habits {
  keepProbability(surface: string, previousKept: boolean): number;
}

/** Weight of a word class's share against the word's own counts. */
const PRIOR_WORDS = 10;

/** Learns from labels how often each word, and each class of words, is kept. */
export function learnHabits(texts: Iterable<LabelledText>): Habits {
  const counts = new Map<string, { kept: number; all: number }>();
  for (const { source, words, labels } of texts) {
    let previousKept = false;
    words.forEach((word, index) => {
      const surface = source.slice(word.start, word.end);
      const kept = labels[index] !== 0;
      for (const key of [wordKey(surface, previousKept), classKey(surface, previousKept)]) {
        const count = counts.get(key) ?? { kept: 0, all: 0 };
        count.kept += Number(kept);
        count.all += 1;
        counts.set(key, count);
      }
      previousKept = kept;
    });
  }
  return {
    keepProbability(surface, previousKept) {
      const word = counts.get(wordKey(surface, previousKept)) ?? { kept: 0, all: 0 };
      const kind = counts.get(classKey(surface, previousKept)) ?? { kept: 1, all: 2 };
      return (word.kept + (PRIOR_WORDS * kind.kept) / kind.all) / (word.all + PRIOR_WORDS);
    },
  };
}

/** Deletes words of a text by habit, and writes what is left as a teacher would: line breaks and glued words stay. */
export function plantDeletion(
  source: string,
  words: readonly Word[],
  habits: Habits,
  draw: () => number,
): { kept: Uint8Array; text: string } {
  const kept = new Uint8Array(words.length);
  let text = "";
  let last = -1;
  words.forEach((word, index) => {
    const surface = source.slice(word.start, word.end);
    if (draw() >= habits.keepProbability(surface, kept[index - 1] === 1)) return;
    kept[index] = 1;
    const gap = source.slice(words[last]?.end ?? 0, word.start);
    const isMark = !/[\p{L}\p{N}]/u.test(surface);
    if (last >= 0)
      text += gap.includes("\n") ? "\n" : index === last + 1 ? gap : word.spaceBefore || !isMark ? " " : "";
    text += surface;
    last = index;
  });
  return { kept, text };
}

function wordKey(surface: string, previousKept: boolean): string {
  return `word ${surface.toLowerCase()} ${previousKept}`;
}

function classKey(surface: string, previousKept: boolean): string {
  const isMark = !/[\p{L}\p{N}]/u.test(surface);
  const kind = isMark ? "mark" : surface.length < 4 ? "short" : /^\p{Lu}/u.test(surface) ? "capital" : "long";
  return `class ${kind} ${previousKept}`;
}
