import { countTokens, type Sieve, type TokenizerOption } from "../../core/index.js";
import { cutTexts } from "./cut-texts.js";

/** What part of a text is wanted; all of it from `offset` on by default. */
export interface ReadRequest {
  text: string;
  /** The name under which it is read on. */
  id: string;
  /** Ceiling of what comes back, in tokens. */
  maxTokens: number;
  tokenizer?: TokenizerOption | undefined;
  /** What is to be found out: the sieve over the text. */
  question?: string | undefined;
  /** Words to look for; `*` stands for anything within a line, `|` is between alternatives. Letter case does not matter. */
  pattern?: string | undefined;
  /** Lines by their numbers, from 1: "40-80", "40-", "12". */
  lines?: string | undefined;
  /** Code units to skip. */
  offset?: number | undefined;
  openSieve: () => Promise<Sieve>;
  signal?: AbortSignal | undefined;
}

/** Lines before and after one that was looked for. */
const CONTEXT_LINES = 2;
/** Code units that are shown of a long line with a match, and of those before it. */
const LONGEST_EXCERPT = 240;
const EXCERPT_BEFORE = 80;
/** Code units that a token has at most, in texts that people read. */
const UNITS_PER_TOKEN = 8;

/** The part of a text that is wanted, under a ceiling, with what there is beyond it. */
export async function readText(request: ReadRequest): Promise<string> {
  const { lines, pattern, question } = request;
  if (pattern !== undefined && pattern.trim() !== "") return readMatches(request, pattern);
  if (lines !== undefined && lines.trim() !== "") return readLines(request, lines);
  if (question !== undefined && question.trim() !== "") return readFor(request, question);
  return page(request);
}

/** What the sieve finds in the text for a question. */
async function readFor(
  { text, maxTokens, tokenizer, openSieve, signal }: ReadRequest,
  question: string,
): Promise<string> {
  const sieve = await openSieve();
  const [left] = await cutTexts({
    sources: [text],
    target: { maxTokens },
    tokenizer,
    compress: async (target, template) => {
      const { documents } = await sieve.compress({
        ...{ documents: [text], query: question, template, tokenizer, signal },
        ...target,
        ...{ form: "compact", marker: true },
      });
      return new Map(documents.map((document) => [document.index, document]));
    },
  });
  return left?.text ?? "";
}

function readLines(request: ReadRequest, range: string): Promise<string> | string {
  const all = request.text.split("\n");
  const [from = "", to = from, ...more] = range.replaceAll(" ", "").split("-");
  const first = Number(from || 1);
  const last = to === "" ? all.length : Math.min(Number(to), all.length);
  const isRange = more.length === 0 && /^\d*$/u.test(from + to) && from + to !== "";
  if (!isRange || first < 1 || first > last) {
    return `Expected \`lines\` as "40-80" within 1 and ${all.length}, got ${JSON.stringify(range)}.`;
  }
  const wanted = all.slice(first - 1, last).map((line, index) => `${first + index}: ${line}`);
  const offset = all.slice(0, first - 1).join("\n").length + Math.min(1, first - 1);
  return fitted(request, wanted, { unit: "lines", offset });
}

/** Lines with a pattern and those around them; without these if not all fit. */
async function readMatches(request: ReadRequest, pattern: string): Promise<string> {
  const { text, maxTokens, tokenizer } = request;
  const matches = matchesOf(text, pattern);
  if (matches.length === 0) return `None of its ${text.split("\n").length} lines matches.`;
  const shown = around(text, matches);
  if ((await countTokens(shown, tokenizer)) <= maxTokens) return shown;
  const lines = matches.map(({ index, line, at }) => `${index + 1}: ${excerpt(line, at)}`);
  const [{ offset, at }] = matches as [Match];
  return fitted(request, lines, { unit: "matches", offset: offset + at });
}

/** A line that holds what is looked for. */
interface Match {
  index: number;
  line: string;
  /** Where in the text the line begins, and where in the line it is. */
  offset: number;
  at: number;
}

function matchesOf(text: string, pattern: string): Match[] {
  const alternatives = pattern
    .toLowerCase()
    .split("|")
    .map((alternative) => alternative.split("*").map((piece) => piece.trim()));
  const matches: Match[] = [];
  let offset = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const places = alternatives.map((pieces) => placeInOrder(line.toLowerCase(), pieces));
    const at = Math.min(...places.filter((place) => place >= 0));
    if (Number.isFinite(at)) matches.push({ index, line, offset, at });
    offset += line.length + 1;
  }
  return matches;
}

/** Numbered lines with matches, and those near them. */
function around(text: string, matches: readonly Match[]): string {
  const shown = new Set<number>();
  for (const { index } of matches) {
    for (let near = index - CONTEXT_LINES; near <= index + CONTEXT_LINES; near += 1) shown.add(near);
  }
  const lines = text.split("\n").map((line, index) => (shown.has(index) ? `${index + 1}: ${line}` : undefined));
  return lines.filter((line) => line !== undefined).join("\n");
}

/** What stands around a place in a long line. */
function excerpt(line: string, at: number): string {
  const from = Math.max(0, at - EXCERPT_BEFORE);
  const start = isInsidePair(line, from) ? from - 1 : from;
  const end = isInsidePair(line, start + LONGEST_EXCERPT) ? start + LONGEST_EXCERPT - 1 : start + LONGEST_EXCERPT;
  return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
}

/** Where the first of some pieces stands that follow each other; -1 if they do not. */
function placeInOrder(line: string, pieces: readonly string[]): number {
  let first = -1;
  let from = 0;
  for (const piece of pieces) {
    const at = line.indexOf(piece, from);
    if (at < 0) return -1;
    if (first < 0) first = at;
    from = at + piece.length;
  }
  return first;
}

/** As many lines as fit, and how many more there are. @param offset Where the first of them stands in the text. */
async function fitted(
  { maxTokens, tokenizer }: ReadRequest,
  lines: readonly string[],
  { unit, offset }: { unit: string; offset: number },
): Promise<string> {
  const shownWith = (count: number) => {
    const more = lines.length - count;
    const shown = lines.slice(0, count).join("\n");
    return more === 0 ? shown : `${shown}\n[${more} more ${unit}]`;
  };
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await countTokens(shownWith(middle), tokenizer)) <= maxTokens) low = middle;
    else high = middle - 1;
  }
  return low === 0
    ? `[${lines.length} ${unit}; the first one is longer than ${maxTokens} tokens: read it from offset ${offset}]`
    : shownWith(low);
}

/** A page from `offset` on, and where the next one begins. */
async function page({ text, id, offset = 0, maxTokens, tokenizer }: ReadRequest): Promise<string> {
  if (offset >= text.length && offset > 0)
    return `There is nothing from offset ${offset} on: the text ends at ${text.length}.`;
  let length = Math.min(text.length - offset, UNITS_PER_TOKEN * maxTokens);
  for (;;) {
    const end = isInsidePair(text, offset + length) ? offset + length - 1 : offset + length;
    const slice = text.slice(offset, end);
    const shown =
      end >= text.length ? slice : `${slice}\n[goes on at offset ${end} of ${text.length}: read_original ${id}]`;
    const tokens = await countTokens(shown, tokenizer);
    if (tokens <= maxTokens || length <= 1) return shown;
    length = Math.max(1, Math.floor(length * Math.min(0.9, maxTokens / tokens)));
  }
}

function isInsidePair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}
