import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import { normalise } from "./word-index.js";

/** Log-odds that a row gains whose cell is what is asked of a column: the most, the least, any at all, none. */
const ASKED = 6;
/** Rows whose cells are compared, at least. */
const FEWEST_ROWS = 2;

const MOST = /(?<!\bat )\b(?:most|highest|largest|biggest|greatest|maxim(?:um|al)|longest|heaviest|busiest)\b/iu;
const LEAST = /(?<!\bat )\b(?:least|lowest|smallest|fewest|minim(?:um|al)|shortest)\b/iu;
const DENIED = /\b(?:no|not|none|without|lacks?|lacking|missing|empty|unset)\b|n['’]t\b/iu;
/** What stands in a cell that holds nothing. */
const NOTHING = /^(?:<(?:none|unset|nil|null)>|none|null|nil|n\/a|-{1,3}|–|—)$/iu;
const HAS_NOTHING = /(?:^|[ ,])(?:<(?:none|unset|nil|null)>|none|null|nil|n\/a|-{1,3}|–|—)(?:,|$)/iu;
const NUMBER = /^(?<digits>[-+]?\d[\d.]*(?:,\d{3})*(?:\.\d+)?) ?(?<unit>[KMGTP])?i?B?%?(?: ?\([^)]*\))?$/u;
const UNITS = "KMGTP";
const CELLS = ", ";

/** A row of a table: its sentence, the table's head, and what stands in each column behind the column's name. */
interface TableRow {
  sentence: number;
  head: number;
  cells: readonly string[];
}

/** What stands in the row of a sentence in one column. */
interface Cell {
  sentence: number;
  value: string;
}

/** What a question asks of columns. */
export interface ColumnQuestion {
  /** Its words, as an index holds them. */
  terms: ReadonlySet<string>;
  /** The most (1) or the least (-1) of a column, or neither. */
  sign: 1 | -1 | 0;
  isDenied: boolean;
}

/** Reads what a question asks of columns. @param terms Its words, as an index holds them. */
export function columnsAsked(question: string, terms: readonly string[]): ColumnQuestion {
  const sign = MOST.test(question) ? 1 : LEAST.test(question) ? -1 : 0;
  return { terms: new Set(terms), sign, isDenied: DENIED.test(question) };
}

/**
 * Adds to the gains of a table's rows what a question asks of a column that it names: the most or the least of it, else
 * that there is something in it, or, where the question denies, nothing. Nothing is lowered.
 */
export function addColumns(
  { terms, sign, isDenied }: ColumnQuestion,
  document: AnalyzedDocument,
  gains: Float32Array,
): void {
  const { rows, haveGaps } = rowsOf(document);
  if (sign === 0 && !haveGaps) return;
  for (const column of askedColumns(rows, terms)) {
    if (column.length < FEWEST_ROWS) continue;
    const found = sign === 0 ? filledCells(column, isDenied) : extremeCells(column, sign);
    for (const { sentence } of found) gains[sentence] = (gains[sentence] as number) + ASKED;
  }
}

/** Cells that hold something, where others hold nothing, or these. */
function filledCells(column: readonly Cell[], isDenied: boolean): readonly Cell[] {
  const gaps = column.filter(({ value }) => NOTHING.test(value));
  if (gaps.length === 0 || isDenied) return gaps;
  return column.filter(({ value }) => !NOTHING.test(value));
}

/** The cells with the greatest number, or the least. */
function extremeCells(column: readonly Cell[], sign: 1 | -1): readonly Cell[] {
  const numbers = column.map(({ value }) => sign * numberOf(value));
  const told = numbers.filter((number) => !Number.isNaN(number));
  const best = told.reduce((most, number) => Math.max(most, number), Number.NEGATIVE_INFINITY);
  return told.length < FEWEST_ROWS ? [] : column.filter((_, place) => numbers[place] === best);
}

const rowsOf = oncePerDocument(({ outline, sentences }: AnalyzedDocument): { rows: TableRow[]; haveGaps: boolean } => {
  if (!outline) return { rows: [], haveGaps: false };
  const rows = [...sentences.keys()].flatMap((sentence) => {
    const context = outline.contexts[sentence] as string;
    if (sentences[sentence]?.kind !== "table" || context === "") return [];
    return [{ sentence, head: outline.heads[sentence] as number, cells: context.split(CELLS) }];
  });
  return { rows, haveGaps: rows.some(({ sentence }) => HAS_NOTHING.test(outline.contexts[sentence] as string)) };
});

/** The columns of each table whose names begin with words of the question, cell by cell. */
function askedColumns(rows: readonly TableRow[], terms: ReadonlySet<string>): Cell[][] {
  const columns = new Map<string, Cell[]>();
  for (const { sentence, head, cells } of rows) {
    for (const cell of cells) {
      const words = cell.split(" ");
      let named = 0;
      while (named < words.length - 1 && terms.has(normalise(words[named] as string))) named += 1;
      if (named === 0) continue;
      const name = `${head} ${words.slice(0, named).join(" ")}`;
      const column = columns.get(name) ?? [];
      column.push({ sentence, value: words.slice(named).join(" ") });
      columns.set(name, column);
    }
  }
  return [...columns.values()];
}

/** A cell as a number, `1.5G` as bytes; none is no number. */
function numberOf(value: string): number {
  const { digits, unit } = NUMBER.exec(value)?.groups ?? {};
  if (digits === undefined) return Number.NaN;
  return Number.parseFloat(digits.replaceAll(",", "")) * 1024 ** (unit === undefined ? 0 : UNITS.indexOf(unit) + 1);
}
