import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import { hasHidden, visibleText } from "../structure/hidden.js";
import type { Hidden } from "../structure/outline.js";
import { surfaceOf } from "../text/words.js";
import type { Sentence, Word } from "../types.js";
import { isDangling } from "./dangling.js";
import { keptLists } from "./lists.js";
import type { Marker } from "./markers.js";
import { omissionOf } from "./omitted.js";
import { createSliceWriter } from "./slice-writer.js";

/** A document's text after the cut, and the slices of the source it is made of. */
export interface RenderedDocument {
  text: string;
  spans: [start: number, end: number][];
  /** Stretches of the text that are not of the source. @default none but white space */
  inserted?: [start: number, end: number][];
  /** Whether it says all that the source says, where its form alone does not tell. */
  isLossless?: boolean;
  /** Whether it is a grain without its heads, or a part of one: more did not fit. */
  isFragment?: boolean;
}

/** All of a document but what is hidden and waste: in a compact form, the whole of it. */
export function renderAll({ text, sentences, outline }: AnalyzedDocument): RenderedDocument {
  if (!outline) return renderWhole(text);
  const writer = createSliceWriter(text, outline.hidden);
  let isNext = false;
  for (const [index, sentence] of sentences.entries()) {
    if (outline.roles[index] === "waste") {
      isNext = false;
      continue;
    }
    if (isNext && !hasHidden(writer.end, sentence.start, outline.hidden)) writer.extend(sentence.end);
    else
      writer.write(
        startOf(text, sentence, outline.hidden),
        sentence.end,
        joinerOf(text, writer.end, sentence, outline.hidden),
      );
    isNext = true;
  }
  return writer.done();
}

/** A text as it came, in one slice. */
export function renderWhole(text: string): RenderedDocument {
  return { text, spans: text === "" ? [] : [[0, text.length]] };
}

const TERMINAL = ".!?…。！？।؟۔";
/** Marks that close after a stop. */
const CLOSING = "\"'”’»)]」』”’）*_";
const SEMICOLON = ";；";
const SEPARATOR = ",;:、，；：،";
/** What answers a question before the statement that gives the answer. */
const ANSWER = /^["'“«]?(?:no|nope|not at all|never|yes|nein|non|nee|nej|nie|нет|não|ja|oui|sí|si|sim|да)$/iu;
/** Words of such an answer at most, a quote in front included. */
const LONGEST_ANSWER = 4;
const APOSTROPHE = "'’";
const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/u;
const PARAGRAPH_BREAK = /(\r\n|[\n\u2028\u2029]|\r(?!\n))[^\S\r\n\u2028\u2029]*(\r\n|[\n\u2028\u2029]|\r(?!\n))/u;

/**
 * Renders the kept units of a document as verbatim slices, in order. Between two slices stands the
 * strongest break that stood between them in the source (blank line, line break), else one space; in data, nothing.
 * Punctuation follows its unit, and stands alone only between kept neighbours; brackets and quotes stay only
 * in pairs. Grains that are no prose are printed to the letter, less the comma in front of nothing. Markup that is
 * hidden is not printed.
 *
 * @param kept One flag per unit.
 */
export function renderDocument(
  document: AnalyzedDocument,
  kept: Uint8Array,
  { forced, marker, hidden = document.outline?.hidden ?? NOTHING_HIDDEN }: RenderStyle = {},
): RenderedDocument {
  const { text, words, units, sentences, sentenceUnits, outline } = document;
  if (!kept.includes(1)) return { text: "", spans: [], inserted: [] };
  const writer = createSliceWriter(text, hidden);
  const lists = outline && keptLists(document, outline, kept);
  const printed = printedPairs(document, kept);
  let previousWord = -1;
  let previousSentence = -1;
  const write = (start: number, end: number, joiner: string, sentence: number) => {
    const note = marker && noteBetween(document, previousSentence + 1, sentence, marker);
    if (!note) return writer.write(start, end, joiner);
    const isFirst = writer.end < 0;
    const between = isFirst ? (outline ? "\n" : " ") : joiner;
    writer.insert(isFirst ? note : `${joiner || " "}${note}`);
    writer.write(start, end, between || " ");
  };
  /** The mark that ends a sentence stays if anything of it does: else two statements would read as one. */
  const endSentence = () => {
    const stop = previousSentence < 0 ? undefined : stopOf(document, previousSentence);
    if (!stop || previousWord > stop.firstWord) return;
    const { start } = words[stop.firstWord] as Word;
    const { end } = words[stop.endWord - 1] as Word;
    if (previousWord === stop.firstWord && start === writer.end) writer.extend(end);
    else writer.write(start, end, "");
    previousWord = stop.endWord;
  };
  /** So does a semicolon between two statements of one. */
  const endStatement = (limit: number) => {
    for (let word = previousWord; word < limit; word += 1) {
      if (!isOneOf(SEMICOLON, surfaceOf(document, word))) continue;
      const { start, end } = words[word] as Word;
      if (word === previousWord && start === writer.end) writer.extend(end);
      else writer.write(start, end, "");
      previousWord = word + 1;
      return;
    }
  };
  for (let index = kept.indexOf(1); index >= 0; index = kept.indexOf(1, index + 1)) {
    const unit = units[index] as Unit;
    const sentence = sentences[unit.sentence] as Sentence;
    if (previousSentence !== unit.sentence) endSentence();
    else if (sentence.kind === "prose" && unit.isSolid) endStatement(unit.leadWord);
    if (lists && outline && sentence.kind !== "prose") {
      if (marker && outline.closes[unit.sentence] !== -1) lists.note(unit.sentence, marker, writer);
      const end = lists.isLast(unit.sentence) ? (outline.separators[unit.sentence] as number) : sentence.end;
      if (previousWord === sentence.firstWord && !hasHidden(writer.end, sentence.start, hidden)) writer.extend(end);
      else {
        const joiner = joinerOf(text, writer.end, sentence, hidden);
        write(startOf(text, sentence, hidden), end, joiner, lists.areNoted ? previousSentence + 1 : unit.sentence);
      }
      previousWord = sentence.endWord;
      previousSentence = unit.sentence;
      index = (sentenceUnits[unit.sentence + 1] as number) - 1;
      continue;
    }
    const isProse = sentence.kind === "prose";
    if (isProse && !forced?.[index] && isDangling(document, index, kept)) continue;
    const isWhole = !isProse || forced?.[index] === 2;
    if (isProse && !unit.isSolid && !unit.isProtected && !forced?.[index] && !hasNeighbours(document, index, kept)) {
      continue;
    }
    const firstWord = isWhole ? unit.leadWord : leadStart(document, unit, printed);
    const endWord = isWhole ? unit.trailWord : trailEnd(document, unit, index, kept, printed);
    const start = (words[firstWord] as Word).start;
    const end = (words[endWord - 1] as Word).end;
    const isNext = writer.end >= 0 && previousWord === firstWord && !hasHidden(writer.end, start, hidden);
    if (isNext && isPlainGap(text.slice(writer.end, start), !isProse)) writer.extend(end);
    else {
      const joiner = writer.end < 0 ? "" : breakBetween(visibleText(text, writer.end, start, hidden), isNext);
      const isMidLine = (writer.end < 0 && isProse) || joiner === " " || joiner === "";
      write(isMidLine ? start : indentStart(text, start), end, joiner, unit.sentence);
    }
    previousWord = endWord;
    previousSentence = unit.sentence;
  }
  endSentence();
  const note =
    marker &&
    writer.end >= 0 &&
    !lists?.areNoted &&
    noteBetween(document, previousSentence + 1, sentences.length, marker);
  if (note) writer.insert(`${outline ? "\n" : " "}${note}`);
  return writer.done();
}

/** The stop at the end of a sentence of prose: the words of its mark; undefined if it has none. */
function stopOf(document: AnalyzedDocument, sentence: number): { firstWord: number; endWord: number } | undefined {
  const { kind, firstWord, endWord } = document.sentences[sentence] as Sentence;
  if (kind !== "prose") return undefined;
  let end = endWord;
  while (end > firstWord && isOneOf(CLOSING, surfaceOf(document, end - 1))) end -= 1;
  let first = end;
  while (first > firstWord && isOneOf(TERMINAL, surfaceOf(document, first - 1))) first -= 1;
  return first === end || first === firstWord ? undefined : { firstWord: first, endWord: end };
}

/** How a document is printed. */
export interface RenderStyle {
  /** One number per unit: 2 if the punctuation at its sides is forced too. */
  forced?: Uint8Array | undefined;
  /** What is not printed. @default what is no part of the text */
  hidden?: readonly Hidden[] | undefined;
  /** Says what is left out between what is kept. @default nothing */
  marker?: Marker | undefined;
}

/** The note for the sentences from `first` to `end`; empty if nothing among them is left out. */
function noteBetween(document: AnalyzedDocument, first: number, end: number, marker: Marker): string {
  const omission = first < end ? omissionOf(document, first, end) : undefined;
  return omission ? marker(omission) : "";
}

const NOTHING_HIDDEN: readonly Hidden[] = [];

/** Where a grain's slice begins: with its line's indentation, unless that is hidden. */
export function startOf(text: string, { start }: Sentence, hidden: readonly Hidden[]): number {
  const from = indentStart(text, start);
  return hasHidden(from, start, hidden) ? start : from;
}

/** Behind the last break of a gap. */
const AFTER_BREAK = /(?<![^\n\r\u2028\u2029])[^\n\r\u2028\u2029]*$/u;
/** Marks of headings, quotes and lists. */
const LINE_MARK = /^[\s>#*+|.()[\]\d•–-]{0,16}$/u;

/** What stands in front of a grain: the strongest break since the last slice, else the white space before it. */
function joinerOf(text: string, from: number, { start }: Sentence, hidden: readonly Hidden[]): string {
  if (from < 0) return "";
  const gap = visibleText(text, from, start, hidden);
  // What a compact form puts in front of the grain, as the mark of a heading, stays behind the break; words do not.
  const mark = gap.slice(gap.search(AFTER_BREAK));
  const hasBreak = mark.length < gap.length;
  if (hasBreak) return breakBetween(gap) + (LINE_MARK.test(mark) ? mark.trimStart() : "");
  if (mark.trim() === "") return mark;
  // Lines of a string in JSON: their breaks stand for a space.
  return hasHidden(from, start, hidden) && mark.endsWith(" ") ? " " : "";
}

/** A gap that may stay as it is: nothing, one space, a line break; white space of any kind in code and data. */
function isPlainGap(gap: string, verbatim: boolean): boolean {
  if (verbatim || gap === "" || gap === " ") return true;
  return !/[^\S\r\n\u2028\u2029]{2}|\p{Cc}(?<![\t\r\n])/u.test(gap);
}

/**
 * The strongest break of a gap, in the gap's own characters; one space if there is none.
 *
 * @param isGlued Whether nothing but the gap is left out: then what has no space in it needs none.
 */
function breakBetween(gap: string, isGlued = false): string {
  const paragraph = PARAGRAPH_BREAK.exec(gap);
  if (paragraph) return `${paragraph[1]}${paragraph[2]}`;
  return LINE_BREAK.exec(gap)?.[0] ?? (isGlued && gap === "" ? "" : " ");
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
      isOneOf(TERMINAL, mark) ||
      (isOneOf(APOSTROPHE, mark) && document.partners[end] === -1) ||
      (isOneOf(SEPARATOR, mark) &&
        ((keep[end] as number) >= 0.5 || isAnswer(document, unit)) &&
        leadsOn(document, index, kept, mark));
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
  const closing = closingUnitsOf(document);
  if (closing.length === 0) return NO_PAIRS;
  const printed = new Uint8Array(words.length);
  const isReached = (opener: number): boolean => {
    const unit = unitOf[opener] as number;
    if (!kept[unit]) return false;
    return opener + 1 >= (units[unit] as Unit).firstWord || printed[opener + 1] === 1;
  };
  for (const index of closing) {
    if (!kept[index]) continue;
    const unit = units[index] as Unit;
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

const NO_PAIRS = new Uint8Array(0);

/** The units that hold a closer. */
const closingUnitsOf = oncePerDocument(({ unitOf, partners }) => {
  const closing: number[] = [];
  for (const [word, opener] of partners.entries()) {
    const unit = unitOf[word] as number;
    if (opener >= 0 && opener < word && closing.at(-1) !== unit) closing.push(unit);
  }
  return closing;
});

function isStop(document: AnalyzedDocument, word: number): boolean {
  const mark = surfaceOf(document, word);
  return isOneOf(TERMINAL, mark) || isOneOf(SEPARATOR, mark) || isOneOf(APOSTROPHE, mark);
}

/** A `No,` that answers: without its comma it would deny what follows. */
function isAnswer(document: AnalyzedDocument, { sentence, firstWord, endWord }: Unit): boolean {
  const first = document.sentences[sentence]?.firstWord as number;
  return endWord - first <= LONGEST_ANSWER && ANSWER.test(surfaceOf(document, first, endWord)) && firstWord >= first;
}

/** Whether a word is one of the marks, each of one code unit. */
function isOneOf(marks: string, word: string): boolean {
  return word.length === 1 && marks.includes(word);
}

/** A comma needs something behind it in its sentence; a colon may end one. */
function leadsOn({ units }: AnalyzedDocument, index: number, kept: Uint8Array, mark: string): boolean {
  const sentence = (units[index] as Unit).sentence;
  for (let next = index + 1; next < units.length && (units[next] as Unit).sentence === sentence; next += 1) {
    if (kept[next]) return true;
  }
  return mark === ":" || mark === "：";
}
