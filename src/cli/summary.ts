import type { CompressedDocument, CompressResult, DropReason } from "../core/index.js";
import { plural } from "./plural.js";

const REASONS: Readonly<Record<DropReason, [one: string, many: string]>> = {
  "over-budget": ["too long for the ceiling", "too long for the ceiling"],
  irrelevant: ["not relevant enough", "not relevant enough"],
  duplicate: ["a copy of another", "copies of others"],
  empty: ["empty", "empty"],
};

/** Why documents are not in the result, in words that complete "they are ...". */
export function describeReason(reason: DropReason, count: number): string {
  return REASONS[reason][count === 1 ? 0 : 1];
}

/** What is left of a document. */
export function describeKept({ tokens, originalTokens, relevance }: CompressedDocument): string {
  return `${tokens} of ${plural(originalTokens, "token")}, relevance ${relevance.toFixed(2)}`;
}

/** The line that a run ends with. */
export function summaryLine(result: CompressResult, encodeMs: number): string {
  const { tokens, originalTokens, documents, dropped, timings } = result;
  const share = originalTokens === 0 ? 100 : (100 * tokens) / originalTokens;
  const all = documents.length + dropped.length;
  return (
    `${originalTokens} -> ${plural(tokens, "token")} (${share.toFixed(1)}%), ${documents.length} of ${plural(all, "document")}; ` +
    `encoded in ${encodeMs.toFixed(0)} ms, fitted in ${timings.totalMs.toFixed(0)} ms`
  );
}

/** A line for each document, in the caller's order. */
export function documentLines({ documents, dropped }: CompressResult): string[] {
  const kept = documents.map((document) => ({ ...document, fate: describeKept(document) }));
  const gone = dropped.map((document) => ({ ...document, fate: `dropped, ${describeReason(document.reason, 1)}` }));
  return [...kept, ...gone].sort((a, b) => a.index - b.index).map(({ id, fate }) => `${id}: ${fate}`);
}

/** Why there is nothing in a result, undefined where there is something. */
export function whyEmpty({ documents, dropped }: CompressResult): string | undefined {
  if (documents.some(({ text }) => text.trim() !== "")) return undefined;
  if (dropped.length === 0)
    return `nothing was kept: ${documents.length === 1 ? "the document is" : "the documents are"} empty.`;
  const counts = new Map<DropReason, number>();
  for (const { reason } of dropped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${describeReason(reason, count)}`);
  return `nothing was kept of ${plural(dropped.length, "document")}: ${parts.join(", ")}.`;
}
