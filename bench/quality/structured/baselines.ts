import { bm25Scores, countTokens, truncate } from "../baselines.js";
import { sourceLines } from "./cover.js";
import type { Spans, StructuredCase } from "./structured-case.js";

/** What a system kept of a text. */
export interface Kept {
  text: string;
  spans: Spans;
}

/** A part of a text as a simple tool would cut it. */
interface Part {
  start: number;
  end: number;
}

/** The text's beginning, as far as the ceiling goes. */
export function truncated({ text }: StructuredCase, ceiling: number): Kept {
  const kept = truncate([text], ceiling);
  return { text: kept, spans: [[0, kept.length]] };
}

/** Lines by BM25, best first, printed in the source's order. */
export function bm25Lines(input: StructuredCase, question: string, ceiling: number): Kept {
  return fill(input.text, sourceLines(input.text), question, ceiling);
}

/** Blocks of about ten lines, broken at blank lines where there are some, by BM25. */
export function bm25Blocks(input: StructuredCase, question: string, ceiling: number): Kept {
  const blocks: Part[] = [];
  let lines = 0;
  for (const line of sourceLines(input.text)) {
    const last = blocks.at(-1);
    if (!last || lines >= 10 || line.text.trim() === "") {
      blocks.push({ start: line.start, end: line.end });
      lines = 0;
    } else last.end = line.end;
    lines += 1;
  }
  return fill(input.text, blocks, question, ceiling);
}

function fill(text: string, parts: readonly Part[], question: string, ceiling: number): Kept {
  const terms = (of: string) => of.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const visible = parts.filter(({ start, end }) => text.slice(start, end).trim() !== "");
  const scores = bm25Scores(
    terms(question),
    visible.map(({ start, end }) => terms(text.slice(start, end))),
  );
  const order = visible.map((_, index) => index).sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const chosen = new Set<number>();
  const render = () => visible.filter((_, index) => chosen.has(index));
  const join = (of: readonly Part[]) => of.map(({ start, end }) => text.slice(start, end)).join("\n");
  for (const index of order) {
    chosen.add(index);
    if (countTokens(join(render())) > ceiling) chosen.delete(index);
  }
  const kept = render();
  return { text: join(kept), spans: kept.map(({ start, end }) => [start, end] as const) };
}
