import { runAtOnce } from "../runtime/event-loop.js";
import type { Outline } from "../structure/outline.js";
import { parse as parseProse } from "../structure/prose.js";
import { type SplitProse, sentencesOfOutline } from "../structure/sentence-outline.js";
import type { Sentence, Span, Word } from "../types.js";

/** A sentence longer than this many words is cut, so that every sentence fits an encoder window. */
export const MAX_SENTENCE_WORDS = 96;

const ABBREVIATIONS = new Set(
  "mr mrs ms dr prof sr jr st vs etc inc ltd co corp al approx dept est gen col capt lt sgt rev hon gov sen rep eds cf viz jan feb mar apr jun jul aug sep sept oct nov dec".split(
    " ",
  ),
);
/** Abbreviations only in front of a number: "I said no." ends a sentence, "No. 7" does not. */
const NUMBERED = new Set("no nos vol vols fig figs eq eqs ref refs sec pp p ch art ed".split(" "));
/** Month names in front of which a number with a full stop is a day: "14. Mai". */
const MONTHS = new Set(
  "januar jänner februar märz april mai juni juli august september oktober november dezember marts maj januari februari mars augusti tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta".split(
    " ",
  ),
);
/** A short word with a stop inside an open bracket is an abbreviation: `(c. 1740 – 1815)`, `(b. Leeds, aft. 1143)`. */
const BRACKETED = /[(（][^()（）]{0,80}?(?<!\p{L})\p{Ll}{1,3}$/u;
/** As far as an open bracket is looked for. */
const BRACKET_REACH = 88;
/** A run of stops is read from its first one only. */
const STOP = /(?<![.!?])[.!?]+["'”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*|…["'”’)]*(?=\s)|(?<![।؟۔።])[।؟۔።]+(?=\s)/gu;

/**
 * Cuts a text into sentences as prose: paragraphs first (see the parser of prose), then behind terminal punctuation,
 * minding abbreviations, initials and decimals. Every word lies in exactly one sentence, sentences ascend, and each
 * holds at least one word.
 */
export function splitSentences(text: string, words: readonly Word[]): Sentence[] {
  const outline = runAtOnce(parseProse(text)) as Outline;
  const split: SplitProse = (grain, firstWord, endWord) => proseRanges(text, grain, words, firstWord, endWord);
  return runAtOnce(sentencesOfOutline(outline, words, split)).sentences;
}

/** The sentences of a paragraph, as half-open ranges of the words `firstWord` to `endWord`, which lie in it. */
export function proseRanges(
  text: string,
  paragraph: Span,
  words: readonly Word[],
  firstWord: number,
  endWord: number,
): [number, number][] {
  const ranges: [number, number][] = [];
  let next = firstWord;
  for (const { end } of splitProse(text, paragraph)) {
    const first = next;
    while (next < endWord && (words[next] as Word).start < end) next += 1;
    pushRanges(ranges, text, words, first, next);
  }
  pushRanges(ranges, text, words, next, endWord);
  return ranges;
}

/** Adds a sentence, in parts if it is too long: cut at a line's end if one is near the middle, else in front of a spaced word. */
function pushRanges(
  ranges: [number, number][],
  text: string,
  words: readonly Word[],
  firstWord: number,
  endWord: number,
): void {
  for (let from = firstWord; from < endWord; ) {
    let to = Math.min(endWord, from + MAX_SENTENCE_WORDS);
    if (to < endWord) to = cutBefore(text, words, from, to);
    ranges.push([from, to]);
    from = to;
  }
}

/** The last good place for a cut at or before word `limit`: a line's start, else a spaced word, else `limit`. */
function cutBefore(text: string, words: readonly Word[], from: number, limit: number): number {
  const earliest = from + MAX_SENTENCE_WORDS / 2;
  for (let word = limit; word > earliest; word -= 1) {
    const gap = text.slice((words[word - 1] as Word).end, (words[word] as Word).start);
    if (/[\n\r\u2028\u2029]/u.test(gap)) return word;
  }
  for (let word = limit; word > earliest; word -= 1) if ((words[word] as Word).spaceBefore) return word;
  return limit;
}

function* splitProse(text: string, block: Span): Generator<Span> {
  const prose = text.slice(block.start, block.end);
  const first = prose.search(/\S/u);
  let start = 0;
  for (const match of prose.matchAll(STOP)) {
    const end = match.index + match[0].length;
    if (!endsSentence(prose, first, match.index, match[0], end)) continue;
    yield { start: block.start + start, end: block.start + end };
    start = end;
  }
  if (start < prose.length) yield { start: block.start + start, end: block.end };
}

/** Whether a stop ends its sentence; `first` is where the block's text begins after white space. */
function endsSentence(prose: string, first: number, stopIndex: number, stop: string, end: number): boolean {
  if (!/^[.…]/u.test(stop)) return true;
  const next = /^\s+["'“‘«([]*(.)/u.exec(prose.slice(end, end + 16))?.[1];
  if (next !== undefined && /\p{Ll}/u.test(next)) return false;
  if (stop.startsWith("..") || stop.startsWith("…")) return true;
  const before = /[\p{L}\p{N}.]+$/u.exec(prose.slice(Math.max(0, stopIndex - 24), stopIndex))?.[0] ?? "";
  if (/^\p{Lu}$/u.test(before) || /^(?:\p{L}\.)+\p{L}$/u.test(before)) return false;
  if (ABBREVIATIONS.has(before.toLowerCase())) return false;
  if (before.length <= 3 && BRACKETED.test(prose.slice(Math.max(0, stopIndex - BRACKET_REACH), stopIndex)))
    return false;
  if (NUMBERED.has(before.toLowerCase())) return !/^\s+\p{Nd}/u.test(prose.slice(end, end + 16));
  const following = /^\s+(\p{L}+)/u.exec(prose.slice(end, end + 24))?.[1];
  if (/^\d{1,2}$/u.test(before) && following !== undefined && MONTHS.has(following.toLowerCase())) return false;
  // A list number ("12.") at the start of a block does not end a sentence.
  return !(/^\d{1,3}$/u.test(before) && stopIndex - before.length === first);
}
