import type { PlannedDocument } from "./plan.js";
import type { Unit } from "./text/units.js";
import type { Word } from "./types.js";

/** A document's text after the cut, and the slices of the source it is made of. */
export interface RenderedDocument {
  text: string;
  spans: [start: number, end: number][];
}

const TERMINAL = /^[.!?…。！？।؟۔]$/u;
const SEPARATOR = /^[,;:、，；：،]$/u;

/**
 * Renders the kept units of a document as verbatim slices, in order. Between two slices stands the
 * strongest break that stood between them in the source (blank line, line break), else one space.
 * Punctuation follows its unit; brackets and quotes stay only in pairs.
 *
 * @param kept One flag a unit.
 */
export function renderDocument(document: PlannedDocument, kept: Uint8Array): RenderedDocument {
  const { text, words, units } = document;
  const spans: [number, number][] = [];
  let output = "";
  let previousWord = -1;
  let span: [number, number] | undefined;
  for (let index = 0; index < units.length; index += 1) {
    if (!kept[index]) continue;
    const unit = units[index] as Unit;
    const firstWord = leadStart(document, unit, kept);
    const endWord = trailEnd(document, unit, index, kept);
    const start = (words[firstWord] as Word).start;
    const end = (words[endWord - 1] as Word).end;
    const verbatim = isVerbatim(document, unit);
    if (span && previousWord === firstWord && isPlainGap(text.slice(span[1], start), verbatim)) {
      output += text.slice(span[1], end);
      span[1] = end;
    } else {
      const joiner = span ? breakBetween(text.slice(span[1], start)) : "";
      const from = (span === undefined && !verbatim) || joiner === " " ? start : indentStart(text, start);
      span = [from, end];
      spans.push(span);
      output += joiner + text.slice(from, end);
    }
    previousWord = endWord;
  }
  return { text: output, spans };
}

function isVerbatim({ sentences }: PlannedDocument, unit: Unit): boolean {
  const kind = sentences[unit.sentence]?.kind;
  return kind === "code" || kind === "data" || kind === "table";
}

/** A gap that may stay as it is: nothing, one space, a line break; white space of any kind in code and data. */
function isPlainGap(gap: string, verbatim: boolean): boolean {
  if (verbatim || gap === "" || gap === " ") return true;
  return !/[^\S\r\n\u2028\u2029]{2}|\p{Cc}(?<![\t\r\n])/u.test(gap);
}

function breakBetween(gap: string): string {
  const breaks = gap.match(/\r\n|[\n\r\u2028\u2029]/gu)?.length ?? 0;
  if (breaks === 0) return " ";
  return /(?:\r\n|[\n\r\u2028\u2029])[^\S\r\n]*(?:\r\n|[\n\r\u2028\u2029])/u.test(gap) ? "\n\n" : "\n";
}

/** Start of the line's indentation where only that stands before `start`, else `start`. */
function indentStart(text: string, start: number): number {
  let at = start;
  while (at > 0 && (text[at - 1] === " " || text[at - 1] === "\t")) at -= 1;
  return at === 0 || /[\n\r]/u.test(text[at - 1] as string) ? at : start;
}

/** First word to print: the outermost opener whose partner is kept. */
function leadStart({ partners }: PlannedDocument, unit: Unit, kept: Uint8Array): number {
  for (let word = unit.leadWord; word < unit.firstWord; word += 1) {
    const partner = partners[word] as number;
    if (partner >= 0 && kept[partner]) return word;
  }
  return unit.firstWord;
}

/** Word behind the last one to print: closers whose opener is kept, ends of sentences, useful separators. */
function trailEnd(document: PlannedDocument, unit: Unit, index: number, kept: Uint8Array): number {
  const { text, words, keep, partners } = document;
  let end = unit.endWord;
  for (let word = unit.endWord; word < unit.trailWord; word += 1) {
    const partner = partners[word] as number;
    if (partner >= 0 && kept[partner]) end = word + 1;
  }
  while (end < unit.trailWord) {
    const mark = text.slice((words[end] as Word).start, (words[end] as Word).end);
    const isWanted =
      TERMINAL.test(mark) ||
      (SEPARATOR.test(mark) && (keep[end] as number) >= 0.5 && leadsOn(document, index, kept, mark));
    if (!isWanted) break;
    end += 1;
  }
  return end;
}

/** A comma needs something behind it in its sentence; a colon may end one. */
function leadsOn({ units }: PlannedDocument, index: number, kept: Uint8Array, mark: string): boolean {
  const sentence = (units[index] as Unit).sentence;
  for (let next = index + 1; next < units.length && (units[next] as Unit).sentence === sentence; next += 1) {
    if (kept[next]) return true;
  }
  return mark === ":" || mark === "：";
}
