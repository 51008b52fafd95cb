import { XMLValidator } from "fast-xml-parser";
import { parse as parseToml } from "smol-toml";
import { parseAllDocuments } from "yaml";
import { type Cover, coverOf, type SourceLine, sourceLines } from "./cover.js";
import type { Spans, StructuredCase } from "./structured-case.js";

/** A part of a text and what says whose it is: where the body is touched, the head must be whole. */
interface Owned {
  head: readonly [number, number];
  body: readonly [number, number];
}

type Check = (output: string, input: StructuredCase, cover: Cover) => string[];

/**
 * What an expert of the kind would object to in a cut text: data that does not parse or says what the source does not,
 * lines changed, headers, signatures, speakers or numbers gone. Empty outputs have no faults.
 */
export function faultsOf(input: StructuredCase, output: string, spans: Spans): string[] {
  if (output.trim() === "") return [];
  const check = CHECKS[input.kind];
  if (!check) throw new Error(`Expected a kind with a check, got ${input.kind}.`);
  return check(output, input, coverOf(input.text, spans));
}

/** Whether `part` can be had from `whole` by leaving out members and items. */
export function isSubstructure(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    let at = 0;
    return part.every((item) => {
      while (at < whole.length && !isSubstructure(item, whole[at])) at += 1;
      at += 1;
      return at <= whole.length;
    });
  }
  if (isRecord(part)) {
    return (
      isRecord(whole) &&
      Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && isSubstructure(value, whole[key]))
    );
  }
  return String(part) === String(whole);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A kind that is parsed: the output must parse, and to a sub-structure of the source. */
function parsed(parse: (text: string) => unknown): Check {
  return (output, { text }) => {
    let value: unknown;
    try {
      value = parse(output);
    } catch (error) {
      return [`does not parse: ${(error as Error).message.split("\n")[0]?.slice(0, 80)}`];
    }
    return isSubstructure(value, parse(text)) ? [] : ["says what the source does not"];
  };
}

function parseNdjson(text: string): unknown[] {
  return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [JSON.parse(line) as unknown]));
}

function parseYaml(text: string): unknown[] {
  return parseAllDocuments(text, { logLevel: "silent", uniqueKeys: true }).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}

function changedLines(output: string, text: string): string[] {
  const known = new Set(sourceLines(text).map((line) => line.text.trimEnd()));
  const changed = output.split("\n").find((line) => line.trim() !== "" && !known.has(line.trimEnd()));
  return changed === undefined ? [] : [`line changed: ${changed.slice(0, 70)}`];
}

function lostHeads(text: string, cover: Cover, owned: readonly Owned[], what: string): string[] {
  const lost = owned.find(({ head, body }) => cover.touches(...body) && !cover.holds(...head));
  return lost ? [`${what} gone: ${text.slice(...lost.head).slice(0, 50)}`] : [];
}

function lines(output: string, { text }: StructuredCase): string[] {
  return changedLines(output, text);
}

/** Lines, and a header that must be there. */
function linesUnder(header: (input: StructuredCase) => string | undefined): Check {
  return (output, input) => {
    const wanted = header(input);
    const isGone = wanted !== undefined && !output.includes(wanted);
    return [...changedLines(output, input.text), ...(isGone ? [`header gone: ${wanted.slice(0, 40)}`] : [])];
  };
}

const DEFINITION =
  /^\s*(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|static|final|async|abstract|unsafe|const)\s+)*(?:class|interface|enum|struct|impl|trait|mod|def|fn|func|function)\b|^\s*type\s+\w+\s+(?:struct|interface)\b/u;

/** Lines with the definitions that enclose them, by indentation. */
function enclosedLines(text: string): { line: SourceLine; parents: SourceLine[] }[] {
  const open: { depth: number; line: SourceLine }[] = [];
  return sourceLines(text).map((line) => {
    if (line.text.trim() === "") return { line, parents: [] };
    const depth = /^[ \t]*/u.exec(line.text)?.[0].replace(/\t/gu, "    ").length ?? 0;
    while (open.length > 0 && (open.at(-1)?.depth ?? 0) >= depth) open.pop();
    const parents = open.map((own) => own.line);
    if (DEFINITION.test(line.text)) open.push({ depth, line });
    return { line, parents };
  });
}

function code(output: string, { text }: StructuredCase, cover: Cover): string[] {
  const orphan = enclosedLines(text).find(
    ({ line, parents }) =>
      line.text.trim().length > 1 &&
      cover.touches(line.start, line.end) &&
      parents.some(({ start, end }) => !cover.holds(start, end)),
  );
  return [
    ...changedLines(output, text),
    ...(orphan ? [`signature gone of: ${orphan.line.text.trim().slice(0, 60)}`] : []),
  ];
}

const VOID_TAGS = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const OPTIONAL_TAGS = new Set("p li dt dd tr td th option thead tbody tfoot colgroup html body head".split(" "));

function html(output: string): string[] {
  const open = new Map<string, number>();
  for (const match of output.matchAll(/<(\/?)([a-z][\w:-]*)([^<>]*)>|<\/?[a-z][^<>]*(?=<|$)/giu)) {
    const tag = match[2]?.toLowerCase();
    if (tag === undefined) return [`tag cut: ${match[0].slice(0, 30)}`];
    if (VOID_TAGS.has(tag) || OPTIONAL_TAGS.has(tag) || match[3]?.trimEnd().endsWith("/")) continue;
    const depth = (open.get(tag) ?? 0) + (match[1] === "" ? 1 : -1);
    if (depth < 0) return [`</${tag}> closes nothing`];
    open.set(tag, depth);
  }
  const left = [...open].find(([, depth]) => depth > 0);
  if (left) return [`<${left[0]}> is not closed`];
  return /\bfunction\s*\(|\{[^{}]*:[^{}]*;[^{}]*\}/u.test(output) ? ["script or style text"] : [];
}

const FENCE = /^\s{0,3}(?:`{3}|~{3})/u;
const DELIMITER_ROW = /^\s*\|?[\s:|-]*-{3,}[\s:|-]*\|?\s*$/u;

function markdown(output: string, { text }: StructuredCase, cover: Cover): string[] {
  const faults: string[] = [];
  const fences = (of: string) => of.split("\n").filter((line) => FENCE.test(line)).length % 2;
  if (fences(text) === 0 && fences(output) === 1) faults.push("fence not closed");
  const all = sourceLines(text);
  const tables: Owned[] = [];
  const headings: Owned[] = [];
  const front = /^---\n[\s\S]*?\n---(?=\n|$)/u.exec(text)?.[0].length ?? 0;
  let isCode = false;
  let heading: SourceLine | undefined;
  for (const [index, line] of all.entries()) {
    if (line.start < front) continue;
    if (FENCE.test(line.text)) {
      isCode = !isCode;
      continue;
    }
    if (isCode) {
      if (cover.touches(line.start, line.end) && !cover.holds(line.start, line.end)) faults.push("code line changed");
      continue;
    }
    if (DELIMITER_ROW.test(line.text) && line.text.includes("|") && index > 0) {
      let end = index + 1;
      while (all[end]?.text.includes("|")) end += 1;
      const head: [number, number] = [(all[index - 1] as SourceLine).start, line.end];
      if (end > index + 1) tables.push({ head, body: [line.end, (all[end - 1] as SourceLine).end] });
    }
    if (/^#{1,6}\s/u.test(line.text)) heading = line;
    else if (heading && line.text.trim() !== "") {
      headings.push({ head: [heading.start, heading.end], body: [line.start, line.end] });
    }
  }
  faults.push(...lostHeads(text, cover, tables, "table header"), ...lostHeads(text, cover, headings, "heading"));
  const isFronted = /^---\n[\s\S]*?\n---(?=\n|$)/u.test(output);
  if (front > 0 && cover.touches(0, front) && !isFronted) faults.push("front matter broken");
  return [...new Set(faults)];
}

function diff(output: string, { text }: StructuredCase, cover: Cover): string[] {
  const owned: Owned[] = [];
  let file: SourceLine | undefined;
  let hunk: SourceLine | undefined;
  for (const line of sourceLines(text)) {
    if (line.text.startsWith("diff --git")) {
      file = line;
      hunk = undefined;
    } else if (line.text.startsWith("@@") && file) {
      hunk = line;
      owned.push({ head: [file.start, file.end], body: [line.start, line.end] });
    } else if (hunk && file && line.text.trim() !== "") {
      owned.push({ head: [hunk.start, hunk.end], body: [line.start, line.end] });
    }
  }
  return [...changedLines(output, text), ...lostHeads(text, cover, owned, "file or hunk header")];
}

function mail(_output: string, { text }: StructuredCase, cover: Cover): string[] {
  const starts = [...text.matchAll(/^From: .*$/gmu)];
  const owned = starts.map(({ index, 0: from }, place): Owned => {
    const end = index + from.length;
    return { head: [index, end], body: [end, starts[place + 1]?.index ?? text.length] };
  });
  return lostHeads(text, cover, owned, "sender");
}

function chat(_output: string, { text, style }: StructuredCase, cover: Cover): string[] {
  const all = sourceLines(text);
  const owned = all.flatMap(({ start, end, text: line }, index): Owned[] => {
    if (style === "slack") {
      const next = all[index + 1];
      return next && / {2}\d\d:\d\d$/u.test(line) ? [{ head: [start, end], body: [next.start, next.end] }] : [];
    }
    const label = /^(?:\[[\d:]+\] )?([^:]+):/u.exec(line);
    if (!label) return [];
    const colon = start + label[0].length;
    return [{ head: [colon - 1 - (label[1] as string).length, colon - 1], body: [colon, end] }];
  });
  return lostHeads(text, cover, owned, "speaker");
}

function subtitle(output: string, { text }: StructuredCase, cover: Cover): string[] {
  const faults: string[] = [];
  let at = 0;
  for (const cue of text.split("\n\n")) {
    const time = /[\d:.,]+ --> [\d:.,]+/u.exec(cue);
    if (time) {
      const from = at + time.index;
      const to = from + time[0].length;
      faults.push(...lostHeads(text, cover, [{ head: [from, to], body: [to, at + cue.length] }], "time of a cue"));
      if (cover.touches(from, to) && !cover.touches(to, at + cue.length)) faults.push("time without text");
    }
    at += cue.length + 2;
  }
  if (text.startsWith("WEBVTT") && !output.startsWith("WEBVTT")) faults.push("WEBVTT gone");
  return [...new Set(faults)];
}

function latex(output: string): string[] {
  const open: string[] = [];
  for (const [, command, name] of output.matchAll(/\\(begin|end)\{(\w+\*?)\}/gu)) {
    if (command === "begin") open.push(name as string);
    else if (open.pop() !== name) return [`\\end{${name}} without its begin`];
  }
  if (open.length > 0) return [`\\begin{${open.at(-1)}} not ended`];
  let depth = 0;
  for (const [mark] of output.matchAll(/(?<!\\)[{}]/gu)) {
    depth += mark === "{" ? 1 : -1;
    if (depth < 0) return ["brace closes nothing"];
  }
  if (depth > 0) return ["brace not closed"];
  return (output.match(/(?<!\\)\$/gu)?.length ?? 0) % 2 === 1 ? ["odd $"] : [];
}

function qa(_output: string, { text, items = [] }: StructuredCase, cover: Cover): string[] {
  let at = 0;
  for (const { q, a } of items) {
    const asked = text.indexOf(q, at);
    const answered = text.indexOf(a, asked);
    at = answered;
    const hasAnswer = cover.touches(answered, answered + a.length);
    if (hasAnswer && !cover.holds(asked, asked + q.length)) return ["answer without its question"];
    if (!hasAnswer && cover.touches(asked, asked + q.length)) return ["question without answer"];
  }
  return [];
}

function legal(_output: string, { text }: StructuredCase, cover: Cover): string[] {
  const owned: Owned[] = [];
  let title: SourceLine | undefined;
  for (const line of sourceLines(text)) {
    if (/^\d+\. [A-Z ]+$/u.test(line.text)) title = line;
    const number = /^\s*(?:\d+\.\d+|\([a-z]\)) /u.exec(line.text)?.[0].length;
    if (number === undefined) continue;
    owned.push({ head: [line.start, line.start + number], body: [line.start + number, line.end] });
    if (title) owned.push({ head: [title.start, title.end], body: [line.start, line.end] });
  }
  return lostHeads(text, cover, owned, "clause number or title");
}

function paged(output: string, { text, header = "" }: StructuredCase, cover: Cover): string[] {
  const faults: string[] = [];
  for (const { index, 0: whole, 1: left = "", 2: right = "" } of text.matchAll(/(\p{L}+)-\n\s*(\p{Ll}+)/gu)) {
    const end = index + whole.length;
    if (cover.holds(index, index + left.length) !== cover.touches(end - right.length, end)) {
      faults.push(`half a word: ${whole.replace("\n", "|")}`);
      break;
    }
  }
  const running = header.split(/\s{4,}/u)[1];
  if (running !== undefined && output.split(running).length > 2) faults.push("page header repeated");
  return faults;
}

function xml(output: string): string[] {
  const verdict = XMLValidator.validate(output);
  return verdict === true ? [] : [`not well-formed: ${verdict.err.msg.slice(0, 60)}`];
}

function tableHeader({ text, style }: StructuredCase): string | undefined {
  return text.split("\n")[style === "mysql" ? 1 : 0]?.trim();
}

const CHECKS: Record<string, Check> = {
  json: parsed((text) => JSON.parse(text) as unknown),
  ndjson: parsed(parseNdjson),
  yaml: parsed(parseYaml),
  toml: parsed(parseToml),
  xml,
  html,
  markdown,
  csv: linesUnder(tableHeader),
  sqltable: linesUnder(tableHeader),
  log: linesUnder((input) => (input.sub === "columns" ? tableHeader(input) : undefined)),
  listing: linesUnder(({ header }) => header),
  trace: lines,
  grep: lines,
  code,
  diff,
  mail,
  chat,
  subtitle,
  latex,
  qa,
  legal,
  paged,
};
