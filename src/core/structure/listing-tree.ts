import type { Sliced } from "../runtime/event-loop.js";
import { eachLine } from "./lines.js";
import { type Line, LONGEST_CONTEXT, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, severityOf, spread } from "./priors.js";

/** The branch that an entry hangs on: `├── `, `│   └─┬ `, `|  \- `, `+--- `. Maven puts a level in front. */
const BRANCH =
  /^(?<level>\[INFO\] )?(?<bars>[│|\s\u00A0]{0,400}?)(?<fork>[├└╰][─┬╌]{0,4}|[|`+\\][-─]{1,4})[\s\u00A0]?/u;
const ONLY_BARS = /^[│|\s\u00A0]+$/u;
const SUMMARY = /^\d+ director(?:y|ies)(?:, \d+ files?)?$/u;

/** Worth of an entry at the top, what each level takes off, and the least; how much more spread ones are worth. */
const TOP = 0.6;
const BY_DEPTH = 0.08;
const DEEPEST = 0.2;
const BY_SPREAD = 0.1;
const BY_SEVERITY = 0.3;

/** Whether a line hangs on a branch of a drawn tree: of folders, packages, processes. */
export function isBranch(line: string): boolean {
  return BRANCH.test(line) || ONLY_BARS.test(line);
}

/** Adds the entries of a tree: each needs the one that it hangs on. */
export function* addTree(builder: OutlineBuilder, lines: readonly Line[]): Sliced<void> {
  const above: { column: number; grain: number; way: string }[] = [];
  yield* eachLine(lines, ({ start, end, text }, index) => {
    if (ONLY_BARS.test(text)) {
      builder.add({ start, end, role: "waste" });
      return;
    }
    const branch = BRANCH.exec(text);
    const column = branch === null ? -1 : (branch.groups?.bars ?? "").length;
    while (column <= (above.at(-1)?.column ?? -2)) above.pop();
    const parent = above.at(-1);
    const context = parent?.way ?? "";
    let worth = Math.max(DEEPEST, TOP - BY_DEPTH * above.length) + BY_SPREAD * spread(index, lines.length);
    worth += BY_SEVERITY * severityOf(text);
    const grain = builder.add({ start, end, head: parent?.grain ?? -1, context, prior: clamp(worth) });
    if (SUMMARY.test(text)) return;
    const way = `${context} ${plainWords(text)}`.trim();
    above.push({ column, grain, way: way.slice(Math.max(0, way.length - LONGEST_CONTEXT)) });
  });
}
