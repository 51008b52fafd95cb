import type { EncodedDocument } from "../types.js";

/** Code units that are searched for a fence's marks. */
const LONGEST_FENCE = 64;
const FENCE = /^(?:`{3,}|~{3,})/u;

/** Fenced code: the sentences that open and close it. A fence that nothing closes ends with the text. */
export function findFences({ text, sentences }: EncodedDocument): [open: number, close: number][] {
  const fences: [number, number][] = [];
  let open: { index: number; mark: string } | undefined;
  for (const [index, { kind, start, end }] of sentences.entries()) {
    const mark = kind === "code" ? FENCE.exec(text.slice(start, Math.min(end, start + LONGEST_FENCE)))?.[0] : undefined;
    if (mark === undefined) continue;
    if (!open) open = { index, mark };
    else if (mark.startsWith(open.mark)) {
      fences.push([open.index, index]);
      open = undefined;
    }
  }
  if (open) fences.push([open.index, sentences.length]);
  return fences;
}
