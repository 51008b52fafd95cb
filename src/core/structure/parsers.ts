import type { Sliced } from "../runtime/event-loop.js";
import type { Outline, Parse, ParseHint, ParseInner, TextKind } from "./outline.js";

/** A parser that may ask for what stands inside. */
export type ParseAround = (text: string, hint?: ParseHint, parseInner?: ParseInner) => Sliced<Outline | undefined>;

/** The parser of each kind: a module is loaded with the first text that needs it. */
const MODULES: Readonly<Record<TextKind, () => Promise<{ parse: Parse | ParseAround }>>> = {
  json: () => import("./json.js"),
  ndjson: () => import("./json.js"),
  yaml: () => import("./yaml.js"),
  toml: () => import("./toml.js"),
  ini: () => import("./ini.js"),
  xml: () => import("./xml.js"),
  html: () => import("./html.js"),
  csv: () => import("./csv.js"),
  table: () => import("./table.js"),
  log: () => import("./log.js"),
  trace: () => import("./trace.js"),
  diff: () => import("./diff.js"),
  grep: () => import("./grep.js"),
  listing: () => import("./listing.js"),
  markdown: () => import("./markdown.js"),
  code: () => import("./code.js"),
  mail: () => import("./mail.js"),
  transcript: () => import("./transcript.js"),
  subtitles: () => import("./subtitles.js"),
  legal: () => import("./legal.js"),
  qa: () => import("./qa.js"),
  latex: () => import("./latex.js"),
  paged: () => import("./paged.js"),
  prose: () => import("./prose.js"),
};

const loaded = new Map<TextKind, ParseAround>();

/** Loads the parser of a kind. */
export async function loadParser(kind: TextKind): Promise<ParseAround> {
  const known = loaded.get(kind);
  if (known !== undefined) return known;
  const { parse } = await MODULES[kind]();
  loaded.set(kind, parse);
  return parse;
}

/** The parser of a kind where it is loaded already. */
export function loadedParser(kind: TextKind): ParseAround | undefined {
  return loaded.get(kind);
}
