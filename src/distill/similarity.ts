/** Kinds of likeness of two words, in falling order of certainty. */
export const LIKENESS = { exact: 4, folded: 3, inflected: 2, punctuation: 1, none: 0 } as const;

const SYMBOL = /^[^\p{L}\p{N}\p{M}_]/u;
const PAUSE = /^[.,;:!?…–—-]$/u;
const QUOTE = /^["'`“”‘’„‚«»‹›]$/u;
const VARIANTS: Record<string, string> = { "’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "." };

/** True for a word that is one visible symbol: punctuation, a bracket, an operator, an emoji. */
export function isSymbol(surface: string): boolean {
  return SYMBOL.test(surface);
}

/** A word without letter case, compatibility forms, accents, and the typographic variants of quotes and dashes. */
export function foldWord(surface: string): string {
  const folded = surface
    .normalize("NFKD")
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, "")
    .toLowerCase();
  return VARIANTS[folded] ?? folded;
}

/**
 * How alike two words are, as {@link LIKENESS}: the same, the same but for case or typography, two
 * inflections of one stem (or one letter astray), two marks of a pause, or not alike. Numbers are alike
 * only when they are the same.
 */
export function wordLikeness(left: string, right: string): number {
  if (left === right) return LIKENESS.exact;
  const a = foldWord(left);
  const b = foldWord(right);
  if (a === b) return LIKENESS.folded;
  if (isSymbol(left) || isSymbol(right)) {
    const bothPause = PAUSE.test(left) && PAUSE.test(right);
    const bothQuote = QUOTE.test(left) && QUOTE.test(right);
    return bothPause || bothQuote ? LIKENESS.punctuation : LIKENESS.none;
  }
  return isInflection(a, b) ? LIKENESS.inflected : LIKENESS.none;
}

/** Suffixes that a stem may gain or lose; what is left of both words must be a common start. */
const ENDING = /^(?:|e|s|es|d|ed|ing|ings|er|ers|est|ly|y|ies|ied|ier|iest|ily|al|ally|ion|ions|n|en|r|rs|st|t)$/u;

function isInflection(a: string, b: string): boolean {
  if (/\p{N}/u.test(a) || /\p{N}/u.test(b)) return false;
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
  if (shared < 3) return false;
  let stem = shared;
  // stop -> stopping: the doubled letter belongs to the ending.
  const restA = a.slice(stem);
  const restB = b.slice(stem);
  if (ENDING.test(restA) && ENDING.test(restB)) return true;
  const doubled = a[stem - 1] as string;
  if (restA === "" && restB.startsWith(doubled) && ENDING.test(restB.slice(1))) return true;
  if (restB === "" && restA.startsWith(doubled) && ENDING.test(restA.slice(1))) return true;
  stem = Math.max(a.length, b.length);
  return stem >= 6 && withinOneEdit(a, b, shared);
}

/** Whether two words differ by one letter inserted, lost, changed, or by two neighbours swapped, behind `shared`. */
function withinOneEdit(a: string, b: string, shared: number): boolean {
  const restA = a.slice(shared);
  const restB = b.slice(shared);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
