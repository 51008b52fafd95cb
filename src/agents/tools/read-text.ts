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
/** Code units that a token has at most, in texts that people read. */
const UNITS_PER_TOKEN = 8;

/** The part of a text that is wanted, under a ceiling, with what there is beyond it. */
export async function readText(request: ReadRequest): Promise<string> {
  const { text, lines, pattern, question } = request;
  if (pattern !== undefined && pattern.trim() !== "") return fitted(request, matchesOf(text, pattern), "matches");
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
  return fitted(request, wanted, "lines");
}

/** Lines that hold what is looked for, numbered, with those around them. */
function matchesOf(text: string, pattern: string): string[] {
  const all = text.split("\n");
  const alternatives = pattern
    .toLowerCase()
    .split("|")
    .map((alternative) => alternative.split("*").map((piece) => piece.trim()));
  const isMatch = (line: string) => alternatives.some((pieces) => holdsInOrder(line.toLowerCase(), pieces));
  const shown = new Set<number>();
  for (const [index, line] of all.entries()) {
    if (!isMatch(line)) continue;
    for (let near = index - CONTEXT_LINES; near <= index + CONTEXT_LINES; near += 1) shown.add(near);
  }
  return all.flatMap((line, index) => (shown.has(index) ? [`${index + 1}: ${line}`] : []));
}

function holdsInOrder(line: string, pieces: readonly string[]): boolean {
  let from = 0;
  for (const piece of pieces) {
    const at = line.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

/** As many lines as fit, and how many more there are. */
async function fitted(
  { maxTokens, tokenizer, text }: ReadRequest,
  lines: readonly string[],
  unit: string,
): Promise<string> {
  if (lines.length === 0) return `None of its ${text.split("\n").length} lines matches.`;
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
    ? `[${lines.length} ${unit}; the first one is longer than ${maxTokens} tokens: read on by offset]`
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
