import type { Sliced } from "../runtime/event-loop.js";
import { freeBareShells } from "./bare-shells.js";
import { eachLine, isBlank, readTerminalLines } from "./lines.js";
import { addFields, areFields } from "./listing-fields.js";
import { addGitLog, addGitStatus, isGitLog, isGitStatus } from "./listing-git.js";
import { addTree, isBranch } from "./listing-tree.js";
import { buildOutline, type Line, type Outline, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, severityOf, spread } from "./priors.js";

/** Share of the lines that must be entries. */
const ENTRIES = 0.8;
/** Entries at least. */
const FEWEST = 2;
/** Share of the lines that must hang on a branch of a tree. */
const ON_BRANCHES = 0.5;
/** Lines by which fields are told. */
const FIELDS_READ = 600;
/** Code units of an entry at most. */
const LONGEST_ENTRY = 500;

const SETTING = /^(?:export )?[A-Za-z_][\w.%()-]{0,100}=/u;
/** Of a folder, in `ls -R`. */
const FOLDER = /^\S.{0,400}:$/u;
const NAME = /^\S.*[^.!?,;:]$/u;
const ONE_WORD = /^\s{0,8}(?:[-*+] )?\S+$/u;
const ENTRY_SHAPES = [
  // `git status -s`, `git diff --name-status`
  String.raw`(?:[MADRCUT?!][ MADRCUT?!]| [MADRCUT?!]) \S.*`,
  String.raw`[MADRCUTX]\d{0,3}\t\S.*`,
  // Sizes and counts: `du`, `wc`, `uniq -c`
  String.raw`\s*\d[\d.,]*(?:[KMGTP]i?B?|B)?\s+\S+`,
  String.raw` {2,}\d+ \S.{0,300}`,
  // Paths, with spaces maybe
  String.raw`\s{0,8}(?:[~.]|[A-Za-z]:)?[\w@.+ -]{0,100}[\/\\][^:;?!,]*`,
  // `git log --oneline`, `git reflog`, `git branch -v`, with a graph maybe
  String.raw`[*|\\\/_ ]{0,80}[0-9a-f]{7,40}\b.*`,
  String.raw`[*+ ] \S+\s+[0-9a-f]{7,40} .*`,
  String.raw`[*|\\\/_ ]{1,80}`,
  // `git diff --stat`
  String.raw` \S.{0,300} \| +(?:\d+ ?[+-]*|Bin .*)`,
  String.raw` ?\d+ files? changed.*`,
];
const ENTRY = new RegExp(`^(?:${ENTRY_SHAPES.join("|")})$`, "u");
const GRAPH = /^[*|\\/_ ]+$/u;
const LONG_ENTRY = /^(?:[-dlbcpsD][-rwxsStT]{9}[.+@]?\s|total [\d.,]+[KMGT]?$)/u;

/** Worth of an entry, how much more spread ones are worth, and what each folder around it takes off. */
const PLAIN_ENTRY = 0.35;
const BY_SPREAD = 0.3;
const BY_DEPTH = 0.02;
const BY_SEVERITY = 0.2;

/** Reads lists of paths and names, trees, `ls -R`, what git says of files and commits, variables, sizes. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const visible = lines.filter((line) => !isBlank(line));
  if (visible.length === 0) return undefined;
  const builder = buildOutline("listing", "entries");
  for (const markup of hidden) builder.hide(markup);
  if (isGitStatus(visible)) yield* addGitStatus(builder, visible);
  else if (isGitLog(visible)) yield* addGitLog(builder, lines);
  else if (areFields(visible.slice(0, FIELDS_READ).map((line) => line.text.slice(0, LONGEST_ENTRY)))) {
    yield* addFields(builder, visible);
  } else if (yield* areMost(visible, isBranch, ON_BRANCHES)) yield* addTree(builder, visible);
  else if (yield* areMost(visible, isSetting, ENTRIES)) yield* addSettings(builder, visible);
  else if (yield* areFolders(lines)) yield* addEntries(builder, lines, true);
  else if (yield* areMost(visible, isEntry, ENTRIES)) yield* addEntries(builder, lines, false);
  else return undefined;
  const outline = builder.done();
  freeBareShells(outline.grains);
  return outline;
}

function* areMost(lines: readonly Line[], isLike: (text: string) => boolean, share: number): Sliced<boolean> {
  let like = 0;
  yield* eachLine(lines, ({ text }) => {
    if (text.length <= LONGEST_ENTRY && isLike(text)) like += 1;
  });
  return like >= FEWEST && like >= lines.length * share;
}

function isSetting(text: string): boolean {
  return SETTING.test(text);
}

function isEntry(text: string): boolean {
  return ONE_WORD.test(text) || ENTRY.test(text);
}

/** Whether lines are names below the folders that they are in, a blank line between the folders. */
function* areFolders(lines: readonly Line[]): Sliced<boolean> {
  const first = lines.findIndex((line) => !isBlank(line));
  if (!FOLDER.test(lines[first]?.text ?? "")) return false;
  const entries = lines.filter(({ text }) => text.trim() !== "" && !FOLDER.test(text));
  return yield* areMost(entries, (text) => NAME.test(text) || LONG_ENTRY.test(text), ENTRIES);
}

/** Whether a line names a folder whose entries stand below. */
function isFolder(lines: readonly Line[], at: number): boolean {
  return FOLDER.test(lines[at]?.text ?? "") && (at === 0 || isBlank(lines[at - 1]));
}

function* addEntries(builder: OutlineBuilder, lines: readonly Line[], haveFolders: boolean): Sliced<void> {
  let head = -1;
  let context = "";
  yield* eachLine(lines, ({ start, end, text }, index) => {
    if (text.trim() === "") return;
    if (haveFolders && isFolder(lines, index)) {
      head = builder.add({ start, end, kind: "heading", role: "shell" });
      context = wordsOf(text);
    } else if (GRAPH.test(text)) builder.add({ start, end, role: "waste" });
    else {
      const depth = text.split(/[/\\]/u).length - 1;
      const worth =
        PLAIN_ENTRY + BY_SPREAD * spread(index, lines.length) - BY_DEPTH * depth + BY_SEVERITY * severityOf(text);
      builder.add({ start, end, head, context: `${context} ${wordsOf(text)}`.trim(), prior: clamp(worth) });
    }
  });
}

/** Adds variables; a value may go on in the next lines. */
function* addSettings(builder: OutlineBuilder, lines: readonly Line[]): Sliced<void> {
  let last = -1;
  yield* eachLine(lines, ({ start, end, text }, index) => {
    const name = SETTING.exec(text)?.[0];
    if (name === undefined && last >= 0) {
      const grain = builder.grain(last);
      grain.end = end;
      grain.separator = end;
    } else {
      const prior = PLAIN_ENTRY + BY_SPREAD * spread(index, lines.length);
      last = builder.add({ start, end, context: plainWords(name ?? ""), prior });
    }
  });
}

/** A path as plain words, a number at a word's end apart: `module141/index.ts` reads "module 141 index ts". */
function wordsOf(path: string): string {
  return plainWords(path).replace(/(\p{L}{2})(\p{N}+)(?=\s|$)/gu, "$1 $2");
}
