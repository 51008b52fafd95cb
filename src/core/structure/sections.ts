import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { detectContent } from "./detect.js";
import type { NamedKind } from "./detect-names.js";
import { isSentence } from "./detect-sample.js";
import { readJsonReach } from "./json-text.js";
import { indentOf, type Line, readLines, type TextKind } from "./outline.js";

/** A stretch of a text of one kind. */
export interface Section extends Span {
  named: NamedKind;
  /** The line in front of it that says what it is: a command, or a sentence that ends in a colon. */
  lead?: Span;
}

/** Kinds that are told from a stretch of a text, and not only from the whole of it. */
const SURE_KINDS: ReadonlySet<TextKind> = new Set([
  "json",
  "ndjson",
  "csv",
  "table",
  "log",
  "trace",
  "diff",
  "grep",
  "listing",
  "code",
  "html",
  "xml",
]);
/** Kinds of which two stretches, one below the other, are one. Each table has a head of its own. */
const JOINED_KINDS: ReadonlySet<TextKind> = new Set([
  "prose",
  "json",
  "ndjson",
  "log",
  "trace",
  "diff",
  "grep",
  "listing",
  "code",
]);
const COMMAND = /^(?:\$|❯|➜|PS [^>\n]{0,200}>|[\w.-]{1,40}@[\w.-]{1,60}[:~ ][^$#\n]{0,200}[$#]) \S/u;
const LEAD = /^\S.{0,160}:\s*$/u;
const JSON_START = /^\s*[[{]\s*(?:["[{\]}\d-]|true|false|null|$)/u;
const ODD = /[|{};=<>\t\\]|,\S[^,]*,\S| {3}|^\s*(?:at|File) |:\d+/u;
/** A value of JSON that is shorter, in code units, is part of a sentence. */
const SHORTEST_JSON = 12;
/** Lines that are read in one go. */
const LINES_PER_SLICE = 64;

/** Whether a text starts with a command, as a copy of a terminal does: what follows is its output. */
export function startsWithCommand(text: string): boolean {
  return COMMAND.test(text.slice(0, 1000).trimStart());
}

/** Whether a line stands out of prose, so that it is worth a look whether a text is mixed. */
export function* isMixed(text: string): Sliced<boolean> {
  for (const [index, line] of (yield* readLines(text)).entries()) {
    if (index % LINES_PER_SLICE === LINES_PER_SLICE - 1) yield;
    if (JSON_START.test(line.text) || COMMAND.test(line.text) || (ODD.test(line.text) && !isSentence(line.text)))
      return true;
  }
  return false;
}

/**
 * Cuts a mixed text into stretches of one kind each, at blank lines, commands and the ends of JSON values.
 *
 * @returns Undefined where nothing but prose is found.
 */
export function* readSections(text: string): Sliced<Section[] | undefined> {
  const sections: Section[] = [];
  for (const run of yield* readRuns(text)) {
    yield;
    const { start, end } = run;
    const last = sections.at(-1);
    if (run.isLead) {
      sections.push({ start: end, end, named: { kind: "prose" }, lead: { start, end } });
      continue;
    }
    const named = run.isJson ? { kind: "json" as const } : kindOfRun(text, run);
    if (last?.lead && last.end === last.lead.end) Object.assign(last, { end: run.end, named });
    else if (last && isOne(last.named, named)) last.end = run.end;
    else sections.push({ start: run.start, end: run.end, named });
  }
  const joined = joinProse(text, sections);
  return joined.every(({ named, lead }) => named.kind === "prose" && lead === undefined) ? undefined : joined;
}

function isOne(first: NamedKind, second: NamedKind): boolean {
  return first.kind === second.kind && first.language === second.language && JOINED_KINDS.has(first.kind);
}

/** Sections of prose that stand together are one, with the lines that announced nothing else. */
function joinProse(text: string, sections: readonly Section[]): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const { lead, named, end } = section;
    const last = joined.at(-1);
    if (named.kind !== "prose" || (lead && COMMAND.test(text.slice(lead.start, lead.end)))) joined.push(section);
    else if (last?.named.kind === "prose") last.end = end;
    else joined.push({ start: lead?.start ?? section.start, end, named });
  }
  return joined;
}

interface Run extends Span {
  isJson?: boolean;
  isLead?: boolean;
}

function* readRuns(text: string): Sliced<Run[]> {
  const runs: Run[] = [];
  const lines = yield* readLines(text);
  // What a command prints may have blank lines.
  const isSession = startsWithCommand(text);
  let start = -1;
  let end = -1;
  /** Up to here no JSON was found; from there on it may be looked for again. */
  let searched = 0;
  const flush = () => {
    if (start >= 0) runs.push({ start, end });
    start = -1;
  };
  for (let index = 0; index < lines.length; index += 1) {
    if (index % LINES_PER_SLICE === LINES_PER_SLICE - 1) yield;
    const line = lines[index] as Line;
    if (line.end <= end) continue;
    if (line.text.trim() === "") {
      if (!isSession) flush();
      continue;
    }
    if (JSON_START.test(line.text) && line.start >= searched) {
      const reach = yield* readJsonReach(text, line.start);
      const after = text
        .slice(reach.end, reach.end + 200)
        .split("\n", 1)[0]
        ?.trim();
      if (reach.state !== "broken" && after === "" && reach.end - line.start - indentOf(line.text) >= SHORTEST_JSON) {
        flush();
        runs.push({ start: line.start, end: reach.end, isJson: true });
        end = reach.end;
        continue;
      }
      searched = reach.end;
    }
    const isLead = COMMAND.test(line.text) || (!isSession && LEAD.test(line.text) && lines[index + 1] !== undefined);
    if (isLead) {
      flush();
      runs.push({ start: line.start, end: line.end, isLead: true });
      continue;
    }
    if (start < 0) start = line.start;
    end = line.end;
  }
  flush();
  return runs;
}

function kindOfRun(text: string, { start, end }: Run): NamedKind {
  const named = detectContent(text.slice(start, end));
  return SURE_KINDS.has(named.kind) ? named : { kind: "prose" };
}
