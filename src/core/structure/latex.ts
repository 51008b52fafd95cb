import type { Sliced } from "../runtime/event-loop.js";
import { freeBareShells } from "./bare-shells.js";
import { balanced, createBalance, type LatexBalance, pieces, readBalance } from "./latex-balance.js";
import { buildOutline, type Line, linesOf, type Outline, type OutlineBuilder } from "./outline.js";
import { contextOf, type Place } from "./place.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const SECTION = /^\s*\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?\s*[[{]/u;
const LEVELS = ["part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph"];
const BEGIN = /^\s*\\begin\{([^{}]{1,40})\}/u;
const END = /^\s*\\end\{([^{}]{1,40})\}\s*(?:%.*)?$/u;
const ITEM = /^\s*\\(?:item|bibitem)\b/u;
const COMMENT = /^\s*%/u;
/** Environments whose text is read on; all others are whole. */
const OPEN_ENVIRONMENT =
  /^(?:abstract|itemize|enumerate|description|quote|quotation|center|flushleft|flushright|theorem|lemma|proof|definition|corollary|proposition|remark|example|frame|block|thebibliography|appendix|minipage|document)\*?$/u;
const TOLD_IN_PREAMBLE = /^\s*\\(?:title|author|date|subtitle)\b/u;
const PRIOR = { preamble: 0.15, told: 0.6, comment: 0.05, command: 0.1 };

interface Heading {
  level: number;
  grain: number;
  place: Place;
  above: Heading | undefined;
}

/**
 * Reads LaTeX: sentences under their sections, environments between their `\begin` and `\end`. Sentences without
 * commands, math or braces may lose words; all else is whole, so that what is kept is balanced.
 *
 * @returns Undefined where braces, math or environments do not close, or nothing of LaTeX is in the text.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("latex", "sentences");
  let heading: Heading | undefined;
  /** Open environments: their names, and the grains that open them (-1 for the document's). */
  const environments: { name: string; grain: number }[] = [];
  let isPreamble = /^[ \t]*\\begin\{document\}/mu.test(text);
  /** Lines that are read until they are balanced. */
  let block: Line[] = [];
  let balance: LatexBalance = createBalance();
  /** The environment that is read as a whole, and how many of its name are open. */
  let whole = "";
  let depth = 0;
  let commands = 0;

  const spanOf = (lines: readonly Line[]) => {
    const [first, last] = [lines[0] as Line, lines.at(-1) as Line];
    return { start: first.start + first.text.search(/\S/u), end: last.start + last.text.trimEnd().length };
  };
  const head = () => {
    const environment = environments.at(-1)?.grain ?? -1;
    return environment >= 0 ? environment : (heading?.grain ?? -1);
  };
  function* flush(): Sliced<boolean> {
    if (block.length === 0) return true;
    if (!balanced(balance)) return false;
    const span = spanOf(block);
    const lines = block;
    block = [];
    balance = createBalance();
    const source = text.slice(span.start, span.end);
    if (isPreamble) {
      outline.add({ ...span, prior: TOLD_IN_PREAMBLE.test(source) ? PRIOR.told : PRIOR.preamble });
      return true;
    }
    const level = LEVELS.indexOf(SECTION.exec(source)?.[1] ?? "");
    if (level >= 0) {
      while (heading !== undefined && heading.level >= level) heading = heading.above;
      const words = /\{([^{}]*)/u.exec(source)?.[1] ?? "";
      const grain = outline.add({
        ...span,
        kind: "heading",
        role: "shell",
        head: heading?.grain ?? -1,
        context: contextOf(heading?.place),
      });
      heading = { level, grain, place: { words, parent: heading?.place }, above: heading };
      return true;
    }
    const context = contextOf(heading?.place);
    if (lines.every((line) => COMMENT.test(line.text))) {
      outline.add({ ...span, head: head(), context, prior: PRIOR.comment });
      return true;
    }
    const isCommand =
      /^(?:\\[A-Za-z]+\*?(?:\[[^\]]*\])?(?:\{[^{}]*\})*\s*)+$/u.test(source.slice(0, 500)) && source.length < 500;
    let sentences = 0;
    for (const { start, end, isPlain } of pieces(text, span.start, span.end)) {
      sentences += 1;
      if (sentences % LINES_PER_SLICE === 0) yield;
      outline.add({
        start,
        end,
        kind: isPlain ? "prose" : "data",
        head: head(),
        context,
        ...(isCommand && { prior: PRIOR.command }),
      });
    }
    return true;
  }
  const endWhole = () => {
    const span = spanOf(block);
    block = [];
    balance = createBalance();
    whole = "";
    const lead = leadOf(outline, text, span.start);
    const words = lead < 0 ? "" : text.slice(outline.grain(lead).start, outline.grain(lead).end);
    const grain = outline.add({ ...span, head: head(), context: `${contextOf(heading?.place)} ${words}`.trim() });
    if (lead >= 0 && outline.grain(lead).kind === "prose") outline.grain(lead).head = grain;
  };
  const openEnvironment = (line: Line, name: string) => {
    const isDocument = name === "document";
    const grain = outline.add({
      ...spanOf([line]),
      role: isDocument ? "waste" : "shell",
      head: isDocument ? -1 : head(),
    });
    environments.push({ name, grain: isDocument ? -1 : grain });
    if (isDocument) isPreamble = false;
  };
  const closeEnvironment = (line: Line, name: string): boolean => {
    const open = environments.pop();
    if (open?.name !== name) return false;
    const isDocument = open.grain < 0;
    outline.add({
      ...spanOf([line]),
      role: isDocument ? "waste" : "shell",
      ...(!isDocument && { closes: open.grain }),
    });
    return true;
  };

  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    if (/\\(?:[A-Za-z]+[\s*[{]|begin|section|cite|ref)/u.test(line.text.slice(0, 500))) commands += 1;
    if (whole !== "") {
      block.push(line);
      depth += count(line.text, `\\begin{${whole}}`) - count(line.text, `\\end{${whole}}`);
      if (depth <= 0) endWhole();
      continue;
    }
    if (line.text.trim() === "") {
      // Inside of braces a blank line is no end.
      yield* flush();
      continue;
    }
    const isFree = block.length === 0 || balanced(balance);
    const begun = isFree ? BEGIN.exec(line.text)?.[1] : undefined;
    const ended = isFree ? END.exec(line.text)?.[1] : undefined;
    if (begun !== undefined && (begun === "document" || !isPreamble)) {
      yield* flush();
      // What stands behind an environment's beginning on its line would be a head that says something.
      if (OPEN_ENVIRONMENT.test(begun) && count(line.text, `\\end{${begun}}`) === 0) {
        openEnvironment(line, begun);
        const opened = readBalance(line.text, createBalance());
        if (opened.environments !== 1 || opened.braces !== 0 || opened.math !== "") return undefined;
        continue;
      }
      whole = begun;
      block.push(line);
      depth = count(line.text, `\\begin{${begun}}`) - count(line.text, `\\end{${begun}}`);
      if (depth <= 0) endWhole();
      continue;
    }
    if (ended !== undefined && environments.length > 0) {
      yield* flush();
      if (!closeEnvironment(line, ended)) return undefined;
      continue;
    }
    const startsBlock =
      SECTION.test(line.text) ||
      ITEM.test(line.text) ||
      COMMENT.test(line.text) !== COMMENT.test(block.at(-1)?.text ?? "");
    const isOver = block.length > 0 && (startsBlock || isPreamble || SECTION.test((block[0] as Line).text));
    if (isFree && isOver) yield* flush();
    block.push(line);
    balance = readBalance(line.text, balance);
  }
  if (whole !== "" || !(yield* flush()) || environments.length > 0 || commands === 0) return undefined;
  const latex = outline.done();
  freeBareShells(latex.grains);
  return latex;
}

/** The sentence that goes on in what begins at `start`, as that in front of an equation does; -1 where none does. */
function leadOf(outline: OutlineBuilder, text: string, start: number): number {
  const last = outline.length - 1;
  if (last < 0) return -1;
  const { kind, role, end } = outline.grain(last);
  const goesOn = role === "content" && kind !== "heading" && !/[.!?]$/u.test(text.slice(end - 1, end));
  return goesOn && /^\s*$/u.test(text.slice(end, start)) && !/\n\s*\n/u.test(text.slice(end, start)) ? last : -1;
}

function count(line: string, part: string): number {
  return line.split(part).length - 1;
}
