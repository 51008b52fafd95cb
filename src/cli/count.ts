import { countTokens, type SourceDocument } from "../core/index.js";
import type { DocumentTemplate } from "./document-style.js";
import { print } from "./output.js";
import { visibleLine } from "./visible.js";

/** How documents are counted. */
export interface CountOptions {
  template: DocumentTemplate | undefined;
  /** Joins the documents. */
  separator: string;
  tokenizer: string | undefined;
  /** Print `{"tokens","documents":[{"id","tokens"}]}`. */
  json: boolean;
}

/** Prints the tokens of documents as they are: one number, or with several a line each and the total as joined. */
export async function printCounts(documents: readonly SourceDocument[], options: CountOptions): Promise<void> {
  const { template, separator, tokenizer, json } = options;
  const texts = documents.map((document) => template?.(document, document.text) ?? document.text);
  const counts: { id: string; tokens: number }[] = [];
  for (const [index, text] of texts.entries()) {
    counts.push({ id: documents[index]?.id ?? String(index), tokens: await countTokens(text, tokenizer) });
  }
  const tokens = texts.length === 1 ? (counts[0]?.tokens ?? 0) : await countTokens(texts.join(separator), tokenizer);
  if (json) {
    await print(`${JSON.stringify({ tokens, documents: counts }, null, 2)}\n`);
  } else if (counts.length === 1) {
    await print(`${tokens}\n`);
  } else {
    const rows = [...counts, { id: "total", tokens }];
    const width = String(tokens).length;
    await print(rows.map((row) => `${String(row.tokens).padStart(width)} ${visibleLine(row.id)}\n`).join(""));
  }
}
