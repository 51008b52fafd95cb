import type { AnalyzedDocument } from "../document/types.js";
import { type RenderedDocument, renderAll } from "../render/prose.js";
import { runSliced } from "../runtime/event-loop.js";
import type { ResultCounter } from "../tokens/result-counter.js";
import type { TextForm } from "../types.js";

/** Documents that are to stay whole. */
export interface WholeRequest {
  documents: readonly WholeDocument[];
  /** The farthest form that the caller accepts. */
  form: TextForm;
  /** Whether a form may tell lines that are alike once: not where a question may be after one of them. */
  mayFold: boolean;
  counter: ResultCounter;
  maxTokens: number;
}

/** A document, and whether it stays as it is. */
export interface WholeDocument {
  document: AnalyzedDocument;
  pinned: boolean;
}

/** All documents in a form that fits. */
export interface WholeFit {
  rendered: RenderedDocument[];
  documentTokens: number[];
  tokens: number;
}

/** What a table saves at least, as a share of the tokens of the compact form. */
const LEAST_SAVED = 0.05;

/**
 * All documents without what carries nothing, if that fits; else, where the caller accepts it, those as tables that are
 * shorter so. Undefined if neither fits.
 */
export async function fitWhole(request: WholeRequest): Promise<WholeFit | undefined> {
  const { documents, form, counter, maxTokens } = request;
  if (form === "same") return undefined;
  const compact = await countEach(
    documents.map(({ document }) => renderAll(document)),
    counter,
  );
  if (compact.tokens <= maxTokens || form === "compact") return compact.tokens <= maxTokens ? compact : undefined;
  const tables = await countEach(await asTables(request, compact), counter);
  return tables.tokens <= maxTokens ? tables : undefined;
}

async function countEach(rendered: RenderedDocument[], counter: ResultCounter): Promise<WholeFit> {
  const tokens = await counter.countJoined(rendered.map(({ text }, index) => ({ index, text })));
  const documentTokens = await counter.countEach(rendered.map(({ text }) => text));
  return { rendered, documentTokens, tokens };
}

/** Documents as tables where that saves enough, else as they are. */
async function asTables({ documents, mayFold, counter }: WholeRequest, compact: WholeFit): Promise<RenderedDocument[]> {
  const { toTableForm } = await import("../structure/table-form.js");
  const rendered: RenderedDocument[] = [];
  for (const [index, { document, pinned }] of documents.entries()) {
    const before = compact.rendered[index] as RenderedDocument;
    const { text, outline } = document;
    const table = outline && !pinned ? await runSliced(toTableForm(text, outline)) : undefined;
    const isFit = table !== undefined && (table.isLossless || mayFold);
    const most = (compact.documentTokens[index] as number) * (1 - LEAST_SAVED);
    rendered.push(isFit && (await counter.count(table.text)) <= most ? table : before);
  }
  return rendered;
}
