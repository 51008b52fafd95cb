import type { ReadDocuments } from "./document/reader.js";
import type { AnalyzedDocument } from "./document/types.js";
import { sigmoid } from "./log-odds.js";
import type { CheckedRequest } from "./options/compress-options.js";
import type { SentenceRelevance } from "./relevance/types.js";
import { omissionsOf } from "./render/omitted.js";
import { type RenderedDocument, renderAll, renderWhole } from "./render/prose.js";
import type { Dropped } from "./select/types.js";
import type { ResultSizes } from "./tokens/result-counter.js";
import type { CompressedDocument, CompressResult, DropReason, Timings } from "./types.js";
import { explainWords } from "./value/explain.js";
import type { RankedDocument } from "./value/types.js";

/** A stopwatch over the steps of one call. */
export interface Clock {
  /** Ends a step: adds the time since the last lap to it. */
  lap(step: "encodeMs" | "selectMs" | "valueMs" | "fitMs"): void;
  /** Milliseconds so far: of each step, and of the whole call. */
  times(): Omit<Timings, "cacheHits" | "cacheMisses">;
}

/** Starts a stopwatch. */
export function startClock(): Clock {
  const started = performance.now();
  const laps = { encodeMs: 0, selectMs: 0, valueMs: 0, fitMs: 0 };
  let last = started;
  return {
    lap(step) {
      const now = performance.now();
      laps[step] += now - last;
      last = now;
    },
    times: () => ({ ...laps, totalMs: performance.now() - started }),
  };
}

/** What is known of a call, whatever is kept. */
export interface CallFacts {
  request: CheckedRequest;
  read: ReadDocuments;
  sizes: ResultSizes;
  /** Undefined if there is no question. */
  relevance: SentenceRelevance | undefined;
  clock: Clock;
}

/** What is left of the documents, and its tokens. */
export interface Cut {
  rendered: readonly RenderedDocument[];
  /** Tokens of each document's text. */
  documentTokens: readonly number[];
  /** Tokens of the joined text. */
  tokens: number;
}

/** A document that stays, with what was counted on the way. */
interface KeptDocument {
  ranked: RankedDocument;
  rendered: RenderedDocument;
  tokens: number;
}

/** Reports the documents as they came, byte for byte: everything fits. */
export function reportWhole(facts: CallFacts): CompressResult {
  const kept = facts.read.documents.map((document, index) => ({
    ranked: { index, document, relevance: facts.relevance?.logits[index] },
    rendered: renderWhole(document.text),
    tokens: facts.sizes.documents[index] as number,
  }));
  return report(facts, kept, [], facts.sizes.total);
}

/**
 * Reports what is left of the documents.
 *
 * @param ranked The documents of `cut`, in its order.
 * @param reason Why a document of which nothing is left is out.
 */
export function reportCut(
  facts: CallFacts,
  ranked: readonly (RankedDocument & { pinned: boolean })[],
  dropped: readonly Dropped[],
  cut: Cut,
  reason: DropReason,
): CompressResult {
  const kept: KeptDocument[] = [];
  const out = [...dropped];
  for (const [place, document] of ranked.entries()) {
    const rendered = cut.rendered[place];
    if (rendered && (rendered.text !== "" || document.pinned)) {
      kept.push({ ranked: document, rendered, tokens: cut.documentTokens[place] as number });
    } else {
      const isIrrelevant = document.excluded?.every((flag) => flag === 1) && facts.request.minRelevance !== 0;
      const isCopy = document.copies?.every((flag) => flag > 0);
      out.push({ index: document.index, reason: isIrrelevant ? "irrelevant" : isCopy ? "duplicate" : reason });
    }
  }
  return report(facts, kept, out, cut.tokens);
}

function report(
  facts: CallFacts,
  kept: readonly KeptDocument[],
  dropped: readonly Dropped[],
  tokens: number,
): CompressResult {
  const { request, read, sizes, clock } = facts;
  const documents = kept.map((document) => describeDocument(facts, document));
  clock.lap("fitMs");
  return {
    text: documents.map(({ text }) => text).join(request.separator),
    documents,
    dropped: dropped
      .map(({ index, reason }) => ({ id: request.documents[index]?.id as string, index, reason }))
      .sort((a, b) => a.index - b.index),
    tokens,
    originalTokens: sizes.total,
    timings: { ...clock.times(), cacheHits: read.cacheHits, cacheMisses: read.cacheMisses },
  };
}

/** What is left out of a document, and whether anything is lost by it. */
function lossOf(
  document: AnalyzedDocument,
  { text, spans, isLossless }: RenderedDocument,
): Pick<CompressedDocument, "omitted" | "lossless"> {
  if (text === document.text || isLossless) return { omitted: [], lossless: true };
  const isAll = text === renderAll(document).text;
  return { omitted: omissionsOf(document, spans), lossless: isAll && !saysInTags(document) };
}

/** What a page says in its tags: where links lead, what pictures show, what fields and scripts hold. */
const SAID_IN_TAGS =
  /<(?:script|template|input|img|iframe|video|audio|source|object|embed|select|textarea)\b|\s(?:href|src|alt|value|title|placeholder|datetime|aria-label) ?=/iu;

/** Whether a text's tags, which no form but its own prints, say something. */
function saysInTags({ outline, text }: AnalyzedDocument): boolean {
  return outline?.kind === "html" && SAID_IN_TAGS.test(text);
}

/** One document of the result, with the caller's own fields. */
function describeDocument(
  { request, sizes, relevance }: CallFacts,
  { ranked, rendered, tokens }: KeptDocument,
): CompressedDocument {
  const { id, title, metadata, score } = request.documents[ranked.index] as CheckedRequest["documents"][number];
  const logit = relevance?.documents[ranked.index];
  return {
    id,
    index: ranked.index,
    text: rendered.text,
    ...(title === undefined ? {} : { title }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(score === undefined ? {} : { score }),
    tokens,
    originalTokens: sizes.documents[ranked.index] as number,
    relevance: logit === undefined ? 1 : sigmoid(logit),
    spans: rendered.spans,
    ...(rendered.inserted?.length ? { inserted: rendered.inserted } : {}),
    kind: ranked.document.outline?.kind ?? "prose",
    ...(rendered.isFragment ? { fragment: true } : {}),
    ...lossOf(ranked.document, rendered),
    ...(request.explain ? { words: explainWords(ranked, rendered.spans) } : {}),
  };
}
