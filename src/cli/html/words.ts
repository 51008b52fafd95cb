import type { CompressedDocument, ExplainedWord } from "../../core/index.js";
import { escapeHtml } from "./escape.js";

/** Digits of {@link packWords}: printable, and nothing that HTML or a script's string would take for its own. */
export const DIGITS = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  .filter((character) => !"\"&'<>\\`".includes(character))
  .join("");
/** The last digit says that a number of {@link LONG_DIGITS} digits follows. */
const LONG = DIGITS.length - 1;
/** Digits of a number that one digit cannot hold. */
export const LONG_DIGITS = 5;
/** A dropped stretch of this many code units ends a part of kept text, for going from part to part. */
const PART_GAP = 40;

/**
 * A source text with its fate: kept words in `<mark>`, those that are kept for what they are in `<u>` inside, one
 * element a run of words. A mark that begins a new part has the class `k`.
 */
export function paintSource(text: string, { words = [] }: CompressedDocument): string {
  let html = "";
  let end = 0;
  let keptEnd = Number.NEGATIVE_INFINITY;
  for (const run of runsOf(words, ({ kept }) => kept)) {
    const [first, last] = [run[0], run.at(-1)] as [ExplainedWord, ExplainedWord];
    html += escapeHtml(text.slice(end, first.start));
    if (first.kept) {
      html += `<mark${first.start - keptEnd >= PART_GAP ? " class=k" : ""}>${paintKept(text, run)}</mark>`;
      keptEnd = last.end;
    } else {
      html += escapeHtml(text.slice(first.start, last.end));
    }
    end = last.end;
  }
  return html + escapeHtml(text.slice(end));
}

function paintKept(text: string, words: readonly ExplainedWord[]): string {
  let html = "";
  let end = words[0]?.start ?? 0;
  for (const run of runsOf(words, (word) => word.protected)) {
    const [first, last] = [run[0], run.at(-1)] as [ExplainedWord, ExplainedWord];
    const inner = escapeHtml(text.slice(first.start, last.end));
    html += `${escapeHtml(text.slice(end, first.start))}${first.protected ? `<u>${inner}</u>` : inner}`;
    end = last.end;
  }
  return html;
}

function runsOf(words: readonly ExplainedWord[], stateOf: (word: ExplainedWord) => boolean): ExplainedWord[][] {
  const runs: ExplainedWord[][] = [];
  let state: boolean | undefined;
  for (const word of words) {
    if (stateOf(word) !== state) runs.push([]);
    state = stateOf(word);
    runs.at(-1)?.push(word);
  }
  return runs;
}

/**
 * Where words stand and how they scored, seven digits a word for the report's script: the distance from the word
 * before, the length, then keep, core, pivot and relevance as shares of the last digit, and the share of the document's
 * words that are valued lower.
 */
export function packWords({ words = [] }: CompressedDocument): string {
  const ranks = lowerShares(words);
  let packed = "";
  let end = 0;
  for (const [index, word] of words.entries()) {
    packed += packNumber(word.start - end) + packNumber(word.end - word.start);
    for (const score of [word.keep, word.core, word.pivot, word.relevance, ranks[index] as number])
      packed += packShare(score);
    end = word.end;
  }
  return packed;
}

function lowerShares(words: readonly ExplainedWord[]): number[] {
  const values = words.map(({ value }) => value).sort((a, b) => a - b);
  const lower = new Map<number, number>();
  for (const [place, value] of values.entries()) if (!lower.has(value)) lower.set(value, place / values.length);
  return words.map(({ value }) => lower.get(value) as number);
}

function packShare(score: number): string {
  return DIGITS[Math.round(Math.min(1, Math.max(0, score)) * LONG)] as string;
}

function packNumber(number: number): string {
  if (number < LONG) return DIGITS[number] as string;
  let digits = "";
  for (let rest = number, place = 0; place < LONG_DIGITS; place += 1) {
    digits = (DIGITS[rest % DIGITS.length] as string) + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return (DIGITS[LONG] as string) + digits;
}
