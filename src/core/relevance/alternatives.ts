/** A word of a name, and the small words that stand inside names. */
const NAME_WORD = /^["'“‘(]?[\p{Lu}\p{Nd}]/u;
const INSIDE_NAME = /^(?:of|the|a|an|and|in|on|for|to|at|by|with|de|la|le|du|von|van|der|&|-)$/u;
/** Words that begin a question and are no name, capital or not. */
const OPENING =
  /^(?:what|why|how|which|who|whom|whose|when|where|is|are|was|were|do|does|did|has|have|had|can|could|will|would|between|of|in|on|for)$/iu;
/** Questions that ask the same of both: "Are A and B rivers?", "Who is older between A and B?" */
const OF_BOTH = /^(?:is|are|was|were|do|does|did|has|have|had|can|could)\b|\b(?:both|between)\b/iu;

/**
 * A question about two names ("Which is older, A or B?", "Are A and B both rivers?") as one about each; otherwise the
 * question alone.
 */
export function alternativesOf(question: string): string[] {
  const words = question.split(/\s+/u);
  for (const [place, word] of words.entries()) {
    if (word !== "or" && !(word === "and" && OF_BOTH.test(question))) continue;
    const start = nameStart(words, place);
    const end = nameEnd(words, place + 1);
    const names = [words.slice(start, place), words.slice(place + 1, end)];
    if (!names.every((name) => /\p{Lu}/u.test(name.join(" ")))) continue;
    const asking = (name: readonly string[]) =>
      [...words.slice(0, start), name.join(" ").replace(/,$/u, ""), ...words.slice(end)].join(" ");
    // Something must be asked of them.
    if (start + words.length - end < 2) continue;
    return names.map(asking);
  }
  return [question];
}

/** First word of the name that ends before `end`; `end` if there is none. */
function nameStart(words: readonly string[], end: number): number {
  let start = end;
  for (let at = end - 1; at >= 0; at -= 1) {
    const word = words[at] as string;
    // A comma ends what is asked; the one before "or" ends the name itself.
    if (at < end - 1 && /[,:;]$/u.test(word)) break;
    if (NAME_WORD.test(word) && !(at === 0 && OPENING.test(word))) start = at;
    else if (!INSIDE_NAME.test(word)) break;
  }
  return start;
}

/** End of the name that begins at `first`; `first` if there is none. */
function nameEnd(words: readonly string[], first: number): number {
  const isName = (word: string) => NAME_WORD.test(word) || INSIDE_NAME.test(word);
  // What is a name to the end of the question may have commas.
  if (words.slice(first).every(isName)) return words.length;
  let end = first;
  for (let at = first; at < words.length; at += 1) {
    const word = words[at] as string;
    if (NAME_WORD.test(word)) end = at + 1;
    else if (!INSIDE_NAME.test(word)) break;
    if (NAME_WORD.test(word) && /[,:;?]["'”’)]?$/u.test(word)) break;
  }
  return end;
}
