/** Words that are remembered, and the longest of them in code units. */
const MOST_WORDS = 8192;
const LONGEST = 32;

/**
 * What is told of a word, remembered: a few thousand words make up most of any text.
 *
 * @param tell Depends on the word alone.
 */
export function rememberWords<Told>(tell: (word: string) => Told): (word: string) => Told {
  const known = new Map<string, Told>();
  return (word) => {
    const remembered = known.get(word);
    if (remembered !== undefined || known.has(word)) return remembered as Told;
    const told = tell(word);
    if (word.length > LONGEST) return told;
    if (known.size >= MOST_WORDS) known.clear();
    known.set(word, told);
    return told;
  };
}
