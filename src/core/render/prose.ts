import type { AnalyzedDocument, Unit } from "../document/types.js";
import { surfaceOf } from "../text/words.js";
import type { Word } from "../types.js";

/** A document's text after the cut, and the slices of the source it is made of. */
export interface RenderedDocument {
  text: string;
  spans: [start: number, end: number][];
}

/** A text as it came, in one slice. */
export function renderWhole(text: string): RenderedDocument {
  return { text, spans: text === "" ? [] : [[0, text.length]] };
}

const TERMINAL = /^[.!?…。！？।؟۔]$/u;
const SEPARATOR = /^[,;:、，；：،]$/u;
const APOSTROPHE = /^['’]$/u;
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/gu;
const PARAGRAPH_BREAK = /(\r\n|[\n\r\u2028\u2029])[^\S\r\n\u2028\u2029]*(\r\n|[\n\r\u2028\u2029])/u;

/**
 * Renders the kept units of a document as verbatim slices, in order. Between two slices is the
 * strongest break that was between them in the source (blank line, line break), else one space.
 * Punctuation follows its unit, and is alone only between kept neighbours; brackets and quotes stay only
 * in pairs; code, tables and data stay as they are; fences are around what is left of their code.
 *
 * @param chosen One flag per unit.
 * @param forced One number per unit: 2 if the punctuation at its sides is forced too.
 */
export function renderDocument(document: AnalyzedDocument, chosen: Uint8Array, forced?: Uint8Array): RenderedDocument {
  const { text, words, units } = document;
  const kept = withFences(document, chosen);
  const printed = printedPairs(document, kept);
  const spans: [number, number][] = [];
  let output = "";
  let previousWord = -1;
  let span: [number, number] | undefined;
  for (let index = 0; index < units.length; index += 1) {
    if (!kept[index]) continue;
    const unit = units[index] as Unit;
    const isProse = document.sentences[unit.sentence]?.kind === "prose";
    const isWhole = !isProse || forced?.[index] === 2;
    if (isProse && !unit.isSolid && !unit.isProtected && !forced?.[index] && !hasNeighbours(document, index, kept)) {
      continue;
    }
    const firstWord = isWhole ? unit.leadWord : leadStart(document, unit, printed);
    const endWord = isWhole ? unit.trailWord : trailEnd(document, unit, index, kept, printed);
    const start = (words[firstWord] as Word).start;
    const end = (words[endWord - 1] as Word).end;
    if (span && previousWord === firstWord && isPlainGap(text.slice(span[1], start), !isProse)) {
      output += text.slice(span[1], end);
      span[1] = end;
    } else {
      const joiner = span ? breakBetween(text.slice(span[1], start)) : "";
      const from = (span === undefined && isProse) || joiner === " " ? start : indentStart(text, start);
      span = [from, end];
      spans.push(span);
      output += joiner + text.slice(from, end);
    }
    previousWord = endWord;
  }
  return { text: output, spans };
}

/** The fences of code are in if any of its lines is, and only there. */
function withFences({ fences, sentenceUnits, units }: AnalyzedDocument, chosen: Uint8Array): Uint8Array {
  if (fences.length === 0) return chosen;
  const kept = chosen.slice();
  const firstUnit = (sentence: number) => sentenceUnits[sentence] ?? units.length;
  for (const [open, close] of fences) {
    const isIn = chosen.subarray(firstUnit(open + 1), firstUnit(close)).includes(1);
    for (const fence of [open, close]) kept.fill(isIn ? 1 : 0, firstUnit(fence), firstUnit(fence + 1));
  }
  return kept;
}

/** A gap that may stay as it is: nothing, one space, a line break; white space of any kind in code and data. */
function isPlainGap(gap: string, verbatim: boolean): boolean {
  if (verbatim || gap === "" || gap === " ") return true;
  return !/[^\S\r\n\u2028\u2029]{2}|\p{Cc}(?<![\t\r\n])/u.test(gap);
}

/** The strongest break of a gap, in the gap's own characters. */
function breakBetween(gap: string): string {
  const paragraph = PARAGRAPH_BREAK.exec(gap);
  if (paragraph) return `${paragraph[1]}${paragraph[2]}`;
  return gap.match(LINE_BREAK)?.[0] ?? " ";
}

/** Start of the line's indentation if only that is before `start`, else `start`. */
function indentStart(text: string, start: number): number {
  let at = start;
  while (at > 0 && (text[at - 1] === " " || text[at - 1] === "\t")) at -= 1;
  return at === 0 || /[\n\r\u2028\u2029]/u.test(text[at - 1] as string) ? at : start;
}

/** Whether a free-standing symbol has its neighbours in the sentence: a dash at a cut would join what it did not. */
function hasNeighbours({ units }: AnalyzedDocument, index: number, kept: Uint8Array): boolean {
  const sentence = (units[index] as Unit).sentence;
  return [index - 1, index + 1].every((place) => units[place]?.sentence !== sentence || kept[place] === 1);
}

/** First word to print: the outermost opener whose pair is printed. */
function leadStart(document: AnalyzedDocument, unit: Unit, printed: Uint8Array): number {
  let first = unit.isCode ? codeStart(document, unit) : unit.firstWord;
  while (first > unit.leadWord && printed[first - 1]) first -= 1;
  return first;
}

/** Word after the last one to print: closers of printed pairs, ends of sentences, useful separators. */
function trailEnd(
  document: AnalyzedDocument,
  unit: Unit,
  index: number,
  kept: Uint8Array,
  printed: Uint8Array,
): number {
  const { keep } = document;
  let end = unit.isCode ? codeEnd(document, unit) : unit.endWord;
  for (let word = end; word < unit.trailWord; word += 1) {
    if (printed[word]) end = word + 1;
  }
  while (end < unit.trailWord) {
    const mark = surfaceOf(document, end);
    const isWanted =
      TERMINAL.test(mark) ||
      (APOSTROPHE.test(mark) && document.partners[end] === -1) ||
      (SEPARATOR.test(mark) && (keep[end] as number) >= 0.5 && leadsOn(document, index, kept, mark));
    if (!isWanted) break;
    end += 1;
  }
  return end;
}

/** Code in backticks is printed as it is: from the backtick if it opens in front of the unit, else from the first mark. */
function codeStart(document: AnalyzedDocument, { leadWord, firstWord }: Unit): number {
  for (let word = firstWord - 1; word >= leadWord; word -= 1) if (surfaceOf(document, word) === "`") return word;
  return leadWord;
}

/** After the backtick if it closes after the unit, else after the last mark. */
function codeEnd(document: AnalyzedDocument, { endWord, trailWord }: Unit): number {
  for (let word = endWord; word < trailWord; word += 1) if (surfaceOf(document, word) === "`") return word + 1;
  return trailWord;
}

/**
 * One flag per word: whether this bracket or quote is printed with its partner. It is if both their units are
 * kept, and so is each mark that is between one of them and its unit.
 *
 * Pairs are nested: what is inside one closes before it does. So one pass over the closers, in order, knows
 * of each pair's inner marks by then, and the mark next to it speaks for those further in.
 */
function printedPairs(document: AnalyzedDocument, kept: Uint8Array): Uint8Array {
  const { words, units, unitOf, partners } = document;
  const printed = new Uint8Array(words.length);
  const isReached = (opener: number): boolean => {
    const unit = unitOf[opener] as number;
    if (!kept[unit]) return false;
    return opener + 1 >= (units[unit] as Unit).firstWord || printed[opener + 1] === 1;
  };
  for (const [index, unit] of units.entries()) {
    if (!kept[index]) continue;
    let isTrailPrinted = true;
    for (let word = unit.leadWord; word < unit.trailWord; word += 1) {
      const opener = partners[word] as number;
      if (opener >= 0 && opener < word && isTrailPrinted && isReached(opener)) {
        printed[opener] = 1;
        printed[word] = 1;
      } else if (word >= unit.endWord && isTrailPrinted && !isStop(document, word)) {
        isTrailPrinted = false;
      }
    }
  }
  return printed;
}

function isStop(document: AnalyzedDocument, word: number): boolean {
  const mark = surfaceOf(document, word);
  return TERMINAL.test(mark) || SEPARATOR.test(mark) || APOSTROPHE.test(mark);
}

/** A comma needs something after it in its sentence; a colon may end one. */
function leadsOn({ units }: AnalyzedDocument, index: number, kept: Uint8Array, mark: string): boolean {
  const sentence = (units[index] as Unit).sentence;
  for (let next = index + 1; next < units.length && (units[next] as Unit).sentence === sentence; next += 1) {
    if (kept[next]) return true;
  }
  return mark === ":" || mark === "：";
}
