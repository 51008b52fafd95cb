import { styleText } from "node:util";
import type { CompressResult, SourceDocument } from "../core/index.js";

/** Every document's source with its fate painted in: kept text bright, dropped text dim. */
export function paintWords(documents: readonly SourceDocument[], result: CompressResult): string {
  const byIndex = new Map(result.documents.map((document) => [document.index, document]));
  const reasons = new Map(result.dropped.map(({ index, reason }) => [index, reason]));
  return documents
    .map(({ id, text }, index) => {
      const name = id ?? String(index);
      const kept = byIndex.get(index);
      if (!kept) return `${title(`${name}: dropped (${reasons.get(index)})`)}\n${dim(text)}\n`;
      const head = `${name}: ${kept.tokens} of ${kept.originalTokens} tokens, relevance ${kept.relevance.toFixed(2)}`;
      return `${title(head)}\n${paint(text, kept.spans)}\n`;
    })
    .join("\n");
}

function paint(text: string, spans: readonly (readonly [number, number])[]): string {
  let painted = "";
  let end = 0;
  for (const [from, to] of spans) {
    painted += dim(text.slice(end, from)) + bright(text.slice(from, to));
    end = to;
  }
  return painted + dim(text.slice(end));
}

function dim(text: string): string {
  return text === "" ? "" : styleText("dim", text);
}

function bright(text: string): string {
  return styleText("bold", text);
}

function title(text: string): string {
  return styleText("cyan", `# ${text}`);
}
