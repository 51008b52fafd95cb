import type { Sliced } from "../runtime/event-loop.js";
import { eachLine, isBlank, readTerminalLines } from "./lines.js";
import { buildOutline, type Line, type Outline, plainWords } from "./outline.js";
import { clamp, spread } from "./priors.js";

/** Share of the lines that must be of a search. */
const OF_SEARCH = 0.8;
/** Lines that a search without paths must have found. */
const FEWEST_NUMBERED = 2;
/** Worth of a line that was found, how much more the first of a file and spread ones are worth, and definitions. */
const FOUND = 0.3;
const BY_PLACE_IN_FILE = 0.3;
const BY_SPREAD = 0.1;
const BY_DEFINING = 0.08;
/** Worth of a line around one that was found. */
const AROUND = 0.15;
/** What is left of the worth in files that others wrote or that were built. */
const FOREIGN_FILE = 0.5;

const PATH = String.raw`(?:[A-Za-z]:)?[^\s:|<>"'(){}\[\],;=][^:|<>"'\n]{0,400}`;
const FOUND_AT = new RegExp(`^(?<path>${PATH}?):(?<line>\\d{1,8}):`, "u");
/** Without line numbers a path must look like one. */
const FOUND_IN = /^(?<path>[\w@.~+-]*(?:\/[\w@.~+ -]+)*(?:\/[\w@~+-]+|\.[A-Za-z]\w{0,7})):/u;
const NUMBERED = /^(?<line>\d{1,8})(?<mark>[:-])/u;
const TIME = /^\d{4}-\d\d-\d\d|^\d\d?:\d\d:\d\d/u;
const SEPARATOR = /^--$/u;
const BINARY = /^(?:grep: .*|Binary file .* matches)$|: binary file matches/u;
const HEADING = /^(?:\.{0,2}\/)?[\w@~+.-][^:\n]{0,400}$/u;
const DEFINES = /\b(?:def|class|function|fn|func|interface|struct|enum|trait|impl|type|module|export|CREATE TABLE)\s/u;
const FOREIGN =
  /(?:^|\/)(?:node_modules|vendor|dist|build|target|out|third_party|\.git|coverage|__pycache__)\/|\.min\.|\.lock\b|-lock\./u;

/** Code units of a line in which its path and number stand. */
const READ = 500;

/** What a line of a search is. */
type Role = "found" | "around" | "heading" | "separator" | "remark";

interface Found {
  role: Role;
  /** The file it is of; empty where that is not said. */
  path: string;
}

/** Reads what grep and ripgrep print: lines with their path and number, with lines around them, or below their path. */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { lines, hidden } = yield* readTerminalLines(text);
  const visible = lines.filter((line) => !isBlank(line));
  const found =
    (yield* readByPath(visible, FOUND_AT)) ?? (yield* readByPath(visible, FOUND_IN)) ?? (yield* readByNumber(visible));
  if (found === undefined) return undefined;
  const builder = buildOutline("grep", "lines");
  for (const markup of hidden) builder.hide(markup);
  const nearest = nearestFound(found);
  const inFile = new Map<string, number>();
  /** Grains of the lines so far, and those that wait for a line below them. */
  const grains = new Int32Array(found.length);
  let heading = -1;
  yield* eachLine(visible, ({ start, end, text: own }, index) => {
    const { role, path } = found[index] as Found;
    const context = plainWords(path);
    if (role === "heading") heading = builder.add({ start, end, kind: "heading", role: "shell" });
    else if (role === "separator") builder.add({ start, end, kind: "code", role: "waste" });
    else if (role === "remark") builder.add({ start, end, prior: AROUND });
    else if (role === "around") grains[index] = builder.add({ start, end, kind: "code", context, prior: AROUND });
    else {
      const before = inFile.get(path) ?? 0;
      inFile.set(path, before + 1);
      let worth = FOUND + BY_PLACE_IN_FILE / (1 + before) + BY_SPREAD * spread(index, found.length);
      if (DEFINES.test(own)) worth += BY_DEFINING;
      if (FOREIGN.test(path)) worth *= FOREIGN_FILE;
      grains[index] = builder.add({ start, end, kind: "code", head: heading, context, prior: clamp(worth) });
    }
  });
  for (const [index, { role }] of found.entries()) {
    const next = nearest[index] as number;
    if (role === "around" && next >= 0) builder.grain(grains[index] as number).head = grains[next] as number;
  }
  return builder.done();
}

/** Lines that begin with their path; those around begin with the path of one that was found, and a dash. */
function* readByPath(lines: readonly Line[], pattern: RegExp): Sliced<Found[] | undefined> {
  const found: Found[] = [];
  let count = 0;
  yield* eachLine(lines, ({ text }) => {
    const path = TIME.test(text) ? undefined : pattern.exec(text.slice(0, READ))?.groups?.path;
    // A space may stand in the name of a file, behind a folder.
    const isPath = path !== undefined && (!path.includes(" ") || /^[^ ]*[/\\]/u.test(path));
    if (isPath) count += 1;
    found.push(isPath ? { role: "found", path } : { role: SEPARATOR.test(text) ? "separator" : "remark", path: "" });
  });
  let next = "";
  const paths = found.map(({ path }) => path);
  for (let index = paths.length - 1; index >= 0; index -= 1) {
    next = paths[index] || next;
    paths[index] = next;
  }
  let previous = "";
  let known = 0;
  for (const [index, entry] of found.entries()) {
    const { text } = lines[index] as Line;
    const around = [previous, paths[index] as string].find((path) => path !== "" && text.startsWith(`${path}-`));
    if (entry.role === "remark" && around !== undefined) found[index] = { role: "around", path: around };
    previous = entry.path || previous;
    if (found[index]?.role !== "remark" || BINARY.test(text)) known += 1;
  }
  const fewest = pattern === FOUND_AT ? 1 : FEWEST_NUMBERED;
  return count >= fewest && known >= lines.length * OF_SEARCH ? found : undefined;
}

/** Lines that begin with their number, below the path of their file if there is one. */
function* readByNumber(lines: readonly Line[]): Sliced<Found[] | undefined> {
  const found: Found[] = [];
  let path = "";
  let count = 0;
  let last = 0;
  let isRising = true;
  yield* eachLine(lines, ({ text }, index) => {
    const { line, mark } = NUMBERED.exec(text)?.groups ?? {};
    if (line !== undefined) {
      isRising &&= Number(line) > last;
      last = Number(line);
      if (mark === ":") count += 1;
      found.push({ role: mark === ":" ? "found" : "around", path });
    } else if (SEPARATOR.test(text)) found.push({ role: "separator", path });
    else {
      const isHeading = HEADING.test(text) && NUMBERED.test(lines[index + 1]?.text ?? "");
      if (isHeading) path = text.trim();
      last = 0;
      found.push({ role: isHeading ? "heading" : "remark", path: isHeading ? path : "" });
    }
  });
  const known = found.filter(({ role }) => role !== "remark").length;
  const headings = found.filter(({ role }) => role === "heading").length;
  if (!isRising || count < FEWEST_NUMBERED || headings > count || known < lines.length * OF_SEARCH) return undefined;
  return found;
}

/** For each line the nearest one of its group that was found: itself, or one above or below. */
function nearestFound(found: readonly Found[]): Int32Array {
  const nearest = new Int32Array(found.length).fill(-1);
  const look = (from: number, to: number, step: number) => {
    let last = -1;
    for (let index = from; index !== to; index += step) {
      const { role, path } = found[index] as Found;
      if (role === "found") last = index;
      else if (role !== "around" || (last >= 0 && found[last]?.path !== path)) last = -1;
      const before = nearest[index] as number;
      if (last >= 0 && (before < 0 || Math.abs(index - last) < Math.abs(index - before))) nearest[index] = last;
    }
  };
  look(0, found.length, 1);
  look(found.length - 1, -1, -1);
  return nearest;
}
