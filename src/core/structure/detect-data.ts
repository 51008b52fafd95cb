import { type ContentTest, countOf, isSentence, LONGEST_LINE, type Sample, shareOf } from "./detect-sample.js";
import { reachOfJson } from "./json-text.js";

/** Code units of JSON that are read, mark by mark. */
const JSON_UNITS = 4000;
const LEADING_COMMENTS = /^(?:\s+|\/\/[^\n]*\n|\/\*[^*]{0,2000}\*\/){0,20}/u;
const JSON_START = /^(?:\{\s*(?:"|\}|\/[/*])|\[\s*(?:["[{\]\d-]|true|false|null|\/[/*]))/u;

/** JSON, whole or cut off, and JSON lines. */
export const json: ContentTest = ({ text, lines }) => {
  const start = LEADING_COMMENTS.exec(text)?.[0].length ?? 0;
  if (!JSON_START.test(text.slice(start, start + JSON_UNITS))) return undefined;
  const records = lines.filter((line) => /^\s*[[{]/u.test(line) && isRecord(line.trim())).length;
  if (records >= 2 && records >= lines.length * 0.6) return { kind: "ndjson" };
  const { state, end } = reachOfJson(text, start, Math.min(text.length, start + JSON_UNITS));
  if (state === "open") return { kind: "json" };
  if (state === "broken") return undefined;
  const rest = text.slice(end, end + JSON_UNITS).trim();
  // Several printed values, one below the other.
  if (rest === "") return { kind: "json" };
  return JSON_START.test(rest) && reachOfJson(rest, 0).state !== "broken" ? { kind: "ndjson" } : undefined;
};

function isRecord(line: string): boolean {
  const { state, end } = reachOfJson(line, 0);
  return (state === "whole" && end === line.length) || (state === "open" && line.length >= LONGEST_LINE);
}

const HTML_TAGS =
  "a|article|aside|b|blockquote|body|br|button|code|dd|div|dl|dt|em|footer|form|h[1-6]|head|header|hr|html|i|img|input|label|li|link|main|meta|nav|ol|option|p|pre|script|section|select|small|span|strong|style|table|tbody|td|textarea|th|thead|title|tr|ul|video";
const HTML_TAG = new RegExp(`</?(?:${HTML_TAGS})(?:\\s[^<>]*)?/?>`, "giu");
const HTML_CLOSING = new RegExp(`</(?:${HTML_TAGS})>`, "giu");
const XML_FIRST = /^<(?<name>[a-z_][\w:.-]*)(?:\s[^<>]*)?(?<self>\/)?>/iu;
/** Share of a text that is tags, at least, where it does not start as HTML. */
const MARKUP_SHARE = 0.15;

/** HTML and XML. */
export const markup: ContentTest = (sample) => {
  const { text, tail } = sample;
  if (/^<\?php/u.test(text)) return { kind: "code", language: "php" };
  const bare = text.replace(/^(?:<\?xml[^>]*\?>|<!--[\s\S]*?-->|\s+){0,20}/u, "");
  if (/^<!doctype\s+html|^<html[\s>]/iu.test(bare)) return { kind: "html" };
  if (/^<\?xml\s|^<!doctype\s/iu.test(text)) return { kind: "xml" };
  if (FEED.test(bare)) return { kind: "xml" };
  if (isMarkdownWithTags(sample)) return undefined;
  const tags = text.match(HTML_TAG) ?? [];
  if (isTemplate(sample, bare, tags.length)) return { kind: "code", language: "javascript" };
  const closing = text.match(HTML_CLOSING)?.length ?? 0;
  const share = tags.reduce((sum, tag) => sum + tag.length, 0) / text.length;
  if (closing >= 3 && share >= MARKUP_SHARE) return { kind: "html" };
  const first = XML_FIRST.exec(bare)?.groups;
  if (first === undefined) return undefined;
  if (new RegExp(`^(?:${HTML_TAGS})$`, "iu").test(first.name ?? ""))
    return closing >= 1 && share > 0.02 ? { kind: "html" } : undefined;
  const closes = `</${first.name}>`;
  const isClosed =
    first.self !== undefined || tail.endsWith(closes) || (text.includes(closes) && /<\/?[\w:.-][^<>]*>$/u.test(tail));
  const all = text.match(/<\/?[a-z_][\w:.-]*(?:\s[^<>]*)?>/giu)?.length ?? 0;
  return (isClosed && all >= 4) || all >= 12 ? { kind: "xml" } : undefined;
};

/** What is XML by its name, though tags of HTML stand in it: feeds, maps of sites, drawings, reports of tests, projects. */
const FEED = /^<(?:rss|feed|urlset|sitemapindex|opml|rdf:rdf|svg|testsuites?|project)[\s>]/iu;
/** What a component holds besides its tags: braces of a template, handlers, statements. */
const COMPONENT = /^<(?:template|script)[\s>]/iu;
const SCRIPT_LINE =
  /^\s*(?:import|export|const|let|function|return)\b|=>|\b(?:className|onClick|onChange|key)=\{|^\s*[{}]\s*\)?\}?;?$|^\s*\}?\)\}?;?$|\{\w[\w.]*\}/u;
const SCRIPT_SHARE = 0.3;
const FEWEST_SCRIPT = 3;
const FEWEST_TAGS = 2;

/** Tags inside of code, as in JSX, or code inside of tags, as in a component of Vue or Svelte: no page that loses its tags. */
function isTemplate({ lines }: Sample, bare: string, tags: number): boolean {
  if (COMPONENT.test(bare)) return true;
  if (bare.startsWith("<") || tags < FEWEST_TAGS) return false;
  const scripted = countOf(lines, SCRIPT_LINE);
  return scripted >= FEWEST_SCRIPT && scripted >= lines.length * SCRIPT_SHARE;
}

function isMarkdownWithTags({ lines }: Sample): boolean {
  return countOf(lines, /^#{1,6}\s+\S|^\s{0,3}(?:```|~~~)|^\s*[-*]\s+\[|\]\([^)\s]+\)/u) >= 2;
}

const SEPARATORS = ["\t", ";", "|", ","];
/** Cells of a header are names: short, and none is a sentence. */
const LONGEST_HEADING = 60;

/** Comma, tab, semicolon and bar separated values: as many cells in each line, and a head of names. */
export const csv: ContentTest = ({ all, lines, text }) => {
  if (/^\s*[|+]/u.test(text)) return undefined;
  for (const separator of SEPARATORS) {
    // Most texts have no separator in one of their first lines.
    if (!lines.slice(0, 3).every((line) => line.includes(separator) || line.includes('"'))) continue;
    const rows = readRows(all, separator);
    const columns = rows[0]?.length ?? 0;
    if (columns < 2 || rows.length < 2 || (rows.length === 2 && columns < 4)) continue;
    const equal = rows.filter((row) => row.length === columns).length;
    if (equal < rows.length * 0.95 && equal < rows.length - 1) continue;
    const cells = rows.flat();
    const isHead =
      rows[0]?.every((cell) => cell.length <= LONGEST_HEADING && !/[.!?]$|[(){};=]/u.test(cell)) &&
      rows[0].at(-1)?.trim() !== "";
    if (!isHead || !isTight(cells, separator) || cells.filter(isSentence).length > cells.length * 0.3) continue;
    if (separator === "|" && rows.some((row) => row.every((cell) => /^\s*(?:(?::-*|-+):?\s*)?$/u.test(cell)))) continue;
    return { kind: "csv", ...(separator === "\t" ? { language: "tsv" } : {}) };
  }
  return undefined;
};

/** Whether cells touch their separators: in prose a space stands behind a comma. Tabs need not be asked. */
function isTight(cells: readonly string[], separator: string): boolean {
  if (separator === "\t") return true;
  return cells.filter((cell) => /^\s+\S/u.test(cell)).length <= cells.length * (separator === "," ? 0.1 : 0.05);
}

function readRows(lines: readonly string[], separator: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let isBlank = true;
  let isQuoted = false;
  for (const line of lines) {
    if (!isQuoted && line.trim() === "") continue;
    for (let at = 0; at < line.length; at += 1) {
      const unit = line[at] as string;
      if (unit === '"' && (isQuoted || isBlank)) isQuoted = !isQuoted;
      else if (unit === separator && !isQuoted) {
        cells.push(cell);
        cell = "";
        isBlank = true;
      } else {
        cell += unit;
        isBlank &&= /\s/u.test(unit);
      }
    }
    if (isQuoted) continue;
    rows.push([...cells, cell]);
    cells = [];
    cell = "";
    isBlank = true;
  }
  return rows;
}

const SECTION = /^\s*\[\[?[\w.:"' /*@-]+\]\]?\s*(?:[#;].*)?$/u;
const COMMENT = /^\s*[#;]/u;
const ASSIGNMENT = /^\s*(?:export\s+)?["']?[\w.-]+["']?\s*=/u;
const TOML_VALUE = /=\s*(?:"|'|\[|\{|[-+]?\d[\d_.:TZ+-]*\s*(?:#.*)?$|(?:true|false)\b)/u;
const ENV_LINE = /^(?:export\s+)?[A-Z_][A-Z0-9_]*=/u;

/** TOML, INI, properties and environment files: sections and assignments. */
export const assignments: ContentTest = ({ lines: all }) => {
  const lines = all.filter((line) => !COMMENT.test(line));
  if (lines.length < 2) return undefined;
  if (lines.length >= 3 && shareOf(lines, ENV_LINE) >= 0.8) return { kind: "ini", language: "env" };
  const sections = lines.filter((line) => SECTION.test(line)).length;
  const bindings = lines.filter((line) => ASSIGNMENT.test(line));
  // Values over several lines stand between the assignments.
  const known = sections + bindings.length;
  const isCode = lines.some(
    (line) =>
      /[;{]\s*$|^\s*(?:def|fn|func|const|let|var|if|for|import|from)\b.*[({:]?/u.test(line) && !ASSIGNMENT.test(line),
  );
  if (isCode || bindings.length === 0) return undefined;
  const isToml = shareOf(bindings, TOML_VALUE) >= 0.8;
  if (sections >= 1 && bindings.length >= 1 && (known >= lines.length * 0.7 || (isToml && known >= lines.length * 0.3)))
    return { kind: isToml ? "toml" : "ini" };
  if (
    bindings.length < 3 ||
    bindings.length < lines.length * 0.9 ||
    lines.filter((line) => /[()]/u.test(line)).length > lines.length * 0.2
  )
    return undefined;
  return /\.\w+\s*=/u.test(bindings[0] ?? "") || !isToml ? { kind: "ini" } : { kind: "toml" };
};

const YAML_KEY = /^\s*(?:-\s+)*(?:[a-z_$/.][\w$./-]*|"[^"]+"|'[^']+'|[A-Z][\w-]*):(?:\s|$)/u;
const YAML_ITEM = /^\s*-(?:\s+\S|$)/u;
const YAML_NESTING = /^\s*(?:-\s+)*[\w$./"'-]+:\s*(?:[|>][+-]?\d?)?\s*(?:#.*)?$/u;
/** A key of a sentence or a person's line: more than a name. */
const LONG_VALUE = 120;

/** YAML: nested keys, or a flat list of them that is no text. */
export const yaml: ContentTest = ({ lines: all }) => {
  const lines = all.filter((line) => !/^\s*#/u.test(line));
  if (lines.length < 2) return undefined;
  const isMarked = /^(?:---|%YAML)/u.test(lines[0] ?? "");
  if (isMarked && lines.slice(1).some((line) => /^#{1,6}\s|^---\s*$/u.test(line)) && shareOf(lines, YAML_KEY) < 0.5)
    return undefined;
  const keys = lines.filter((line) => YAML_KEY.test(line));
  const known = lines.filter(
    (line) => YAML_KEY.test(line) || YAML_ITEM.test(line) || /^(?:---|\.\.\.)/u.test(line),
  ).length;
  const nested = lines.filter(
    (line, index) => (YAML_NESTING.test(line) && indentOfNext(lines, index) > 0) || isMappingItem(lines, index),
  ).length;
  const sentences = lines.filter((line) => isSentence(line.replace(/#[\s\S]*$/u, ""))).length;
  const isCode = countOf(lines, /[;{]\s*$|\)\s*\{?$/u) > lines.length * 0.15;
  if (isCode || keys.length < 2) return undefined;
  if (nested >= 1 && keys.length >= lines.length * 0.3 && known >= lines.length * 0.5 && sentences < lines.length * 0.3)
    return { kind: "yaml" };
  // A flat list of settings: no key twice, no sentences, no names of people.
  const names = keys.map((line) => line.slice(0, line.indexOf(":")).trim());
  const isFlat = keys.length >= 3 && keys.length >= lines.length * 0.9 && new Set(names).size === names.length;
  if (!isFlat || lines.some((line) => line.length > LONG_VALUE)) return undefined;
  return sentences <= lines.length * 0.1 && names.every((name) => /^[a-z_"'/$.-]/u.test(name))
    ? { kind: "yaml" }
    : undefined;
};

/** A list item that holds several keys. */
function isMappingItem(lines: readonly string[], index: number): boolean {
  const [line, next] = [lines[index] as string, lines[index + 1]];
  return (
    YAML_ITEM.test(line) &&
    YAML_KEY.test(line) &&
    next !== undefined &&
    YAML_KEY.test(next) &&
    !YAML_ITEM.test(next) &&
    indentOfNext(lines, index) > 0
  );
}

/** How much further the next line is indented than this one; list items under a key may stand below it. */
function indentOfNext(lines: readonly string[], index: number): number {
  const indent = (line: string) => line.length - line.trimStart().length;
  const next = lines[index + 1];
  if (next === undefined) return 0;
  const deeper = indent(next) - indent(lines[index] as string);
  return deeper === 0 && YAML_ITEM.test(next) && !YAML_ITEM.test(lines[index] as string) ? 1 : deeper;
}
