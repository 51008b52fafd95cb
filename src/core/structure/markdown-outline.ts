import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { freeBareShells } from "./bare-shells.js";
import { parse as parseHtml } from "./html.js";
import { buildOutline, type GrainInput, type Line, linesOf, type Outline, type ParseInner } from "./outline.js";
import { contextOf, type Place } from "./place.js";
import { grainOf, paragraphBlocks } from "./prose.js";
import { parse as parseToml } from "./toml.js";
import { parse as parseYaml } from "./yaml.js";

/** Code up to this length stays whole, in code units. */
const LONGEST_WHOLE_CODE = 400;
/** The first line of a list item up to this length is the label of what is nested in it, in code units. */
const LONGEST_LABEL = 120;
/** A heading that is longer is a paragraph above a line, in code units. */
const LONGEST_HEADING = 300;
/** A sentence that announces code is told with it up to this length, in code units. */
const LONGEST_ANNOUNCEMENT = 160;
/** A line of nothing but images and links is read up to this length, in code units. */
const LONGEST_BADGES = 2000;
const BADGES = /^(?:\[?!\[[^\]]*\]\([^)\s]*\)(?:\]\([^)\s]*\))?\s*)+$/u;
const QUOTE_MARKS = /^[ \t]*(?:>[ \t]?)+/u;

const PRIOR = { title: 0.7, badges: 0.05, definition: 0.2, html: 0.2 };

/** A node of the syntax tree, with offsets in the whole text. */
interface Node extends Span {
  name: string;
}

interface Heading {
  level: number;
  grain: number;
  place: Place;
  above: Heading | undefined;
}

interface ListItem {
  isEmpty: boolean;
  /** The item's first line, where it can be a label; -1 where not. */
  first: number;
  /** The label under which all stands that follows the first line. */
  label: number;
}

/** Turns the blocks of a Markdown text into grains, in the order of the text. */
export interface MarkdownOutline {
  frontMatter(span: Span): Sliced<void>;
  /** Whether the node's children are to be read. */
  enter(node: Node, parseInner?: ParseInner): Sliced<boolean>;
  leave(name: string): void;
  done(): Outline;
}

/** Starts the outline of a Markdown text. */
export function createMarkdownOutline(text: string): MarkdownOutline {
  const outline = buildOutline("markdown", "blocks");
  /** Up to where all that is visible is in a grain or hidden. */
  let covered = 0;
  let title: Place | undefined;
  let heading: Heading | undefined;
  let quotes = 0;
  const items: ListItem[] = [];
  /** A sentence that ends in a colon, for what it announces. */
  let announcement = "";
  /** The open table's line under its header, -1 in front of it. */
  let tableHead = -1;
  let columns = "";

  const place = () => heading?.place ?? title;
  const context = (more = "") => `${contextOf(place())} ${more}`.trim();
  const labelAbove = () => items.at(-1)?.label ?? -1;
  const head = () => (labelAbove() >= 0 ? labelAbove() : (heading?.grain ?? -1));

  /** Adds what stands uncovered in front of a grain, and gives the start of what stands in front of it on its line. */
  const coverTo = (start: number): number => {
    const uncovered = text.slice(covered, start);
    if (uncovered.trim() === "") return start;
    let from = start;
    for (const line of linesOf(uncovered)) {
      const indent = line.text.length - line.text.trimStart().length;
      const span = { start: covered + line.start + indent, end: covered + line.start + line.text.trimEnd().length };
      if (span.end <= span.start) continue;
      if (covered + line.end === start) from = span.start;
      else if (/^[>\s]*$/u.test(line.text)) outline.hide({ ...span, as: "" });
      else outline.add({ ...span, role: "waste" });
    }
    return from;
  };
  const add = (span: Span, input: Partial<GrainInput> = {}): number => {
    startBlock();
    const start = coverTo(span.start);
    // A row of nothing but a byte order mark is a row too.
    const end = span.start + (text.slice(span.start, span.end).trimEnd().length || span.end - span.start);
    covered = end;
    return outline.add({ head: input.role === "waste" ? -1 : head(), context: context(), ...input, start, end });
  };
  /** Makes the first line of the open list item the label of what follows it. */
  const startBlock = () => {
    const item = items.at(-1);
    if (item === undefined) return;
    if (item.first >= 0) {
      item.label = item.first;
      outline.grain(item.first).kind = "data";
      item.first = -1;
    }
  };
  const endBlock = (first: number) => {
    const item = items.at(-1);
    if (item?.isEmpty) {
      item.isEmpty = false;
      const grain = outline.grain(first);
      const isOne = first === outline.length - 1 && grain.kind !== "code";
      if (isOne && grain.end - grain.start <= LONGEST_LABEL) item.first = first;
    }
  };

  const addHeading = (span: Span, level: number): void => {
    const inner = text.slice(span.start, span.end);
    if (quotes > 0 || items.length > 0 || inner.length > LONGEST_HEADING) {
      endBlock(add(span, { kind: "heading" }));
      return;
    }
    while (heading !== undefined && heading.level >= level) heading = heading.above;
    const words = inner.replace(/^[#\s]+|(?<![#=\-\s])[#=\-\s]+$/gu, "");
    const grain = add(span, { kind: "heading", role: "shell" });
    heading = { level, grain, place: { words, parent: place() }, above: heading };
  };
  const addProse = (span: Span): void => {
    startBlock();
    let start = coverTo(span.start);
    // Quote marks are kept, or go, with the paragraph, but are none of its words.
    let above = head();
    const marks = QUOTE_MARKS.exec(text.slice(start, span.start))?.[0].trimEnd() ?? "";
    if (marks !== "") {
      above = outline.add({ start, end: start + marks.length, role: "shell", head: above });
      start += marks.length;
      start += text.slice(start).search(/\S/u);
    }
    const first = outline.length;
    const lines = linesIn(start, span.end);
    const source = text.slice(span.start, span.end);
    const isBadges = source.length <= LONGEST_BADGES && source.includes("![") && BADGES.test(source);
    let next = 0;
    for (const block of isBadges ? [{ start, end: span.end, kind: "data" as const }] : paragraphBlocks(lines)) {
      for (; next < lines.length && (lines[next] as Line).start < block.end; next += 1) {
        const line = lines[next] as Line;
        const from = lineStartOf(line.start);
        if (line.start === start) continue;
        if (from < line.start && text.slice(from, line.start).includes(">")) {
          outline.hide({ start: from, end: line.start, as: "" });
        }
      }
      outline.add({
        ...grainOf(text, block),
        head: above,
        context: context(),
        ...(isBadges && { prior: PRIOR.badges }),
      });
      covered = block.end;
    }
    endBlock(first);
    announcement = /[:：]\s*$/u.test(source) ? source.slice(-LONGEST_ANNOUNCEMENT).trim() : "";
  };
  /** The lines of a paragraph, without the marks of the quotes that they stand in. */
  const linesIn = (start: number, end: number): Line[] => {
    const lines: Line[] = [];
    for (const line of linesOf(text.slice(start, end))) {
      const marks = quotes > 0 && line.start > 0 ? (QUOTE_MARKS.exec(line.text)?.[0].length ?? 0) : 0;
      if (line.text.slice(marks).trim() === "") continue;
      lines.push({ start: start + line.start + marks, end: start + line.end, text: line.text.slice(marks) });
    }
    return lines;
  };
  const lineStartOf = (at: number): number => {
    let start = at;
    while (start > 0 && !/[\n\r\u2028\u2029]/u.test(text[start - 1] as string)) start -= 1;
    return start;
  };
  const addCode = (span: Span, input: Partial<GrainInput> = {}): void => {
    const isWhole = span.end - span.start <= LONGEST_WHOLE_CODE;
    let start = -1;
    let end = -1;
    for (const line of linesOf(text.slice(span.start, span.end))) {
      if (line.text.replace(/^[\s>]+$/u, "").trim() === "") continue;
      end = span.start + line.end;
      if (start < 0 || !isWhole) start = span.start + line.start;
      if (!isWhole) add({ start, end }, { kind: "code", ...input });
    }
    if (isWhole && start >= 0) add({ start, end }, { kind: "code", ...input });
  };
  function* addFence(node: Node, parseInner?: ParseInner): Sliced<void> {
    const source = text.slice(node.start, node.end);
    const firstEnd = source.search(/[\n\r]/u);
    const openEnd = firstEnd < 0 ? node.end : node.start + firstEnd;
    const [, fence = "```", language = ""] = /^(`{3,}|~{3,})[ \t]*([^\s`{,]*)/u.exec(source) ?? [];
    const words = context(announcement);
    announcement = "";
    const wasFirst = outline.length;
    const open = add({ start: node.start, end: openEnd }, { kind: "code", role: "shell", context: words });
    endBlock(wasFirst);
    const innerStart = text[openEnd] === "\r" && text[openEnd + 1] === "\n" ? openEnd + 2 : openEnd + 1;
    const lastStart = lineStartOf(node.end);
    const last = text.slice(lastStart, node.end).replace(QUOTE_MARKS, "").trim();
    const isClosed =
      lastStart >= innerStart && last.startsWith(fence) && last.replaceAll(fence[0] as string, "") === "";
    const innerEnd = isClosed ? lastStart : node.end;
    if (innerStart < innerEnd) {
      const code = text.slice(innerStart, innerEnd);
      const inner =
        quotes > 0 || language === "" ? undefined : yield* parseInner?.(code, language.toLowerCase()) ?? nothing();
      if (inner !== undefined && inner.grains.length > 0) {
        outline.embed(inner, innerStart, open, words);
        covered = innerEnd;
      } else {
        addCode({ start: innerStart, end: innerEnd }, { head: open, context: words });
      }
    }
    if (isClosed) {
      const from = lastStart + text.slice(lastStart, node.end).search(/\S/u);
      add({ start: from, end: node.end }, { kind: "code", role: "shell", closes: open, head: -1 });
    }
  }
  function* addHtml(node: Node): Sliced<void> {
    const source = text.slice(node.start, node.end);
    const inner = quotes > 0 ? undefined : yield* parseHtml(source);
    if (inner === undefined) {
      endBlock(add(node, { prior: PRIOR.html }));
      return;
    }
    startBlock();
    const start = coverTo(node.start);
    if (start < node.start) outline.hide({ start, end: node.start, as: "" });
    const first = outline.embed(inner, node.start, head(), context());
    const item = items.at(-1);
    if (item !== undefined) item.isEmpty = false;
    covered = node.end;
    const last = inner.grains.findLastIndex(({ kind, role }) => kind === "heading" && role !== "waste");
    const tag = last < 0 ? undefined : /^.*<h([1-6])\b/isu.exec(source.slice(0, inner.grains[last]?.start))?.[1];
    if (tag === undefined || items.length > 0) return;
    const grain = outline.grain(first + last);
    grain.role = "shell";
    while (heading !== undefined && heading.level >= Number(tag)) heading = heading.above;
    const words = text
      .slice(grain.start, grain.end)
      .replace(/<[^<>]*>/gu, "")
      .replace(/\s+/gu, " ");
    heading = { level: Number(tag), grain: first + last, place: { words, parent: place() }, above: heading };
  }

  return {
    *frontMatter({ start, end }) {
      const fence = text.slice(start).startsWith("\ufeff") ? start + 1 : start;
      const isToml = text.startsWith("+++", fence);
      const innerStart = text.indexOf("\n", fence) + 1;
      const innerEnd = lineStartOf(end);
      const source = text.slice(innerStart, innerEnd);
      const inner = yield* (isToml ? parseToml : parseYaml)(source);
      if (inner === undefined) {
        outline.add({ start: fence, end, prior: PRIOR.title });
      } else {
        const open = outline.add({ start: fence, end: fence + 3, role: "shell" });
        outline.embed(inner, innerStart, open);
        outline.add({ start: innerEnd, end: innerEnd + 3, role: "shell", closes: open });
      }
      const words = /^title\s*[:=]\s*["']?(.{1,200}?)["']?\s*$/imu.exec(source)?.[1];
      if (words !== undefined) title = { words, parent: undefined };
      covered = end;
    },
    *enter(node, parseInner) {
      const { name } = node;
      const level = /^(?:ATX|Setext)Heading([1-6])$/u.exec(name)?.[1];
      if (level !== undefined) addHeading(node, Number(level));
      else if (name === "Paragraph" || name === "Task") addProse(node);
      else if (name === "FencedCode") yield* addFence(node, parseInner);
      else if (name === "CodeBlock") {
        const first = outline.length;
        addCode(
          { start: Math.max(covered, lineStartOf(node.start)), end: node.end },
          { context: context(announcement) },
        );
        if (outline.length > first) endBlock(first);
      } else if (name === "TableHeader") {
        columns = text
          .slice(node.start, node.end)
          .replace(/[|\\\s]+/gu, " ")
          .trim();
        const first = outline.length;
        tableHead = add(node, { kind: "table", role: "shell" });
        endBlock(first);
      } else if (name === "TableDelimiter") tableHead = add(node, { kind: "table", role: "shell", head: tableHead });
      else if (name === "TableRow") add(node, { kind: "table", head: tableHead, context: context(columns) });
      else if (name === "HTMLBlock") yield* addHtml(node);
      else if (name === "CommentBlock" || name === "ProcessingInstructionBlock" || name === "HorizontalRule") {
        add(node, { role: "waste" });
      } else if (name === "LinkReference") add(node, { prior: PRIOR.definition });
      else {
        if (name === "Blockquote") quotes += 1;
        else if (name === "ListItem") {
          startBlock();
          items.push({ isEmpty: true, first: -1, label: labelAbove() });
        }
        return name === "Document" || name === "Blockquote" || name === "Table" || /List(?:Item)?$/u.test(name);
      }
      return false;
    },
    leave(name) {
      if (name === "Blockquote") quotes -= 1;
      else if (name === "ListItem") items.pop();
    },
    done() {
      coverTo(text.length + 1);
      const markdown = outline.done();
      freeBareShells(markdown.grains);
      return markdown;
    },
  };
}

// biome-ignore lint/correctness/useYield: what a reader of inner texts that is not there gives.
function* nothing(): Sliced<undefined> {
  return undefined;
}
