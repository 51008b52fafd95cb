import { type ContentTest, countOf } from "./detect-sample.js";

/** What lines of a log are called that are records of no kind that is known. */
export const RECORDS = "records";

/** Share of the lines that must be records, and of those that may be sentences. */
const SHARE = 0.5;
const SENTENCES = 0.2;
/** Code units of a record at most. */
const LONGEST_RECORD = 400;
/** Share of a line's words that are no plain words, from which on it is a record. */
const SIGNED = 0.34;

/** Cells that are apart by more than the two spaces behind a full stop. */
const APART = /\t\S| {3}\S|(?<![.!?:;,"')\s]) {2}\S/u;
/** What a record begins with: a name and its value, a hash, a time or number, the state of a file, a side of a comparison. */
const FIRST =
  /^(?:[a-z][\w./@{}-]*: ?\S|[\w.-]+\/[\d.]+ \d{3}\b|(?=[a-f]*\d)[0-9a-f]{7,64}\b|\d[\d.,:]*[KMGTkB%]? |[MADRCU?!]{1,2} {1,2}\S+$|[<>] \S|;{1,3} ?\S|\p{L}[\w ()/-]{0,40}: {0,8}[\d(<"'/-]|\*{0,1} ?\S+@\{\d)/u;
/** A setting inside a line: `ttl=64`. */
const SETTING = /(?:^|[\s,;(])[\w.-]+=[^\s=]/u;
const MARKED = /^(?:\d{1,3}[.)]|#{1,6}) /u;
const LISTED = /^[ \t]*[-*+•] /u;
const LIST_MARK = /^[-*+•] /u;
/** A word with a digit or a sign that is no punctuation at its end: a path, a size, an address, a version. */
const SIGNED_WORD = /[\p{N}/_=<>{}@$%^|\\~[\]]|[.:,]\S/u;
const ENDS_SENTENCE = /[.!?…。]["'”’)\]]{0,4}$/u;
/** Words of a line that ends as a sentence, at least. */
const FEWEST_WORDS = 3;
/** A line of so many words, hardly one with signs, is running text; so large a part of all words in such lines are no records. */
const RUNNING_WORDS = 14;
const RUNNING_SIGNED = 0.2;
const RUNNING_SHARE = 0.3;

/**
 * Lines that are records of no kind that is known: what a tool prints of files, hosts, packages, states. They stay
 * whole, since a word that falls out of one is a value that is lost.
 */
export const records: ContentTest = ({ lines }) => {
  if (lines.length < 2) return undefined;
  const sentences = lines.filter(endsSentence).length;
  if (sentences > lines.length * SENTENCES || countOf(lines, LISTED) > lines.length * SHARE) return undefined;
  if (isItems(lines)) return { kind: "log", language: RECORDS };
  if (isRunningText(lines)) return undefined;
  const found = lines.filter((line) => line.length <= LONGEST_RECORD && isRecord(line.trim())).length;
  return found >= 2 && found >= lines.length * SHARE ? { kind: "log", language: RECORDS } : undefined;
};

/** Lines of a list without marks: so many, so short each, none of which a sentence ends or goes on in. */
const FEWEST_ITEMS = 4;
const LONGEST_ITEM = 60;
const MOST_ITEM_WORDS = 8;
const INSIDE = /[.!?…;:,。！？、][)"'”’\]]{0,3}(?:\s|$)/u;

/** One thing a line, without a mark in front: what is to do, what was sent. */
function isItems(lines: readonly string[]): boolean {
  if (lines.length < FEWEST_ITEMS) return false;
  return lines.every(
    (line) =>
      line.length <= LONGEST_ITEM &&
      wordsOf(line).length <= MOST_ITEM_WORDS &&
      !INSIDE.test(line) &&
      !MARKED.test(line),
  );
}

function endsSentence(line: string): boolean {
  return ENDS_SENTENCE.test(line.trim()) && wordsOf(line).length >= FEWEST_WORDS;
}

function isRecord(line: string): boolean {
  if (MARKED.test(line)) return false;
  if (APART.test(line) || FIRST.test(line) || SETTING.test(line)) return true;
  return signedShare(wordsOf(line.replace(LIST_MARK, ""))) >= SIGNED;
}

/** Whether much of the text stands in lines that are sentences, whatever stands between them. */
function isRunningText(lines: readonly string[]): boolean {
  let all = 0;
  let running = 0;
  for (const line of lines) {
    const words = wordsOf(line);
    all += words.length;
    if (words.length >= RUNNING_WORDS && signedShare(words) < RUNNING_SIGNED) running += words.length;
  }
  return running > all * RUNNING_SHARE;
}

function wordsOf(line: string): string[] {
  return line.trim().split(/\s+/u);
}

function signedShare(words: readonly string[]): number {
  return words.filter((word) => SIGNED_WORD.test(word)).length / words.length;
}
