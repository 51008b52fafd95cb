import { oncePerDocument } from "../document/derived.js";
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
  const { sentences } = document;
  const omissions: Omission[] = [];
  let first = 0;
  let span = 0;
  const close = (end: number) => {
    const omission = omissionOf(document, first, end);
    if (omission) omissions.push(omission);
  };
  for (const [index, { start, end }] of sentences.entries()) {
    while (span < spans.length && (spans[span] as readonly [number, number])[1] <= start) span += 1;
    const isKept = span < spans.length && (spans[span] as readonly [number, number])[0] < end;
    if (!isKept) continue;
    close(index);
    first = index + 1;
  }
  close(sentences.length);
  return omissions;
}

/** What is left out if the sentences from `first` to `end` are; undefined if nothing among them says anything. */
export function omissionOf(document: AnalyzedDocument, first: number, end: number): Omission | undefined {
  const { sentences, outline } = document;
  let items = 0;
  for (let sentence = first; sentence < end; sentence += 1) {
    if (!outline || outline.roles[sentence] === "content") items += 1;
  }
  if (items === 0) return undefined;
  const start = sentences[first]?.start ?? 0;
  const stop = sentences[end - 1]?.end ?? start;
  const firstLine = lineAt(document, start);
  const lastLine = lineAt(document, stop - 1);
  const of = contentCount(document);
  return { start, end: stop, firstLine, lastLine, items, of, unit: outline?.unit ?? PROSE_UNIT };
}

/** Sentences that may be kept for their own sake. */
const contentCount = oncePerDocument(({ sentences, outline }) =>
  outline ? outline.roles.filter((role) => role === "content").length : sentences.length,
);

/** Offsets of a text's line ends. */
const lineEnds = oncePerDocument(({ text }) => {
  const ends: number[] = [];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) ends.push(at);
  return Uint32Array.from(ends);
});

/** Number of the line that an offset lies in; the first is 1. */
function lineAt(document: AnalyzedDocument, offset: number): number {
  const ends = lineEnds(document);
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
