import { runSliced, type Sliced, yieldToEventLoop } from "../runtime/event-loop.js";
import { isLong, languageOf } from "../text/language.js";
import { readsMost, readsText } from "../text/scripts.js";
import type { SegmentedText } from "../text/segment.js";
import { surfaceOf } from "../text/words.js";
import type { Sentence } from "../types.js";

/** What a model reads; a field that is absent bounds nothing. */
export interface ModelReads {
  /** Unicode script names. */
  scripts?: readonly string[] | undefined;
  /** ISO 639-3 codes, of languages in these scripts. */
  languages?: readonly string[] | undefined;
}

/** A text with its words and sentences. */
type CutText = SegmentedText & { text: string };

/** Sentences, and stretches of them, that are looked at before the event loop may run. */
const SENTENCES_PER_SLICE = 64;
/** Code units of a line, or of all short ones together, that are looked at. */
const SAMPLE_LENGTH = 600;

/** Whether a model reads a question. */
export async function readsQuestion(question: string, { scripts, languages }: ModelReads): Promise<boolean> {
  if (!readsText(question, scripts)) return false;
  return languages === undefined || isAmong(await languageOf(question), languages);
}

/** One flag a sentence: 1 if the model does not read its script or its language. */
export async function unreadSentences(source: CutText, { scripts, languages }: ModelReads): Promise<Uint8Array> {
  const unread = await runSliced(unreadByScript(source, scripts));
  if (languages !== undefined && unread.includes(0)) await markForeign(source, languages, unread);
  return unread;
}

/** The same by its script alone. */
export function* unreadByScript(
  { text, words, sentences }: CutText,
  scripts: ModelReads["scripts"],
): Sliced<Uint8Array> {
  const unread = new Uint8Array(sentences.length);
  if (!readsText(text, scripts)) return unread.fill(1);
  for (const [index, { firstWord, endWord }] of sentences.entries()) {
    const own = words.slice(firstWord, endWord).map(({ start, end }) => text.slice(start, end));
    if (!readsMost(own, scripts)) unread[index] = 1;
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
  }
  return unread;
}

/**
 * Marks the lines of other languages. A line of prose that is too short to tell, and all that is no prose, follow the
 * longer ones; where there are none, they are told together. Code is of no language.
 */
async function markForeign(source: CutText, languages: readonly string[], unread: Uint8Array): Promise<void> {
  const lines = await runSliced(linesOf(source, unread));
  const short: Line[] = [];
  /** Letters of other languages less those of the model's. */
  let balance = 0;
  for (const [index, line] of lines.entries()) {
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) await yieldToEventLoop();
    if (!line.isProse || !isLong(line.text)) {
      short.push(line);
      continue;
    }
    const isForeign = !isAmong(await languageOf(line.text), languages);
    if (isForeign) unread.fill(1, line.first, line.end);
    balance += isForeign ? line.text.length : -line.text.length;
  }
  const isForeign = balance === 0 ? !isAmong(await languageOf(joined(short)), languages) : balance > 0;
  if (isForeign) for (const { first, end } of short) unread.fill(1, first, end);
}

/** Sentences in one line, or of one kind that is no prose. */
interface Line {
  first: number;
  end: number;
  isProse: boolean;
  text: string;
}

/** What is left after the script was looked at, in lines. */
function* linesOf({ text, words, sentences }: CutText, unread: Uint8Array): Sliced<Line[]> {
  const lines: Line[] = [];
  for (const [index, { kind, start, firstWord, endWord }] of sentences.entries()) {
    if (index % SENTENCES_PER_SLICE === SENTENCES_PER_SLICE - 1) yield;
    if (unread[index] === 1 || kind === "code") continue;
    const last = lines.at(-1);
    const before = sentences[index - 1] as Sentence;
    const isProse = kind === "prose";
    const goesOn = last?.end === index && last.isProse && isProse && !/[\n\r]/u.test(text.slice(before.end, start));
    const line: Line = goesOn ? last : { first: index, end: index + 1, isProse, text: "" };
    if (!goesOn) lines.push(line);
    line.end = index + 1;
    // Words alone: markup says nothing of the language.
    for (let word = firstWord; word < endWord && line.text.length < SAMPLE_LENGTH; word += 1) {
      line.text += `${surfaceOf({ text, words }, word)} `;
    }
  }
  return lines;
}

function joined(lines: readonly Line[]): string {
  let text = "";
  for (const line of lines) {
    if (text.length >= SAMPLE_LENGTH) break;
    text += line.text;
  }
  return text;
}

function isAmong(language: string | undefined, languages: readonly string[]): boolean {
  return language === undefined || languages.includes(language);
}
