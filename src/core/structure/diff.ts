import type { Sliced } from "../runtime/event-loop.js";
import { addHunk, isHunk } from "./diff-hunk.js";
import { isBlank, readTerminalLines } from "./lines.js";
import { addCommit } from "./listing-git.js";
import { buildOutline, type Line, type Outline, type OutlineBuilder, plainWords } from "./outline.js";

/** Share of the lines that must be of files that differ. */
const IN_FILES = 0.5;
/** Lines that are looked at in one go. */
const LINES_PER_SLICE = 256;
/** Worth of what is said of a file (renamed, deleted, binary), and of lines of no file. */
const ABOUT_FILE = 0.5;
const OUTSIDE = 0.35;

const FILE_START = /^(?:diff -|Index: )/u;
const OLD_NAME = /^--- \S/u;
const NEW_NAME = /^\+\+\+ \S/u;
const CHECKSUM = /^(?:index [0-9a-f]+[.,0-9a-f ]*|={20,}$)/u;
const ABOUT =
  /^(?:old mode|new mode|deleted file|new file|similarity|dissimilarity|rename |copy |Binary files |mode |Only in )/u;
const BINARY_PATCH = /^GIT binary patch/u;
const BINARY_BLOCK = /^(?:literal|delta) \d/u;
const COMMIT = /^commit [0-9a-f]{7,64}\b/u;
/** Names in a file's first line: `diff --git a/src/x.ts b/src/x.ts`. */
const NAMES = /^(?:diff --(?:git|cc|combined) |Index: |\+\+\+ |--- )(?:[abciw]\/)?(?<path>\S+)/u;

/** Reads diffs of files, as git and `diff -u` print them, commits in front included: lines under their hunk and file. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const builder = buildOutline("diff", "lines");
  for (const markup of hidden) builder.hide(markup);
  const areCommits = lines.filter((line) => COMMIT.test(line.text)).length > 1;
  let commit = -1;
  let inside = 0;
  let outside = 0;
  let sliced = LINES_PER_SLICE;
  for (let at = 0; at < lines.length; ) {
    if (at >= sliced) {
      sliced = at + LINES_PER_SLICE;
      yield;
    }
    const line = lines[at] as Line;
    const header = addCommit(builder, lines, at);
    if (header.grain >= 0) {
      if (areCommits) commit = header.grain;
      at = header.to;
      continue;
    }
    if (startsFile(lines, at)) {
      const to = yield* addFile(builder, lines, at, commit);
      inside += to - at;
      at = to;
      continue;
    }
    if (!isBlank(line)) {
      outside += 1;
      builder.add({ start: line.start, end: line.end, kind: "code", head: commit, prior: OUTSIDE });
    }
    at += 1;
  }
  return inside > 0 && inside >= (inside + outside) * IN_FILES ? builder.done() : undefined;
}

function startsFile(lines: readonly Line[], at: number): boolean {
  const { text } = lines[at] as Line;
  return FILE_START.test(text) || isPairOfNames(lines, at);
}

function isPairOfNames(lines: readonly Line[], at: number): boolean {
  return OLD_NAME.test(lines[at]?.text ?? "") && NEW_NAME.test(lines[at + 1]?.text ?? "");
}

/** Adds a file: its first line, its names, what is said of it, and its hunks. Returns the line behind it. */
function* addFile(builder: OutlineBuilder, lines: readonly Line[], from: number, commit: number): Sliced<number> {
  let at = from;
  let head = commit;
  const path = NAMES.exec(lines[from]?.text ?? "")?.groups?.path ?? "";
  const context = plainWords(path);
  const add = (to: number, role: "shell" | "content" | "waste") => {
    const { start } = lines[at] as Line;
    const { end } = lines[to - 1] as Line;
    at = to;
    return builder.add({ start, end, kind: "code", role, head, context, prior: ABOUT_FILE });
  };
  if (!isPairOfNames(lines, at)) head = add(at + 1, "shell");
  let isNamed = false;
  for (; at < lines.length; ) {
    const { text } = lines[at] as Line;
    if (isPairOfNames(lines, at)) {
      if (isNamed) break;
      isNamed = true;
      head = add(at + 2, "shell");
    } else if (CHECKSUM.test(text)) add(at + 1, "waste");
    else if (ABOUT.test(text)) add(at + 1, "content");
    else if (BINARY_PATCH.test(text)) add(binaryEnd(lines, at), "waste");
    else if (isHunk(text)) at = yield* addHunk(builder, lines, at, { head, path });
    else break;
  }
  return at;
}

/** Where the data of a binary file ends: at the blank line behind the last block. */
function binaryEnd(lines: readonly Line[], from: number): number {
  let to = from;
  do {
    to += 1;
    while (to < lines.length && !isBlank(lines[to])) to += 1;
  } while (BINARY_BLOCK.test(lines[to + 1]?.text ?? ""));
  return to;
}
