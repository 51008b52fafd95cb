import type { Sliced } from "../runtime/event-loop.js";
import { freeBareShells } from "./bare-shells.js";
import { buildOutline, type Line, linesOf, type Outline } from "./outline.js";
import { contextOf, type Place } from "./place.js";
import { paragraphBlocks } from "./prose.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
/** Code units of a line in which its number stands. */
const LONGEST_NUMBER = 80;
/** A title is at most this long, in code units. */
const LONGEST_TITLE = 100;
/** A clause that leads to a list stays whole up to this length, in code units. */
const LONGEST_LEAD = 400;

const DIVISION =
  /^\s*(?:\*\*)?(?:PART|Part|BOOK|Book|TITLE|Title|CHAPTER|Chapter|SCHEDULE|Schedule|ANNEX|Annex|APPENDIX|Appendix|EXHIBIT|Exhibit|Teil|Kapitel|Anlage|Anhang|Titre|Chapitre)\s+(?:[IVXLC]{1,7}|\d{1,3}[A-Za-z]?|[A-Z])\b[.:)]?/u;
const ARTICLE =
  /^\s*(?:\*\*)?(?:(?:ARTICLE|Article|SECTION|Section|CLAUSE|Clause|Artikel|Abschnitt|Artículo|Articolo|Art\.|Sec\.)\s+(?:[IVXLC]{1,7}|\d{1,4}[a-z]?(?:\.\d{1,3})*)\b|§§?\s*\d{1,4}[a-z]?\b)[.:)]?/u;
const DECIMAL = /^\s*(\d{1,3}(?:\.\d{1,3}){0,5})(?:[.)](?=\s)|(?=\s))/u;
const LETTER = /^\s*\((?:([ivxl]{1,6})|([a-z]{1,2})|(\d{1,3}))\)(?=\s)/iu;

/** How deep a number of each form stands; those of decimals are deeper by their dots. */
const LEVEL = { division: 0, article: 1, decimal: 2, figure: 8, letter: 9, roman: 10 };

interface Clause {
  level: number;
  /** What is in this clause stands under it: its title, or its number. */
  grain: number;
  place: Place;
  above: Clause | undefined;
}

interface Numbered {
  end: number;
  level: number;
}

/**
 * Reads contracts, statutes and terms: the text of each numbered clause under its number, and that under the numbers and
 * titles that it stands in. A clause that leads to a list (`The Supplier shall:`) comes with the list's items.
 *
 * @returns Undefined where fewer than three clauses are numbered.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("legal", "clauses");
  let clause: Clause | undefined;
  let paragraph: Line[] = [];
  let clauses = 0;
  /** The clause whose text is read, until its first paragraph is over. */
  let isFresh = false;
  let letter = "";

  const flush = () => {
    const blocks = paragraphBlocks(paragraph);
    paragraph = [];
    for (const [index, { start: blockStart, end, kind }] of blocks.entries()) {
      const start = blockStart + text.slice(blockStart, end).search(/\S/u);
      const source = text.slice(start, end).trimEnd();
      const isTitle = isFresh && index === 0 && blocks.length === 1 && titleLike(source);
      const isLead = !isTitle && source.length <= LONGEST_LEAD && /[:：—–-]$/u.test(source);
      const input = { start, end: start + source.length, head: clause?.grain ?? -1, context: contextOf(clause?.place) };
      if (isTitle && clause !== undefined) {
        clause.place.words = `${clause.place.words} ${source}`.trim();
        clause.grain = outline.add({ ...input, kind: "heading", role: "shell" });
      } else if (isLead && clause !== undefined) {
        clause.grain = outline.add(input);
        clause.place = { words: source, parent: clause.place };
      } else outline.add({ ...input, kind: kind === "code" ? "data" : kind });
      isFresh = false;
    }
  };
  const startClause = (line: Line, { end, level }: Numbered) => {
    flush();
    while (clause !== undefined && clause.level >= level) clause = clause.above;
    const start = line.start + line.text.search(/\S/u);
    const grain = outline.add({ start, end: line.start + end, role: "shell", head: clause?.grain ?? -1 });
    const words = level <= LEVEL.article ? line.text.slice(0, end).replaceAll("*", "").trim() : "";
    clause = { level, grain, place: { words, parent: clause?.place }, above: clause };
    clauses += 1;
    isFresh = true;
    const rest = line.text.slice(end);
    if (rest.trim() !== "") paragraph.push({ start: line.start + end, end: line.end, text: rest });
  };

  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    if (line.text.trim() === "") {
      // A number may stand on a line of its own.
      if (paragraph.length > 0) flush();
      continue;
    }
    const numbered = numberOf(line.text.slice(0, LONGEST_NUMBER), letter);
    if (numbered === undefined) {
      // The title of an article stands on the line of its number or the next.
      if (isFresh && paragraph.length === 1 && titleLike((paragraph[0] as Line).text.trim())) flush();
      paragraph.push(line);
    } else {
      letter = LETTER.exec(line.text)?.[0].trim() ?? letter;
      startClause(line, numbered);
    }
  }
  flush();
  if (clauses < 3) return undefined;
  const legal = outline.done();
  freeBareShells(legal.grains);
  return legal;
}

/** The number that a line begins with. */
function numberOf(opening: string, letterBefore: string): Numbered | undefined {
  const division = DIVISION.exec(opening);
  if (division !== null) return { end: division[0].length, level: LEVEL.division };
  const article = ARTICLE.exec(opening);
  if (article !== null) return { end: article[0].length, level: LEVEL.article };
  const letter = LETTER.exec(opening);
  if (letter !== null) {
    const [, roman, , figure] = letter;
    // `(i)` behind `(h)` is a letter; else it opens a list of Roman figures.
    const isRoman =
      roman !== undefined &&
      !(roman === "i" && letterBefore === "(h)") &&
      !(roman.length === 1 && "clvx".includes(roman) && !/^\([ivx]/u.test(letterBefore));
    const level = figure !== undefined ? LEVEL.figure : isRoman ? LEVEL.roman : LEVEL.letter;
    return { end: letter[0].length, level };
  }
  const decimal = DECIMAL.exec(opening);
  if (decimal === null) return undefined;
  const number = decimal[1] as string;
  // A bare number opens a line of plain text as often as a clause.
  if (!number.includes(".") && decimal[0].trim() === number) return undefined;
  return { end: decimal[0].length, level: LEVEL.decimal + number.split(".").length - 1 };
}

/** Whether a clause's first line is its title: short, and no sentence. */
function titleLike(line: string): boolean {
  return (
    line.length <= LONGEST_TITLE &&
    !/[.;:,!?]$/u.test(line) &&
    /^[^\p{L}]*\p{Lu}/u.test(line) &&
    !/\b(?:shall|is|are|must|may|will|means?)\b/u.test(line)
  );
}
