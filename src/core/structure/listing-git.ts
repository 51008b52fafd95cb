import type { Sliced } from "../runtime/event-loop.js";
import { createPace, eachLine, isBlank } from "./lines.js";
import type { Line, OutlineBuilder } from "./outline.js";
import { clamp, severityOf, spread } from "./priors.js";

const STATUS_START =
  /^(?:On branch |HEAD detached |Not currently on any branch|No commits yet|interactive rebase in progress)/u;
const STATUS_GROUP = /^(?:Changes |Untracked files|Unmerged paths|Ignored files|Submodule).*:$/u;
const HINT = /^\s*\(.*\)$/u;
const CONFLICT = /both (?:modified|added|deleted)|(?:deleted|added) by (?:us|them)/u;
const COMMIT = /^commit [0-9a-f]{7,64}\b/u;
const COMMIT_FIELD = /^(?:Author|AuthorDate|Commit|CommitDate|Date|Merge|Reflog|gpg):? /u;

/** Worth of the branch, of a file that is in conflict, of any other, and of a remark. */
const BRANCH = 0.8;
const IN_CONFLICT = 0.9;
const ENTRY = 0.5;
const REMARK = 0.3;
/** Worth of a commit with its subject, and of a line of its message. */
const SUBJECT = 0.5;
const MESSAGE = 0.3;
const BY_SPREAD = 0.1;
const BY_SEVERITY = 0.1;

/** Whether lines are those of `git status`. */
export function isGitStatus(lines: readonly Line[]): boolean {
  return lines.slice(0, 3).some(({ text }) => STATUS_START.test(text) || STATUS_GROUP.test(text));
}

/** Adds the files of `git status`: each needs the group that it stands in. */
export function* addGitStatus(builder: OutlineBuilder, lines: readonly Line[]): Sliced<void> {
  let group = -1;
  let context = "";
  yield* eachLine(lines, ({ start, end, text }, index) => {
    if (STATUS_GROUP.test(text)) {
      group = builder.add({ start, end, kind: "heading", role: "shell" });
      context = text.slice(0, -1);
    } else if (HINT.test(text)) builder.add({ start, end, role: "waste" });
    else if (/^\s/u.test(text)) {
      const prior = (CONFLICT.test(text) ? IN_CONFLICT : ENTRY) + BY_SPREAD * spread(index, lines.length);
      builder.add({ start, end, head: group, context, prior: clamp(prior) });
    } else builder.add({ start, end, prior: STATUS_START.test(text) ? BRANCH : REMARK });
  });
}

/** Whether lines are those of `git log` with a header for each commit. */
export function isGitLog(lines: readonly Line[]): boolean {
  return COMMIT.test(lines[0]?.text ?? "") && COMMIT_FIELD.test(lines[1]?.text ?? "");
}

/**
 * Adds a commit: its header with the subject of its message is one grain, each further line of the message needs it.
 *
 * @param lines Blank ones included.
 * @returns Index of the line behind the message, and the grain of the header; `from` and -1 where no commit begins.
 */
export function addCommit(
  builder: OutlineBuilder,
  lines: readonly Line[],
  from: number,
): { to: number; grain: number } {
  const first = lines[from];
  if (first === undefined || !COMMIT.test(first.text)) return { to: from, grain: -1 };
  let to = from + 1;
  while (COMMIT_FIELD.test(lines[to]?.text ?? "")) to += 1;
  let subject = to;
  while (subject < lines.length && isBlank(lines[subject])) subject += 1;
  const hasSubject = /^\s+\S/u.test(lines[subject]?.text ?? "");
  const last = lines[hasSubject ? subject : to - 1] as Line;
  const context = last.text.trim();
  const prior = SUBJECT + BY_SEVERITY * severityOf(context);
  const grain = builder.add({ start: first.start, end: last.end, prior });
  if (!hasSubject) return { to, grain };
  for (to = subject + 1; to < lines.length; to += 1) {
    const line = lines[to] as Line;
    if (isBlank(line)) continue;
    if (!/^\s/u.test(line.text)) break;
    builder.add({ start: line.start, end: line.end, head: grain, context, prior: MESSAGE });
  }
  return { to, grain };
}

/** Adds the commits of `git log`, and what stands between them. */
export function* addGitLog(builder: OutlineBuilder, lines: readonly Line[]): Sliced<void> {
  const isDue = createPace();
  let commit = -1;
  for (let at = 0; at < lines.length; ) {
    const { to, grain } = addCommit(builder, lines, at);
    if (grain >= 0) commit = grain;
    else {
      const { start, end, text } = lines[at] as Line;
      if (text.trim() !== "") builder.add({ start, end, head: commit, prior: REMARK });
    }
    if (isDue((lines[at] as Line).start)) yield;
    at = Math.max(to, at + 1);
  }
}
