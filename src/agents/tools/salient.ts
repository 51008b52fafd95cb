import { type CompressOptions, countTokens, type Omission, type Sieve, type TextKind } from "../../core/index.js";
import { type CutTarget, type LeftText, toolDefaults } from "./cut-texts.js";

/** What a line says that reports an error: its shape, not only its word, so that prose about errors is none. */
const ERROR_LINE =
  /\b(?:[A-Z]\w*(?:Error|Exception)|[Ee]rror|ERR!|[Ff]atal|[Pp]anic(?:ked)?)\b ?(?:[:[(!]|TS\d|[A-Z]\d)|\b(?:ERROR|FAIL(?:ED|URE)?|FATAL|ERR!)|^ *(?:✗|✖|×|not ok) |^Traceback /u;
/** An error says what it is so early in its line, in code units. */
const LINE_REACH = 300;
/** The kinds of text that commands print. */
const OUTPUT_KINDS: ReadonlySet<TextKind> = new Set(["log", "trace", "prose", "grep", "listing", "table"]);
const LEAST_LINES = 5;
/** The first error is the cause as a rule, the last lines the verdict. */
const FIRST_ERRORS = 3;
const LAST_LINES = 2;
/** A text in which every third line is an error is a list of errors: none of them stands out. */
const MOST_ERRORS_SHARE = 1 / 3;

/** Errors and the end of an output take no more than this share of the room; the first error alone may take all of it. */
const SALIENT_SHARE = 0.6;

/** Lines that stay, and the share of the room that they may take. */
interface Salient {
  lines: ReadonlySet<number>;
  share: number;
}

/** A stretch of whole lines of a text. */
interface Segment {
  text: string;
  /** True for lines that stay whatever the question is. */
  isSalient: boolean;
}

/** What was cut, and what is left of it. */
interface SalientRequest {
  sources: readonly string[];
  kept: ReadonlyMap<number, LeftText & { kind?: TextKind }>;
  target: CutTarget;
  noteOf?: ((source: string) => string) | undefined;
}

/**
 * What is left of a text, with the error lines and the end of a command's output that it lacks: those stay, and the rest
 * shares what room there is.
 */
export async function withSalient(
  { sources, kept, target: { maxTokens }, noteOf }: SalientRequest,
  settings: Omit<CompressOptions, "documents" | "template">,
  sieve: Sieve,
): Promise<ReadonlyMap<number, LeftText>> {
  const [source = ""] = sources;
  const left = kept.get(0);
  if (maxTokens === undefined || sources.length !== 1 || left === undefined || left.text === source) return kept;
  const { tokenizer } = settings;
  const room = maxTokens - (noteOf ? (await countTokens(`\n[${noteOf(source)}]`, tokenizer)) + 1 : 0);
  const lines = source.split("\n");
  const there = new Set(left.text.split("\n").map((line) => line.trim()));
  for (const { lines: salient, share } of salientLines(lines, left.kind)) {
    const wanted = [...salient].map((index) => lines[index] as string);
    if ((await countTokens(wanted.join("\n"), tokenizer)) > share * room) continue;
    if (wanted.every((line) => there.has(line.trim()))) return kept;
    return withLines(segmentsOf(lines, salient), { ...settings, maxTokens: room }, sieve);
  }
  return kept;
}

/** Compresses what is between the lines that stay. */
async function withLines(
  segments: readonly Segment[],
  settings: Omit<CompressOptions, "documents" | "template">,
  sieve: Sieve,
): Promise<ReadonlyMap<number, LeftText>> {
  const defaults = toolDefaults(sieve);
  const { marker = defaults.marker } = settings;
  const { documents } = await sieve.compress({
    ...defaults,
    ...settings,
    // Lines are counted within a stretch: their numbers would mislead.
    ...(marker === true ? { marker: ({ items, unit }: Omission) => `... ${items} ${unit} left out` } : {}),
    ...{ rate: undefined, threshold: undefined, separator: "\n" },
    documents: segments.map(({ text, isSalient }) => ({ text, pinned: isSalient && text.trim() !== "" })),
  });
  return new Map([[0, { text: documents.map(({ text }) => text).join("\n"), lossless: false }]]);
}

/**
 * What stands out in a command's output: its first errors and its last lines, or less of them. None if it is no output,
 * or if nothing in it stands out.
 */
function salientLines(lines: readonly string[], kind: TextKind | undefined): Salient[] {
  if (lines.length < LEAST_LINES || (kind !== undefined && !OUTPUT_KINDS.has(kind))) return [];
  const errors = [...lines.keys()].filter((index) => ERROR_LINE.test((lines[index] as string).slice(0, LINE_REACH)));
  const [first] = errors;
  if (first === undefined || errors.length > MOST_ERRORS_SHARE * lines.length) return [];
  const said = [...lines.keys()].filter((index) => lines[index]?.trim() !== "");
  return [
    { lines: new Set([...errors.slice(0, FIRST_ERRORS), ...said.slice(-LAST_LINES)]), share: SALIENT_SHARE },
    { lines: new Set([first, ...said.slice(-1)]), share: SALIENT_SHARE },
    { lines: new Set([first]), share: 1 },
  ];
}

/** Lines in stretches: those that stay, and those between them. */
function segmentsOf(lines: readonly string[], salient: ReadonlySet<number>): Segment[] {
  const segments: { lines: string[]; isSalient: boolean }[] = [];
  for (const [index, line] of lines.entries()) {
    const isSalient = salient.has(index);
    const last = segments.at(-1);
    if (last?.isSalient === isSalient) last.lines.push(line);
    else segments.push({ lines: [line], isSalient });
  }
  return segments.map((segment) => ({ text: segment.lines.join("\n"), isSalient: segment.isSalient }));
}
