import type { CompressedDocument, CompressResult, DropReason, Omission } from "../core/index.js";
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

/** So many stretches that are left out are named by their lines. */
const NAMED_PLACES = 4;

/** What is left of a document. */
export function describeKept({ tokens, originalTokens, relevance }: CompressedDocument): string {
  return `${tokens} of ${plural(originalTokens, "token")}, relevance ${relevance.toFixed(2)}`;
}

/** What is left out of a document, empty if nothing whole is: `31 of 40 rows left out (lines 3-9, 12-34)`. */
export function describeOmitted(omitted: readonly Omission[]): string {
  const [first] = omitted;
  if (first === undefined) return "";
  const items = omitted.reduce((sum, omission) => sum + omission.items, 0);
  const places = omitted.slice(0, NAMED_PLACES).map(linesOf);
  const more = omitted.length > NAMED_PLACES ? ", ..." : "";
  return `${items} of ${first.of} ${first.unit} left out (lines ${places.join(", ")}${more})`;
}

function linesOf({ firstLine, lastLine }: Omission): string {
  return firstLine === lastLine ? `${firstLine}` : `${firstLine}-${lastLine}`;
}

/** The line that a run ends with. */
export function summaryLine(result: CompressResult, encodeMs: number): string {
  const { tokens, originalTokens, documents, dropped, timings } = result;
  const share = originalTokens === 0 ? 100 : (100 * tokens) / originalTokens;
  const isLossless = tokens < originalTokens && dropped.length === 0 && documents.every(({ lossless }) => lossless);
  const all = documents.length + dropped.length;
  return (
    `${originalTokens} -> ${plural(tokens, "token")} (${share.toFixed(1)}%), ${documents.length} of ${plural(all, "document")}${isLossless ? ", lossless" : ""}; ` +
    `encoded in ${encodeMs.toFixed(0)} ms, fitted in ${timings.totalMs.toFixed(0)} ms`
  );
}

/** A line for each document, in the caller's order. */
export function documentLines({ documents, dropped }: CompressResult): string[] {
  const kept = documents.map((document) => ({
    ...document,
    fate: [`${document.kind}, ${describeKept(document)}`, lossOf(document)].filter(Boolean).join("; "),
  }));
  const gone = dropped.map((document) => ({ ...document, fate: `dropped, ${describeReason(document.reason, 1)}` }));
  return [...kept, ...gone].sort((a, b) => a.index - b.index).map(({ id, fate }) => `${id}: ${fate}`);
}

function lossOf({ tokens, originalTokens, lossless, omitted }: CompressedDocument): string {
  return lossless && tokens < originalTokens ? "lossless" : describeOmitted(omitted);
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
