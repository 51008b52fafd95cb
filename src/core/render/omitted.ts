import type { AnalyzedDocument } from "../document/types.js";
import type { Omission } from "../types.js";

/** What is counted in plain prose. */
const PROSE_UNIT = "sentences";

/**
 * The stretches of a document of which nothing is kept, in order: whole sentences, rows, lines, members.
 *
 * @param spans Slices of the source that are kept, ascending.
 */
export function omissionsOf(
  document: AnalyzedDocument,
  spans: readonly (readonly [start: number, end: number])[],
): Omission[] {
  const { sentences, outline } = document;
  const of = contentCount(document);
  const omissions: Omission[] = [];
  let open: Omission | undefined;
  let span = 0;
  for (const [index, { start, end }] of sentences.entries()) {
    while (span < spans.length && (spans[span] as readonly [number, number])[1] <= start) span += 1;
    const isKept = span < spans.length && (spans[span] as readonly [number, number])[0] < end;
    if (isKept) {
      if (open && open.items > 0) omissions.push(open);
      open = undefined;
      continue;
    }
    open ??= { start, end, lines: 0, items: 0, of, unit: outline?.unit ?? PROSE_UNIT };
    open.end = end;
    if (!outline || outline.roles[index] === "content") open.items += 1;
  }
  if (open && open.items > 0) omissions.push(open);
  for (const omission of omissions) omission.lines = linesIn(document.text, omission.start, omission.end);
  return omissions;
}

/** Sentences that may be kept for their own sake. */
export function contentCount({ sentences, outline }: AnalyzedDocument): number {
  if (!outline) return sentences.length;
  return outline.roles.reduce((count, role) => count + (role === "content" ? 1 : 0), 0);
}

/** Lines that a range of a text touches. */
export function linesIn(text: string, start: number, end: number): number {
  let lines = 1;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
