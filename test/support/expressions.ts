import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";

/** A source file and the regular expressions that are written in it. */
export interface ExpressionFile {
  name: string;
  expressions: string[];
}

/** Each source file below a folder with the regular expressions that are written in it. */
export function expressionFiles(folder: string): ExpressionFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[jt]s$/u.test(file))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      return { name: relative(folder, path).replaceAll(sep, "/"), expressions: expressionsOf(path) };
    });
}

function expressionsOf(path: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true));
  return found;
}

/** Source and flags of an expression as it is written. */
export function partsOf(expression: string): { source: string; flags: string } {
  const end = expression.lastIndexOf("/");
  return { source: expression.slice(1, end), flags: expression.slice(end + 1) };
}

/** What an expression is called in the list of checked ones. */
export function nameOf(expression: string): string {
  return createHash("sha256").update(expression).digest("hex").slice(0, 12);
}

/** Expressions that may take the square of their input's length, or that the checker is not sure of, and why they may. */
export const BOUNDED: Readonly<Record<string, string>> = {
  "/\\b(?:[A-Z]\\w*(?:Error|Exception)|[Ee]rror|ERR!|[Ff]atal|[Pp]anic(?:ked)?)\\b ?(?:[:[(!]|TS\\d|[A-Z]\\d)|\\b(?:ERROR|FAIL(?:ED|URE)?|FATAL|ERR!)|^ *(?:✗|✖|×|not ok) |^Traceback /u":
    "300 code units of a line",
  "/\\/+$/": "the end of an address that the caller gave",
  "/\\/+$/u": "the end of an address that the caller gave",
  "/[\\p{L}\\p{N}.]+$/u": "24 code units in front of a full stop",
  "/(?<=\\p{Script=Latin})\\p{M}+/gu": "linear, as no mark is a Latin letter: the checker does not always see it",
  "/^(?:[\\w$<>[\\],.*&:~?]+\\s+)*(?:\\*|&)*[\\w$:~#]+\\s*(?:<[^()]*>)?\\([^;]*(?:\\{|=>|:)\\s*$/u":
    "600 code units of a statement",
  "/^(?:import\\b|from\\s+\\S+\\s+import\\b|use\\s+[\\w:\\\\]|using\\s+[\\w.]+;|#\\s*include\\b|require(?:_relative)?\\b|package\\s+[\\w.]+;?$|(?:const|var|let)\\s+.{0,200}=\\s*require\\()/u":
    "600 code units of a statement",
  "/(?<!!)\\[[^\\]\\n]{1,200}\\]\\((?:https?:|[./#\\w-])[^)\\s]{0,500}\\)/gu": "700 code units from each bracket",
  "/\\p{Ll}{2,20}-\\p{Ll}{2,20}/gu": "20 letters from each place",
  "/^\\s+\\d+:\\d+\\s+(?:error|warning|info)\\s|^\\S+?[:(]\\d+(?:[:,]\\d+)?\\)?:?\\s*-?\\s*(?:fatal )?(?:error|warning|note)\\b|^(?:error|warning|note|help)(?:\\[\\w+\\])?:\\s|^(?:={4,}|_{4,}|-{8,}|~{8,}).*(?:[=_~-]{4,})$|^(?:ok|not ok) \\d+|^(?:---|===) (?:PASS|FAIL|RUN|SKIP)|^\\s*(?:PASS|FAIL|PASSED|FAILED|SKIPPED)\\b|^\\s*[✓✔✗✘×●○❯⎯√]\\s|^(?:npm|yarn|pnpm) |^\\s*(?:(?:Compiling|Downloaded|Downloading|Running|Checking|Building|Fetching|Resolving|Collecting|Installing) \\S*[\\d/@._-]\\S*|Requirement already|Successfully (?:installed|built)|Step \\d+\\/\\d+|Finished .*\\bin \\d)|^E {2,}|^> {2,}assert\\b|^\\s+\\^[~^]*\\s*$|^\\s+-->\\s|^make(?:\\[\\d+\\])?: |^\\[\\d+\\/\\d+\\] /iu":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/^={4,} .* ={4,}$|^_{4,} .* _{4,}$|^E {3,}\\S|^--- (?:PASS|FAIL)|^(?:npm|pnpm|yarn) (?:ERR!|error)|^(?:error|warning)(?:\\[E\\d+\\])?: .*|^\\S+?[:(]\\d+(?:[:,]\\d+)?\\)?: (?:fatal )?(?:error|warning)\\b/u":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/^\\s*[[(]?\\d\\d:\\d\\d(?::\\d\\d)?[\\])]?\\s+<?\\p{L}[\\p{L} .'-]{0,30}>?:\\s/u":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  '/\\s+|"(?:[^"\\\\\\n]|\\\\.)*"|-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null|[[\\]{},:]|\\/\\/[^\\n]*|\\/\\*[^*]*\\*\\//uy':
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/(?:\\b(?:wrote|schrieb|écrit|escribió|ha scritto|skrev|schreef)|写道)(?: [^:]{0,60})?[:：]\\s*$/u":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/^\\s*(?:hi|hello|hey|dear|hallo|liebe[rs]?|bonjour|hola|good (?:morning|afternoon|evening)|(?:best|kind|warm)?\\s*(?:regards|wishes)|best|cheers|thanks(?: again)?|thank you|sincerely|yours|viele grüße|mit freundlichen grüßen|cordialement)\\b[^.?]*$/iu":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/^[-–—|\\s]*(?:page|seite|p\\.)?\\s*(?:\\d{1,4}|[ivxlc]{1,6})(?:\\s*(?:of|\\/|von)\\s*\\d{1,4})?[-–—|\\s]*$/iu":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
  "/(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'[^'\\n]*')(?:[ \\t]*\\.[ \\t]*(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'[^'\\n]*'))*/y":
    "one line or one key at a time; the checker gives up on it, and it was not timed yet",
};
/** Too long an expression for the checker: it reads lines of less than 400 code units. */
const CODE_LINE = /^\/\[;\{\}\]\\s\*\$\|/u;
/** The ending of one word of at most 64 code units: the square of that is nothing. */
export const WORD_ENDING = /^\/\^\\p\{L\}(?:\+|\{2,\})[^/]*\/u$/u;

/** Whether what an expression reads is so short that it may take the square of it. */
export function isBounded(expression: string): boolean {
  return BOUNDED[expression] !== undefined || CODE_LINE.test(expression) || WORD_ENDING.test(expression);
}

/** Expressions that were checked, by their names. */
export interface CheckedExpressions {
  /** The checker proved that they take linear time. */
  proved: string[];
  /** The checker gave up; timed on long runs of what they are made of, they took linear time. */
  timed: string[];
}

/** Code units of the runs that are timed. */
const SHORT_RUN = 4096;
const LONG_RUN = 32_768;
/** What takes less for the long run is fast enough, in milliseconds. */
const FAST_MS = 12;
/** How much longer the long run may take, eight times the short one. */
const MOST_GROWTH = 20;
/** Characters of an expression that runs are made of, at most. */
const MOST_CHARACTERS = 14;

/** A run of what an expression is made of for which it takes more than linear time; undefined if none is found. */
export function slowRunOf(expression: string): string | undefined {
  const { source, flags } = partsOf(expression);
  const pattern = new RegExp(source, flags.replace("g", ""));
  const all = new RegExp(source, `${flags.replace(/[gy]/gu, "")}g`);
  const characters = [...new Set([..." \ta0-:.\n", ...source.replace(/\\[pP]\{[^}]*\}|\\[a-zA-Z]/gu, "")])].slice(
    0,
    MOST_CHARACTERS + 8,
  );
  const words = [...source.matchAll(/[a-z]{2,12}/giu)].map(([word]) => word).slice(0, 6);
  const timeOf = (part: string, length: number) => {
    const text = `${part.repeat(Math.ceil(length / part.length))}\0`;
    const started = performance.now();
    pattern.lastIndex = 0;
    pattern.test(text);
    if (flags.includes("g")) text.replace(all, "");
    return performance.now() - started;
  };
  const pairs = characters.flatMap((first) => characters.map((second) => first + second));
  for (const part of [...characters, ...words, ...pairs, ...words.map((word) => `${word} `)]) {
    if (timeOf(part, LONG_RUN) < FAST_MS) continue;
    const short = Math.min(timeOf(part, SHORT_RUN), timeOf(part, SHORT_RUN));
    if (Math.min(timeOf(part, LONG_RUN), timeOf(part, LONG_RUN)) > Math.max(FAST_MS, short * MOST_GROWTH)) return part;
  }
  return undefined;
}
