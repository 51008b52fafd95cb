/** A letter of a script that is written without spaces between its words. */
export const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Code units that are looked at: a text is of one script or mixed, and its beginning shows which. */
const SAMPLE_LENGTH = 4096;

/**
 * Whether a model can read a text: at least half of its letters are of the scripts it was trained on. If it cannot,
 * words in common say more than vectors of unknown pieces, and sentences are better left whole.
 *
 * @param scripts Unicode script names; absent for models that read everything.
 */
export function readsText(text: string, scripts: readonly string[] | undefined): boolean {
  if (!scripts) return true;
  const letters = text.slice(0, SAMPLE_LENGTH).match(/\p{L}/gu) ?? [];
  const own = lettersOf(scripts);
  return letters.filter((letter) => own.test(letter)).length * 2 >= letters.length;
}

/** A sentence with more than this share of words in other scripts is not read: terms in it do not make it so. */
const MOST_UNREAD = 1 / 3;

/**
 * Whether a model can read a sentence that mixes scripts.
 *
 * @param words Its words: counted by the word, since one of Chinese is short.
 */
export function readsMost(words: readonly string[], scripts: readonly string[] | undefined): boolean {
  if (!scripts) return true;
  const own = lettersOf(scripts);
  const spelled = words.filter((word) => /\p{L}/u.test(word));
  return spelled.filter((word) => !own.test(word)).length <= MOST_UNREAD * spelled.length;
}

const known = new Map<string, RegExp>();

/** A letter of one of the scripts. */
function lettersOf(scripts: readonly string[]): RegExp {
  const name = scripts.map((script) => `\\p{Script=${script}}`).join("|");
  const letters = known.get(name) ?? new RegExp(name, "u");
  known.set(name, letters);
  return letters;
}
