/** Words of letters are compared by so many of their first ones, so that endings do not matter. */
const STEM_LENGTH = 6;
const SHORTEST_WORD = 3;
/** A word that more than this share of the texts has says nothing of any of them. */
const MOST_HAVING = 0.15;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * How much of what is rare in the question each text has, 0..1: its words weighted by how few of the texts have them.
 * Words that no text has count against all.
 */
export function sharedRareWords(question: string, texts: readonly string[]): number[] {
  const asked = [...stemsOf(question)];
  const own = texts.map(stemsOf);
  const weights = new Map(
    asked.map((word) => {
      const having = own.filter((words) => words.has(word)).length;
      const isRare = having <= Math.max(1, MOST_HAVING * texts.length);
      return [word, isRare ? Math.log(1 + (texts.length - having + 0.5) / (having + 0.5)) : 0];
    }),
  );
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return texts.map(() => 0);
  const weightIn = (words: ReadonlySet<string>) =>
    asked.reduce((sum, word) => sum + (words.has(word) ? (weights.get(word) as number) : 0), 0);
  return own.map((words) => weightIn(words) / total);
}

function stemsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(WORD) ?? [];
  return new Set(
    words
      .filter((word) => word.length >= SHORTEST_WORD || /\p{N}/u.test(word))
      .map((word) => (/\p{N}/u.test(word) ? word : word.slice(0, STEM_LENGTH))),
  );
}
