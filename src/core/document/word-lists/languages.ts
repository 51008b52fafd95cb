/** Words without which a sentence of English is rarely written: in one that has any, lists of other languages are silent. */
const ENGLISH =
  "the of and are were with that this from has have it its been by you your they their will would which who not if do does must only never without " +
  "whose whom she what where when there these those could should because before about every into during while";
/** The same for the languages whose sentences may be cut word by word. */
const LISTED: readonly string[] = [
  "der die das den dem des und ist sind war waren wird werden mit für von zu auf im ein eine einen nicht",
  "de het een en is zijn was met voor van op niet",
  "den det och är var med för av på som inte att ett",
  "det og er var med for af på som ikke at et til av",
  "le la les des du et est sont était avec pour une dans au aux que ne pas il elle",
  "il lo la gli dei della del e è sono era con per una nel che non di",
  "el la los las del y es son era con por para una en que no de",
  "o a os as do da dos das e é são era com por para uma em que não de",
];

const isEnglishWord = new Set(ENGLISH.split(" "));
const listedWords = LISTED.map((words) => new Set(words.split(" ")));
/** So many of a language's commonest words tell it. */
const TELLING = 2;

/** How a sentence's language is dealt with. */
export type LanguageCare = "english" | "listed" | "other";
/** In shorter sentences, names and labels can be all there is. */
const SHORTEST = 3;

/**
 * English, another language whose words that decide are listed at length, or one of which only the commonest are known.
 *
 * @param words Folded words of a sentence.
 */
export function languageCareOf(words: readonly string[]): LanguageCare {
  if (words.some((word) => isEnglishWord.has(word))) return "english";
  // Each once: `was` is a word of more than one language.
  const known = [...new Set(words)];
  if (listedWords.some((own) => known.filter((word) => own.has(word)).length >= TELLING)) return "listed";
  const spelled = words.filter((word) => /^\p{Ll}{2,}$/u.test(word)).length;
  // Letters of English alone, without one of its commonest words: a heading, a label, a command.
  const isPlain = !words.some((word) => /[^\0-\x7f‘’“”–—…]/u.test(word));
  return spelled < SHORTEST || (isPlain && spelled < 2 * SHORTEST) ? "english" : "other";
}
