import type { Sliced } from "../runtime/event-loop.js";
import { eachLine } from "./lines.js";
import { indentOf, type Line, LONGEST_CONTEXT, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, severityOf } from "./priors.js";

/** A field of what `kubectl describe`, `lscpu` or `gpg` print: a name, and its value in a column or in the lines below. */
const FIELD = /^\s*[\p{L}][\p{L}\p{N} ()./-]{0,48}:(?:[ \t]{2,}\S|\t\S|\s*$)/u;
const IN_COLUMN = /^\s*[\p{L}][\p{L}\p{N} ()./-]{0,48}:(?:[ \t]{2,}|\t)\S/u;
/** A device of `ip addr` and `ifconfig`: what is said of it stands below, further in. */
const DEVICE = /^(?:\d{1,4}: \S{1,64}: <[A-Z_,-]*>|\S{1,64}: flags=\d|\S{1,64} {2,}Link encap:)/u;
const INNER = /^[ \t]+\S/u;
/** A line of dashes below the names of columns. */
const RULE = /^\s*-{2,}(?:\s+-{2,})+\s*$/u;

/** Lines at least; the share of them that are fields, that have their value in a column, that stand further in. */
const FEWEST = 5;
const FIELDS = 0.5;
const COLUMNS = 0.25;
const FEWEST_INNER = 2;

/** Worth of a line at the top, what each level takes off, the least; how much more one that tells of trouble is worth. */
const TOP = 0.45;
const BY_DEPTH = 0.05;
const DEEPEST = 0.25;
const BY_SEVERITY = 0.4;

/** Whether lines tell the fields of things: names with values in a column, or devices with what is said of each. */
export function areFields(lines: readonly string[]): boolean {
  if (lines.length < FEWEST) return false;
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  const inner = count(INNER);
  if (inner < FEWEST_INNER || INNER.test(lines[0] as string)) return false;
  if (DEVICE.test(lines[0] as string)) return count(DEVICE) + inner >= lines.length;
  const isField = FIELD.test(lines[0] as string) || FIELD.test(lines[1] as string);
  return isField && count(FIELD) >= lines.length * FIELDS && count(IN_COLUMN) >= lines.length * COLUMNS;
}

/** Adds lines of fields: each needs the one above that it stands further in than, a row of a table the names of its columns. */
export function* addFields(builder: OutlineBuilder, lines: readonly Line[]): Sliced<void> {
  const above: { depth: number; grain: number; way: string }[] = [];
  /** The rule below the names of columns, and how far in its table stands. */
  let table = { depth: -1, rule: -1 };
  yield* eachLine(lines, ({ start, end, text }, index) => {
    const depth = indentOf(text);
    while (depth <= (above.at(-1)?.depth ?? -1)) above.pop();
    if (depth !== table.depth) table = { depth: -1, rule: -1 };
    const parent = above.at(-1);
    const isName = index + 1 < lines.length && RULE.test((lines[index + 1] as Line).text);
    const isRule = RULE.test(text) && builder.length > 0;
    const head = isRule ? builder.length - 1 : table.rule >= 0 ? table.rule : (parent?.grain ?? -1);
    const isBare = /:\s*$/u.test(text) && indentOf((lines[index + 1] as Line | undefined)?.text ?? "") > depth;
    const context = parent?.way ?? "";
    const worth = Math.max(DEEPEST, TOP - BY_DEPTH * above.length) + BY_SEVERITY * severityOf(text);
    const role = isBare || isName || isRule ? "shell" : "content";
    const grain = builder.add({ start, end, head, context, role, prior: clamp(worth) });
    if (isRule) table = { depth, rule: grain };
    const way = `${context} ${plainWords(text)}`.trim();
    above.push({ depth, grain, way: way.slice(Math.max(0, way.length - LONGEST_CONTEXT)) });
  });
}
