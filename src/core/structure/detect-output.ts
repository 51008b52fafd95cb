import { type ContentTest, countOf, isSentence, shareOf } from "./detect-sample.js";
import { areFields } from "./listing-fields.js";
import { FEWEST_APART, wideCells } from "./wide-cells.js";

const DIFF_START = /^(?:diff --git |diff -[a-z]|Index: |--- \S|@@ -\d+(?:,\d+)? \+\d+)/u;
const DIFF_LINE =
  /^(?:[-+ @\\]|diff |index |Index: |commit [0-9a-f]{7,}|Author: |AuthorDate: |Date: |Merge: |new file|deleted file|rename |similarity |old mode|new mode|Binary files|={10,}|$)/u;

/** Unified diffs, with the messages of their commits. */
export const diff: ContentTest = ({ lines }) => {
  const hunks = countOf(lines, /^@@ -\d+(?:,\d+)? \+\d+/u);
  if (hunks === 0 && countOf(lines, /^diff --git /u) === 0) return undefined;
  return lines.some((line) => DIFF_START.test(line)) && shareOf(lines, DIFF_LINE) >= 0.8 ? { kind: "diff" } : undefined;
};

const FRAME =
  /^\s+at\s+\S.*(?:[:(]\S*|\))$|^\s+File "[^"]*", line \d+|^\s+\d+:\s+(?:0x[0-9a-f]+ - )?\S+::\S+|^\s+at \S+\.rs:\d+|^\t\S+\.go:\d+|^[^\s.]+\.[^\s(]+\(.*\)$|^\s+from \S+:\d+:in |^#\d+\s+(?:0x[0-9a-f]+\s+in\s+)?\S+|^\s*\.\.\. \d+ (?:more|common frames)/u;
const TRACE_HEAD =
  /^(?:\s*|.*\s)(?:Traceback \(most recent call last\):|Caused by: |goroutine \d+ \[|thread '[^']*'.* panicked at|stack backtrace:|panic: |Exception in thread|Unhandled (?:exception|rejection))|^(?:[\w$]+\.)*[\w$]*(?:Error|Exception)\b(?:\s*\[\w+\])?(?::|$)/u;

/** Stack traces, among other lines of a program's output. */
export const trace: ContentTest = ({ lines, all }) => {
  const heads = countOf(all, TRACE_HEAD);
  const frames = countOf(lines, FRAME);
  if (heads === 0 || frames < 2) return undefined;
  const isMost = frames >= lines.length * 0.25;
  const isEnd = frames >= 3 && shareOf(lines.slice(-20), FRAME) >= 0.15 && heads >= 1;
  return isMost || isEnd ? { kind: "trace" } : undefined;
};

const MYSQL_RULE = /^\s*\+(?:[-=]+\+)+\s*$/u;
const PSQL_RULE = /^\s*-{2,}(?:\+-{2,})+\s*$/u;
const MARKDOWN_RULE = /^\s*(?:\|\s*)?:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)+(?:\|\s*)?$/u;
const BAR_ROW = /^\s*\|.*\|\s*$/u;
const BOX_RULE = /^\s*[┌├└╔╠╚╭╰][─━═┬┼┴╦╬╩┐┤┘╗╣╝╮╯┼╪╤╧]+\s*$/u;

/** Tables by rules and bars, and by columns that stand under one another. */
export const table: ContentTest = ({ lines }) => {
  if (lines.length < 2) return undefined;
  const rules = countOf(lines.slice(0, 40), MYSQL_RULE) + countOf(lines.slice(0, 40), PSQL_RULE);
  if (rules >= 1 && shareOf(lines, /\||^\s*[-+=]+\s*$|^\(\d+ rows?\)/u) >= 0.7) {
    return { kind: "table", language: lines.some((line) => MYSQL_RULE.test(line)) ? "mysql" : "psql" };
  }
  if (countOf(lines, BOX_RULE) >= 2 && shareOf(lines, /^\s*[│┃║┌├└╔╠╚╭╰|]/u) >= 0.7)
    return { kind: "table", language: "box" };
  const isBarred = lines.some((line) => MARKDOWN_RULE.test(line)) && shareOf(lines, /\|/u) >= 0.9;
  if (isBarred || (lines.length >= 3 && shareOf(lines, BAR_ROW) >= 0.95))
    return { kind: "table", language: "markdown" };
  return hasColumns(lines) ? { kind: "table", language: "columns" } : undefined;
};

/** Columns of aligned text are wanted under one another in so many of the lines. */
const ALIGNED = 0.85;
/** And so many of them must reach a column. */
const REACHED = 0.5;

/** Whether a head of names stands over columns that begin, or end, where its names do. */
function hasColumns(lines: readonly string[]): boolean {
  const [head = ""] = lines;
  if (lines.length < 3 || /[.!?:,]$|[;{}=]/u.test(head) || head.length < 8 || LOG_LINE.test(head)) return false;
  const names = [...head.matchAll(/\S+/gu)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
  }));
  const isWide = names.length >= 2 && /\S\s{2,}\S/u.test(head);
  if (!isWide) return isNarrow(lines);
  const rows = lines.slice(1).filter((line) => line.length > head.length * 0.25);
  if (rows.length < 2 || rows.length < (lines.length - 1) * 0.8) return false;
  if (areApart(lines)) return true;
  const aligned = names.slice(1).filter(({ start, end }) => {
    // A short row has no cells in the last columns.
    const reached = rows.filter((row) => row.length > start);
    const left = reached.filter((row) => row[start - 1] === " " && row[start] !== " ").length;
    const right = reached.filter(
      (row) => row[end - 1] !== undefined && row[end - 1] !== " " && (row[end] === " " || row[end] === undefined),
    ).length;
    return reached.length >= rows.length * REACHED && Math.max(left, right) >= reached.length * ALIGNED;
  }).length;
  const isProse = rows.filter(isSentence).length > rows.length * 0.5;
  return (aligned >= Math.max(1, (names.length - 1) * 0.5) && !(isProse && names.length < 4)) || isNarrow(lines);
}

/** Whether each line has as many cells, wide apart, as the head has names: they need not be lined up below these. */
function areApart(lines: readonly string[]): boolean {
  const counts = lines.map((line) => wideCells(line).length);
  return (counts[0] as number) >= FEWEST_APART && counts.every((count) => count === counts[0]);
}

/** A head of capitals over as many words in each line, as `ps` prints it. */
function isNarrow(lines: readonly string[]): boolean {
  const [head = "", ...rows] = lines;
  const names = head.trim().split(/\s+/u);
  if (names.length < 4 || !names.every((name) => /^[%A-Z][A-Z0-9%_/().-]*$/u.test(name))) return false;
  return rows.filter((row) => row.trim().split(/\s+/u).length >= names.length - 1).length >= rows.length * 0.8;
}

const GREP_LINE = /^[\w@.+~\\/-]*[\w@.+~-][:-]\d+[:-]/u;
const GREP_PATH = /^[^\s./\\]*[./\\]\S*?[:-]\d+[:-]|^(?:Makefile|Dockerfile|LICENSE|README)[:-]\d+[:-]/u;
const COMPILER_LINE = /^\S+?[:(]\d+(?:[:,]\d+)?\)?:?\s*-?\s*(?:fatal )?(?:error|warning|note|info)(?:[:[ ]|$)/u;

/** What grep prints: a path and a line's number in front of each line. */
export const grep: ContentTest = ({ lines }) => {
  if (lines.length < 2 || countOf(lines, COMPILER_LINE) > lines.length * 0.1) return undefined;
  if (countOf(lines, /^\d{4}-\d\d-\d\d|^\d\d:\d\d/u) > lines.length * 0.1) return undefined;
  const found = lines.filter((line) => GREP_LINE.test(line) && GREP_PATH.test(line)).length;
  const separators = countOf(lines, /^--$/u);
  if (found >= 2 && found + separators >= lines.length * 0.8) return { kind: "grep" };
  const plain = countOf(lines, /^(?:[\w@.+~-]+[\\/])+[\w@.+~-]+:\s*\S/u);
  return plain >= 2 && plain >= lines.length * 0.9 ? { kind: "grep" } : undefined;
};

const MODE = /^(?:\s*\d+\s+)?(?:\d+\s+)?[-dlbcps][-rwxsStT]{9}[.+@]?\s/u;
const TREE = /^[│|\s]*(?:[├└╰]─|[|`+\\]--)/u;
const PATH = /^\s*(?:\.{0,2}[\\/]|~\/|[A-Za-z]:\\|[\w@.+-]+[\\/])(?:[^\s\\/]+[\\/])*[^\s\\/]*$/u;
const SIZED_PATH = /^\s*[\d.,]+\s?[KMGTkB]*\s+(?:\S[^\s/]*\/\S*|\.\S*)$/u;

/** Of `git log --oneline`: a hash, with a digit among the letters of most, and a subject. */
const COMMIT = /^[*|\\/_ ]{0,40}(?=[a-f]*\d)[0-9a-f]{7,40} \S/u;

/** Lists of paths, trees and commits, and fields of things; the long form of `ls` is a table. */
export const listing: ContentTest = ({ lines }) => {
  if (lines.length < 2) return undefined;
  const rest = lines.filter((line) => !/^total \d+|^\s*$|^\S+:$/u.test(line));
  if (rest.length >= 1 && shareOf(rest, MODE) >= 0.7) return { kind: "table", language: "ls" };
  if (areFields(lines)) return { kind: "listing" };
  if (shareOf(rest, COMMIT) >= 0.9) return { kind: "listing" };
  if (countOf(lines, TREE) >= 2 && shareOf(lines, TREE) >= 0.5) return { kind: "listing" };
  return lines.length >= 3 && shareOf(lines, PATH) + shareOf(lines, SIZED_PATH) >= 0.9
    ? { kind: "listing" }
    : undefined;
};

const TIME =
  "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d|\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?|\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d|\\d\\d/\\w{3}/\\d{4}[: ]\\d\\d:\\d\\d|\\w{3}\\s+\\d{1,2} \\d\\d:\\d\\d:\\d\\d|\\w{3} \\w{3}\\s+\\d{1,2} \\d\\d:\\d\\d:\\d\\d|\\d{10,13}\\b";
const LEVEL = "TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR|FATAL|CRITICAL|SEVERE|PANIC";
const LOG_LINE = new RegExp(
  `^\\s*[[(<]?(?:${TIME})|^\\S+ \\S+ \\S+ \\[\\d\\d/\\w{3}/\\d{4}|^\\s*[[(<]?(?:${LEVEL})\\b[\\])>:|]?|^(?:time|ts|level|t)=\\S|^[IWEF]\\d{4} \\d\\d:|^[VDIWEF]/[\\w.]+|^\\[\\s*\\d+\\.\\d+\\] |^<\\d{1,3}>|^(?:npm|yarn|pnpm) (?:warn|err!?|error|notice|info)\\b`,
  "iu",
);
const TOOL_LINE =
  /^\s+\d+:\d+\s+(?:error|warning|info)\s|^\S+?[:(]\d+(?:[:,]\d+)?\)?:?\s*-?\s*(?:fatal )?(?:error|warning|note)\b|^(?:error|warning|note|help)(?:\[\w+\])?:\s|^(?:={4,}|_{4,}|-{8,}|~{8,}).*(?:[=_~-]{4,})$|^(?:ok|not ok) \d+|^(?:---|===) (?:PASS|FAIL|RUN|SKIP)|^\s*(?:PASS|FAIL|PASSED|FAILED|SKIPPED)\b|^\s*[✓✔✗✘×●○❯⎯√]\s|^(?:npm|yarn|pnpm) |^\s*(?:(?:Compiling|Downloaded|Downloading|Running|Checking|Building|Fetching|Resolving|Collecting|Installing) \S*[\d/@._-]\S*|Requirement already|Successfully (?:installed|built)|Step \d+\/\d+|Finished .*\bin \d)|^E {2,}|^> {2,}assert\b|^\s+\^[~^]*\s*$|^\s+-->\s|^make(?:\[\d+\])?: |^\[\d+\/\d+\] /iu;

const TOOL_MARK =
  /^={4,} .* ={4,}$|^_{4,} .* _{4,}$|^E {3,}\S|^--- (?:PASS|FAIL)|^(?:npm|pnpm|yarn) (?:ERR!|error)|^(?:error|warning)(?:\[E\d+\])?: .*|^\S+?[:(]\d+(?:[:,]\d+)?\)?: (?:fatal )?(?:error|warning)\b/u;

/** What test runners and compilers print, with the code that they quote. */
export const toolOutput: ContentTest = ({ lines }) => {
  const marks = countOf(lines, TOOL_MARK);
  return marks >= 2 && marks >= lines.length * 0.08 ? { kind: "log" } : undefined;
};

/** Logs, and what compilers, test runners and installers print. */
export const log: ContentTest = ({ lines }) => {
  if (lines.length < 2) return undefined;
  const dated = countOf(lines, LOG_LINE);
  const isChat = shareOf(lines, /^\s*[[(]?\d\d:\d\d(?::\d\d)?[\])]?\s+<?\p{L}[\p{L} .'-]{0,30}>?:\s/u) >= 0.4;
  if (isChat) return undefined;
  // Lines of one event stand below its first line, further in.
  const inner = countOf(lines, /^\s{2,}\S|^\t/u);
  if (dated >= 2 && dated >= lines.length * 0.4) return { kind: "log" };
  if (dated >= 3 && dated + inner >= lines.length * 0.7) return { kind: "log" };
  const tool = countOf(lines, TOOL_LINE);
  const sentences = lines.filter((line) => isSentence(line) && !TOOL_LINE.test(line) && !LOG_LINE.test(line)).length;
  return tool >= 2 && tool + dated >= lines.length * 0.15 && sentences <= lines.length * 0.35
    ? { kind: "log" }
    : undefined;
};

const METRIC = /^[a-z_:][\w:]*(?:\{.*\})?\s+[-+]?(?:\d[\d.e+-]*|NaN|Inf)(?:\s+\d+)?$/u;
const METRIC_HELP = /^# (?:HELP|TYPE|UNIT|EOF)\b/u;

/** Metrics as Prometheus reads them: a name, its labels and its value in each line. */
export const metrics: ContentTest = ({ lines }) => {
  const values = countOf(lines, METRIC);
  const helps = countOf(lines, METRIC_HELP);
  return helps >= 1 && values >= 2 && values + helps >= lines.length * 0.9 ? { kind: "log" } : undefined;
};
