import { InvalidOptionError } from "../core/index.js";

/**
 * Splits a command as a shell would: words end at spaces, quotes hold words together, a backslash takes the next
 * character as it is (on Windows only before a quote, a space or itself). Nothing is expanded.
 *
 * @throws InvalidOptionError for a quote without its end, or no word at all
 */
export function commandWords(command: string, isWindows = process.platform === "win32"): [string, ...string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let place = 0; place < command.length; place += 1) {
    const character = command[place] as string;
    const next = command[place + 1];
    const isEscape =
      character === "\\" && quote !== "'" && next !== undefined && (!isWindows || /["'\s\\]/u.test(next));
    if (isEscape) {
      word = (word ?? "") + next;
      place += 1;
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (!/\s/u.test(character)) {
      word = (word ?? "") + character;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (quote !== undefined) throw new InvalidOptionError(`Expected --wrap to close its quote, got \`${command}\`.`);
  if (word !== undefined) words.push(word);
  const [first, ...rest] = words;
  if (first === undefined) throw new InvalidOptionError("Expected --wrap to name a command, got none.");
  return [first, ...rest];
}
