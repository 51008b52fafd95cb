import type { AnalyzedDocument } from "../document/types.js";
import type { MarkerOption, Omission, TextKind } from "../types.js";

/** Says what is left out between two parts of a document that are kept. */
export type Marker = (omission: Omission) => string;

/** How a kind of text writes what is no part of it: what stands in front of a note, and behind it. */
const COMMENTS: Partial<Record<TextKind, readonly [before: string, after: string]>> = {
  yaml: ["# ", ""],
  toml: ["# ", ""],
  ini: ["# ", ""],
  latex: ["% ", ""],
  xml: ["<!-- ", " -->"],
  markdown: ["[", "]"],
  prose: ["[", "]"],
  html: ["[", "]"],
  legal: ["[", "]"],
  paged: ["[", "]"],
};

/** Data that a note would break: it is marked only if the caller accepts a member that is not of the source. */
export function isMarkedByMember(kind: TextKind): boolean {
  return kind === "json" || kind === "ndjson";
}

/** The marker of a document; undefined if nothing is to be marked. */
export function markerOf(option: MarkerOption | undefined, { outline }: AnalyzedDocument): Marker | undefined {
  if (option === undefined || option === false) return undefined;
  const kind = outline?.kind ?? "prose";
  if (isMarkedByMember(kind) && option === true) return undefined;
  if (typeof option === "function") return (omission) => option({ ...omission, kind });
  const [before, after] = outline?.comment ? [`${outline.comment} `, ""] : (COMMENTS[kind] ?? ["", ""]);
  return (omission) => `${before}... ${describeOmission(omission)}${after}`;
}

/** `12 of 40 rows left out (lines 3-14)`. */
export function describeOmission({ items, of, unit, firstLine, lastLine }: Omission): string {
  const name = items === 1 && of === 1 ? unit.replace(/s$/u, "") : unit;
  const lines = firstLine === lastLine ? `line ${firstLine}` : `lines ${firstLine}-${lastLine}`;
  return `${items} of ${of} ${name} left out (${lines})`;
}
