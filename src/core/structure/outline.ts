import type { Sliced } from "../runtime/event-loop.js";
import type { SentenceKind, Span, TextKind } from "../types.js";

export { TEXT_KINDS, type TextKind } from "../types.js";

/**
 * What a grain is for. `content` may come in for its own sake. A `shell` (a bracket, a table header, a bare key, a
 * heading, a file line of a diff) says nothing by itself and comes only as the head of others. `waste` (scripts,
 * repeated page headers, quoted history) comes only when the whole text stays.
 */
export type GrainRole = "content" | "shell" | "waste";

/** The smallest part of a text that may go: see {@link Outline}. Half-open, in UTF-16 code units of the source. */
export interface Grain extends Span {
  /** `prose` may lose words; every other kind is kept or dropped whole, to the letter. */
  kind: SentenceKind;
  role: GrainRole;
  /**
   * Index of the grain without which this one means nothing or is invalid, else -1. Heads have heads, so a chain can
   * name several (a JSON member needs its object's name, which needs the object's bracket). Never a prose grain, never
   * a closer, never in a circle.
   */
  head: number;
  /** Index of the grain that this one closes and with which it comes and goes (a bracket, a fence), else -1. */
  closes: number;
  /** Index of the grain in whose list this one stands, for separators; -1 at the top. */
  within: number;
  /** Where the separator at the grain's end begins (the comma of a list): printed only if a later grain of the same `within` is kept. `end` where there is none. */
  separator: number;
  /** Whose it is, in plain words, read by the encoder in front of the grain: keys, headings, column names. At most {@link LONGEST_CONTEXT} code units. */
  context: string;
  /** What the grain is worth without a question, 0..1; 0.5 where nothing speaks for or against it. */
  prior: number;
}

/** Markup or white space inside a text that is no part of it. */
export interface Hidden extends Span {
  /**
   * What it stands for if it is left out: nothing (`<b>`, a terminal escape), a space (`</td>`), a line break (`<br>`,
   * `</p>`); in a compact text also a mark that is not of the source (`# ` for `<h1>`).
   */
  as: string;
  /** Printed all the same unless the form is compact, though it holds no words: tags that part the cells of a row. @default false */
  isShown?: boolean;
}

/**
 * A text as grains under heads. The grains are in the order of the text, do not overlap, and hold all that is visible
 * in it, save what is hidden. Any set of content grains together with the heads of each, the heads' heads and what
 * closes them is a valid text of the kind.
 */
export interface Outline {
  kind: TextKind;
  grains: readonly Grain[];
  /** Markup that is no part of the text (tags, terminal escapes), ascending, never overlapping: never printed in a cut text, holds no words. May lie inside grains or between them. */
  hidden: readonly Hidden[];
  /** What is counted where something is left out, in the plural: "rows", "lines", "items". */
  unit: string;
  /** What begins a comment in the text's language: "#", "//"; absent if it has none or it is not known. */
  comment?: string | undefined;
}

/** What is known of a text besides itself. */
export interface ParseHint {
  /** Programming language or dialect, in lower case: "python", "psql". */
  language?: string | undefined;
}

/**
 * Reads a text as its kind. Linear in the text's length, and yields at least every 32,768 code units.
 *
 * @returns Undefined where the text is not of the kind: the caller falls back to whole lines.
 */
export type Parse = (text: string, hint?: ParseHint) => Sliced<Outline | undefined>;

/** Reads a text of another kind that stands inside this one: fenced code and its language. */
export type ParseInner = (text: string, language: string) => Sliced<Outline | undefined>;

/** Code units of a grain's context at most. */
export const LONGEST_CONTEXT = 240;

/** What a grain is made with; the rest has defaults. */
export type GrainInput = Span & { [Key in keyof Omit<Grain, "start" | "end">]?: Grain[Key] | undefined };

/** Collects grains in the order of the text. */
export interface OutlineBuilder {
  /** Adds a grain and returns its index. @default kind "data", role "content", no head, closes nothing, no list, no separator, no context, prior 0.5 */
  add(grain: GrainInput): number;
  /** The grain at an index, to be completed later (its separator, its head). */
  grain(index: number): Grain;
  /** Marks a part of the text as no text. In ascending order. */
  hide(hidden: Hidden): void;
  /** Adds the grains of a text that stands inside this one at `offset`; its top grains get `head` and `context`. Returns the index of the first. */
  embed(inner: Outline, offset: number, head: number, context?: string): number;
  readonly length: number;
  done(): Outline;
}

/** Starts an outline. */
export function buildOutline(kind: TextKind, unit: string): OutlineBuilder {
  const grains: Grain[] = [];
  const hidden: Hidden[] = [];
  const add = (input: GrainInput): number => {
    // Field by field: a text has tens of thousands of grains, and a spread costs several times as much.
    grains.push({
      start: input.start,
      end: input.end,
      kind: input.kind ?? "data",
      role: input.role ?? "content",
      head: input.head ?? -1,
      closes: input.closes ?? -1,
      within: input.within ?? -1,
      separator: input.separator ?? input.end,
      prior: input.prior ?? 0.5,
      context: (input.context ?? "").slice(0, LONGEST_CONTEXT),
    });
    return grains.length - 1;
  };
  return {
    add,
    grain: (index) => grains[index] as Grain,
    hide: (markup) => hidden.push(markup),
    embed(inner, offset, head, context = "") {
      const first = grains.length;
      const moved = (index: number) => (index < 0 ? -1 : index + first);
      for (const grain of inner.grains) {
        add({
          ...grain,
          start: grain.start + offset,
          end: grain.end + offset,
          separator: grain.separator + offset,
          head: grain.head < 0 && grain.closes < 0 ? head : moved(grain.head),
          closes: moved(grain.closes),
          within: moved(grain.within),
          context: context === "" ? grain.context : `${context} ${grain.context}`,
        });
      }
      for (const part of inner.hidden) hidden.push({ ...part, start: part.start + offset, end: part.end + offset });
      return first;
    },
    get length() {
      return grains.length;
    },
    done: () => ({ kind, grains, hidden, unit }),
  };
}

/** A line of a text, without its break. */
export interface Line extends Span {
  text: string;
}

/** The lines of a text, empty ones included; `\r\n`, `\n`, `\r` and the two Unicode separators end one. */
export function* linesOf(text: string): Generator<Line> {
  let start = 0;
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)) {
    yield { start, end: match.index, text: text.slice(start, match.index) };
    start = match.index + match[0].length;
  }
  if (start < text.length) yield { start, end: text.length, text: text.slice(start) };
}

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;

/** All lines of a text, read in slices. */
export function* readLines(text: string): Sliced<Line[]> {
  const lines: Line[] = [];
  for (const line of linesOf(text)) {
    lines.push(line);
    if (lines.length % LINES_PER_SLICE === 0) yield;
  }
  return lines;
}

/** Column of a line's first visible character; a tab counts 4. */
export function indentOf(line: string): number {
  let column = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === " ") column += 1;
    else if (line[at] === "\t") column += 4;
    else break;
  }
  return column;
}

/** A name or path as plain words: `maxTokens_per-call` reads "max Tokens per call". */
export function plainWords(name: string): string {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, " ")
    .trim();
}
