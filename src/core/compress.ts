import type { DocumentEncoder } from "./encode.js";
import { type Fit, type FitDocument, fitBudget } from "./fit.js";
import type { Encoder } from "./model/encoder.js";
import { type Dropped, narrow } from "./narrow.js";
import type { CheckedRequest, Target } from "./options.js";
import { sigmoid } from "./relevance.js";
import { renderDocument } from "./render.js";
import { countJoined, describeDocument, type KeptDocument, wholeDocument } from "./result.js";
import { applyThreshold } from "./threshold.js";
import { breathe, inTurns } from "./turn.js";
import type { CompressResult, DropReason } from "./types.js";
import { valueInParts } from "./value.js";
import { encodeAll, type Work } from "./work.js";

/** The method, in order: encode the documents, select among them, value their words, fit the budget, render. */
export async function compress(
  request: CheckedRequest,
  encoder: Encoder,
  documents: DocumentEncoder,
): Promise<CompressResult> {
  const work = await encodeAll(request, encoder, documents);
  const maxTokens = ceilingOf(request.target, work.originalTokens);
  const isAllWanted = request.minRelevance === 0 || work.relevance === undefined;
  if (work.originalTokens <= maxTokens && isAllWanted) return keepAll(work);

  const { kept, dropped } = await narrow(work, maxTokens);
  work.lap("selectMs");
  if (request.target.kind === "threshold") return keepAbove(work, kept, dropped, request.target.threshold);

  const ranked = kept.map((document) => (document.pinned ? { ...document, excluded: allOf(document) } : document));
  const ranking = await inTurns(valueInParts(ranked));
  work.lap("valueMs");
  await breathe();
  const fit = await fitBudget({
    documents: kept,
    ranking,
    counter: work.counter,
    maxTokens,
    count: (texts) => countJoined(request, work.counter, texts),
    signal: request.signal,
  });
  return assemble(work, kept, dropped, fit);
}

function ceilingOf(target: Target, originalTokens: number): number {
  if (target.kind === "maxTokens") return target.maxTokens;
  // A threshold has no ceiling, but cuts all the same.
  if (target.kind === "threshold") return -1;
  return target.rate === 1 ? originalTokens : Math.max(1, Math.floor(target.rate * originalTokens));
}

function allOf({ plan }: FitDocument): Uint8Array {
  return new Uint8Array(plan.sentences.length).fill(1);
}

/** Everything fits: the documents as they came, byte for byte. */
function keepAll(work: Work): CompressResult {
  const kept = work.encoded.documents.map((plan, index) =>
    keptDocument(
      work,
      { index, plan, relevance: work.relevance?.logits[index] },
      wholeDocument(plan.text),
      work.documentTokens[index] as number,
    ),
  );
  return finish(work, kept, [], work.originalTokens);
}

/** A threshold: each document on its own. */
async function keepAbove(
  work: Work,
  documents: readonly FitDocument[],
  dropped: Dropped[],
  threshold: number,
): Promise<CompressResult> {
  const rendered = documents.map((document) =>
    document.pinned
      ? wholeDocument(document.plan.text)
      : renderDocument(document.plan, applyThreshold(document, threshold), document.forced),
  );
  work.lap("valueMs");
  const documentTokens: number[] = [];
  for (const { text } of rendered) documentTokens.push(text === "" ? 0 : await work.counter.count(text));
  const texts = documents.flatMap(({ index, pinned }, place) => {
    const { text } = rendered[place] as { text: string };
    return text !== "" || pinned ? [{ index, text }] : [];
  });
  const tokens = texts.length === 0 ? 0 : await countJoined(work.request, work.counter, texts);
  return assemble(work, documents, dropped, { rendered, documentTokens, tokens }, "irrelevant");
}

function assemble(
  work: Work,
  documents: readonly FitDocument[],
  dropped: readonly Dropped[],
  fit: Pick<Fit, "rendered" | "documentTokens" | "tokens">,
  reason: DropReason = "over-budget",
): CompressResult {
  const kept: KeptDocument[] = [];
  const out = [...dropped];
  for (const [place, document] of documents.entries()) {
    const rendered = fit.rendered[place];
    if (rendered && (rendered.text !== "" || document.pinned)) {
      kept.push(keptDocument(work, document, rendered, fit.documentTokens[place] as number));
    } else {
      const isIrrelevant = document.excluded?.every((flag) => flag === 1) && work.request.minRelevance > 0;
      out.push({ index: document.index, reason: isIrrelevant ? "irrelevant" : reason });
    }
  }
  return finish(work, kept, out, fit.tokens);
}

function keptDocument(
  work: Work,
  ranked: KeptDocument["ranked"],
  rendered: KeptDocument["rendered"],
  tokens: number,
): KeptDocument {
  const logit = work.relevance?.documents[ranked.index];
  return {
    ranked,
    rendered,
    tokens,
    originalTokens: work.documentTokens[ranked.index] as number,
    relevance: logit === undefined ? 1 : sigmoid(logit),
  };
}

function finish(
  work: Work,
  kept: readonly KeptDocument[],
  dropped: readonly Dropped[],
  tokens: number,
): CompressResult {
  const { request } = work;
  const documents = kept.map((document) => describeDocument(request, document));
  work.lap("fitMs");
  return {
    text: documents.map(({ text }) => text).join(request.separator),
    documents,
    dropped: dropped
      .map(({ index, reason }) => ({ id: request.documents[index]?.id as string, index, reason }))
      .sort((a, b) => a.index - b.index),
    tokens,
    originalTokens: work.originalTokens,
    timings: work.timings(),
  };
}
