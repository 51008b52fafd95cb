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
  const own = new RegExp(scripts.map((script) => `\\p{Script=${script}}`).join("|"), "u");
  return letters.filter((letter) => own.test(letter)).length * 2 >= letters.length;
}
