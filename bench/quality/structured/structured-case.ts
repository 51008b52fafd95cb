/** A question whose answer stands in a text at known places. */
export interface StructuredQuestion {
  id: string;
  question: string;
  answer: string;
  /** Offsets of the answer's occurrences that count. */
  at: readonly number[];
  /** What must be kept too for the answer to be attributable: the record's name, the enclosing key, the header. */
  needs: readonly string[];
}

/** A text that is mostly no prose, with what its kind's check must know. */
export interface StructuredCase {
  id: string;
  kind: string;
  text: string;
  questions: readonly StructuredQuestion[];
  /** Separator of a table's cells. */
  sep?: string;
  /** Dialect: `psql` or `mysql` tables, `plain`, `bracket` or `slack` chats. */
  style?: string;
  /** Kind within the kind: `columns` or `tool` logs. */
  sub?: string;
  /** Line that heads a listing or each page. */
  header?: string;
  /** Questions with their answers. */
  items?: readonly { q: string; a: string }[];
  /** What must be kept without a question. */
  must?: readonly string[];
}

/** Slices of the source that a system kept. */
export type Spans = readonly (readonly [start: number, end: number])[];
