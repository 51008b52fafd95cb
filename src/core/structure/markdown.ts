import { GFM, parser } from "@lezer/markdown";
import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { createMarkdownOutline } from "./markdown-outline.js";
import type { Outline, ParseHint, ParseInner } from "./outline.js";

/** Blocks are all that is asked for; what stands inside of lines is read as prose. */
const BLOCKS = parser.configure([
  GFM,
  {
    remove: [
      "Escape",
      "Entity",
      "InlineCode",
      "HTMLTag",
      "Emphasis",
      "HardBreak",
      "Link",
      "Image",
      "Strikethrough",
      "Autolink",
    ],
  },
]);
/** List and quote marks in front of a line at most: each costs a look at each line below it. */
const DEEPEST_NESTING = 32;
const MARK = /[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;
const RULE = /^[-*_ \t]+$/u;
/** Nodes that are read in one go. */
const NODES_PER_SLICE = 512;
/** Lines in which front matter must end. */
const LONGEST_FRONT_MATTER = 400;

/**
 * Reads Markdown (CommonMark with GitHub's tables and task lists): paragraphs and list items under their headings,
 * table rows under their header, lines of code between their fences, HTML blocks as the text that they show.
 *
 * @param parseInner Reads fenced code by its language; without it, or where it gives nothing, code is read line by line.
 * @returns Undefined where lists or quotes are nested too deep to be meant.
 */
export function* parse(text: string, _hint?: ParseHint, parseInner?: ParseInner): Sliced<Outline | undefined> {
  if (yield* isTooDeep(text)) return undefined;
  const front = frontMatterOf(text);
  const outline = createMarkdownOutline(text);
  if (front !== undefined) yield* outline.frontMatter(front);
  const offset = front?.end ?? 0;
  const steps = BLOCKS.startParse(offset === 0 ? text : text.slice(offset));
  let tree = steps.advance();
  while (tree === null) {
    yield;
    tree = steps.advance();
  }
  const cursor = tree.cursor();
  let nodes = 0;
  // Depth first, without recursion: lists in quotes in lists may be many.
  for (;;) {
    nodes += 1;
    if (nodes % NODES_PER_SLICE === 0) yield;
    const node = { name: cursor.name, start: cursor.from + offset, end: cursor.to + offset };
    const isOpen = yield* outline.enter(node, parseInner);
    if (isOpen && cursor.firstChild()) continue;
    if (isOpen) outline.leave(node.name);
    while (!cursor.nextSibling()) {
      if (!cursor.parent()) return outline.done();
      outline.leave(cursor.name);
    }
  }
}

function* isTooDeep(text: string): Sliced<boolean> {
  let lines = 0;
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    let marks = 0;
    MARK.lastIndex = start;
    while (marks <= DEEPEST_NESTING && MARK.test(text) && MARK.lastIndex <= end) marks += 1;
    if (marks > DEEPEST_NESTING && !RULE.test(text.slice(start, end))) return true;
    start = end + 1;
    lines += 1;
    if (lines % NODES_PER_SLICE === 0) yield;
  }
  return false;
}

/** The lines between `---` and `---` (or `+++` and `+++`) that open a text, fences included. */
function frontMatterOf(text: string): Span | undefined {
  const fence = /^\ufeff?(---|\+\+\+)[ \t]*\r?\n/u.exec(text);
  if (fence === null) return undefined;
  let start = fence[0].length;
  for (let lines = 0; lines < LONGEST_FRONT_MATTER && start < text.length; lines += 1) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    const line = text.slice(start, end).trimEnd();
    if (line === fence[1]) return lines === 0 ? undefined : { start: fence.index, end };
    // Only YAML and TOML have their first line so.
    if (lines === 0 && !/^(?:#|[\w"'-][\w"'\s.-]*[:=]|\[)/u.test(line)) return undefined;
    start = end + 1;
  }
  return undefined;
}
