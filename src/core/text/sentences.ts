import { type Block, openStructure, splitBlocks } from "../structure/lines.js";
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
/** A run of stops is read from its first one only. */
const STOP = /(?<![.!?])[.!?]+["'”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*|…["'”’)]*(?=\s)|(?<![।؟۔።])[।؟۔።]+(?=\s)/gu;

/**
 * Cuts a text into sentences. Structure goes first ({@link splitBlocks}); prose is then cut after
 * terminal punctuation, minding abbreviations, initials and decimals. Every word lies in exactly one
 * sentence, sentences ascend, and each holds at least one word.
 *
 * @param state What is known of the text that this one is a section of; moved on to the section's end.
 */
export function splitSentences(text: string, words: readonly Word[], state = openStructure(text)): Sentence[] {
  const sentences: Sentence[] = [];
  let next = 0;
  const take = (span: Span, kind: Sentence["kind"]) => {
    const first = next;
    while (next < words.length && (words[next] as Word).start < span.end) next += 1;
    for (let from = first; from < next; from += MAX_SENTENCE_WORDS) {
      const end = Math.min(next, from + MAX_SENTENCE_WORDS);
      sentences.push({
        start: (words[from] as Word).start,
        end: (words[end - 1] as Word).end,
        kind,
        firstWord: from,
        endWord: end,
      });
    }
  };
  for (const block of splitBlocks(text, state)) {
    if (block.kind !== "prose") take(block, block.kind);
    else for (const span of splitProse(text, block)) take(span, "prose");
  }
  take({ start: text.length, end: Number.POSITIVE_INFINITY }, "prose");
  return sentences;
}

function* splitProse(text: string, block: Block): Generator<Span> {
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
  if (NUMBERED.has(before.toLowerCase())) return !/^\s+\p{Nd}/u.test(prose.slice(end, end + 16));
  const following = /^\s+(\p{L}+)/u.exec(prose.slice(end, end + 24))?.[1];
  if (/^\d{1,2}$/u.test(before) && following !== undefined && MONTHS.has(following.toLowerCase())) return false;
  // A list number ("12.") at the start of a block does not end a sentence.
  return !(/^\d{1,3}$/u.test(before) && stopIndex - before.length === first);
}
