import { type CompressOptions, countTokens, type Sieve, type TextKind } from "../../core/index.js";
import { type CutTarget, type LeftText, toolDefaults } from "./cut-texts.js";

/** What a line says that reports an error: its shape, not only its word, so that prose about errors is none. */
const ERROR_LINE =
  /\b(?:[A-Z]\w*(?:Error|Exception)|[Ee]rror|ERR!|[Ff]atal|[Pp]anic(?:ked)?)\b ?(?:[:[(!]|TS\d|[A-Z]\d)|\b(?:ERROR|FAIL(?:ED|URE)?|FATAL|ERR!)|^ *(?:✗|✖|×|not ok) |^Traceback /u;
/** An error says what it is so early in its line, in code units. */
const LINE_REACH = 300;
/** The kinds of text that commands print. */
const OUTPUT_KINDS: ReadonlySet<TextKind> = new Set(["log", "trace", "prose", "grep", "listing", "table"]);
const LEAST_LINES = 10;
/** The first error is the cause as a rule, the last lines the verdict. */
const FIRST_ERRORS = 3;
const LAST_LINES = 2;
/** A text in which every third line is an error is a list of errors: none of them stands out. */
const MOST_ERRORS_SHARE = 1 / 3;

/** Errors and the end of an output take no more than this share of the room. */
const SALIENT_SHARE = 0.6;

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
  const segments = salientSegments(source, left.kind, left.text);
  if (segments === undefined) return kept;
  const { tokenizer } = settings;
  const room = maxTokens - (noteOf ? (await countTokens(`\n[${noteOf(source)}]`, tokenizer)) + 1 : 0);
  const salient = segments.filter(({ isSalient }) => isSalient).map(({ text }) => text);
  if ((await countTokens(salient.join("\n"), tokenizer)) > SALIENT_SHARE * room) return kept;
  const { documents } = await sieve.compress({
    ...toolDefaults(sieve),
    ...settings,
    ...{ maxTokens: room, rate: undefined, threshold: undefined, separator: "\n" },
    documents: segments.map(({ text, isSalient }) => ({ text, pinned: isSalient && text.trim() !== "" })),
  });
  return new Map([[0, { text: documents.map(({ text }) => text).join("\n"), lossless: false }]]);
}

/**
 * A command's output in stretches: the lines of its first errors and its last lines, and what is between. Undefined if
 * it is none, or if nothing in it stands out.
 *
 * @param kept What is left of it: a stretch that is there in any case needs no care.
 */
function salientSegments(text: string, kind: TextKind | undefined, kept: string): Segment[] | undefined {
  if (kind !== undefined && !OUTPUT_KINDS.has(kind)) return undefined;
  const lines = text.split("\n");
  const errors = [...lines.keys()].filter((index) => ERROR_LINE.test((lines[index] as string).slice(0, LINE_REACH)));
  if (lines.length < LEAST_LINES || errors.length === 0 || errors.length > MOST_ERRORS_SHARE * lines.length)
    return undefined;
  const said = [...lines.keys()].filter((index) => lines[index]?.trim() !== "");
  const salient = new Set([...errors.slice(0, FIRST_ERRORS), ...said.slice(-LAST_LINES)]);
  const left = new Set(kept.split("\n").map((line) => line.trim()));
  if ([...salient].every((index) => left.has((lines[index] as string).trim()))) return undefined;
  const segments: { lines: string[]; isSalient: boolean }[] = [];
  for (const [index, line] of lines.entries()) {
    const isSalient = salient.has(index);
    const last = segments.at(-1);
    if (last?.isSalient === isSalient) last.lines.push(line);
    else segments.push({ lines: [line], isSalient });
  }
  return segments.map((segment) => ({ text: segment.lines.join("\n"), isSalient: segment.isSalient }));
}
