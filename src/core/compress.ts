import type { DocumentEncoder, EncodedDocuments } from "./encode.js";
import { type Fit, type FitDocument, fitBudget } from "./fit.js";
import type { Encoder } from "./model/encoder.js";
import type { CheckedRequest, Target } from "./options.js";
import { type SentenceRelevance, sentenceRelevance, sigmoid } from "./relevance.js";
import { renderDocument } from "./render.js";
import { countJoined, describeDocument, type KeptDocument, wholeDocument } from "./result.js";
import { type Candidate, findDuplicates, rankOf, selectDocuments } from "./select.js";
import { applyThreshold } from "./threshold.js";
import type { TokenCounter } from "./tokens/counter.js";
import { estimateUnits } from "./tokens/estimate.js";
import { textCounter } from "./tokens/joined.js";
import { resolveCounter } from "./tokens/resolve.js";
import { breathe } from "./turn.js";
import type { CompressResult, DropReason, Timings } from "./types.js";
import { markForcedUnits, valueWords } from "./value.js";

/** A call's own facts, gathered on the way. */
interface Work {
  request: CheckedRequest;
  counter: TokenCounter;
  encoded: EncodedDocuments;
  relevance: SentenceRelevance | undefined;
  originalTokens: number;
  documentTokens: number[];
  lap(step: "encodeMs" | "selectMs" | "valueMs" | "fitMs"): void;
  timings(): Timings;
}

/** The method, in order: encode the documents, select among them, value their words, fit the budget, render. */
export async function compress(
  request: CheckedRequest,
  encoder: Encoder,
  documents: DocumentEncoder,
): Promise<CompressResult> {
  const work = await encodeAll(request, encoder, documents);
  const maxTokens = ceilingOf(request.target, work.originalTokens);
  if (work.originalTokens <= maxTokens && request.minRelevance === 0) return keepAll(work);

  const { kept, dropped } = await selectAll(work, maxTokens);
  work.lap("selectMs");
  if (request.target.kind === "threshold") return keepAbove(work, kept, dropped, request.target.threshold);

  const steps = valueWords(
    kept.map((document) => (document.pinned ? { ...document, excluded: allOf(document) } : document)),
  );
  await breathe();
  work.lap("valueMs");
  const fit = await fitBudget({
    documents: kept,
    steps,
    counter: work.counter,
    maxTokens,
    count: (texts) => countJoined(request, work.counter, texts),
    signal: request.signal,
  });
  return assemble(work, kept, dropped, fit);
}

async function encodeAll(request: CheckedRequest, encoder: Encoder, documentEncoder: DocumentEncoder): Promise<Work> {
  const started = performance.now();
  const { documents, query, signal } = request;
  signal?.throwIfAborted();
  const texts = documents.map(({ text }) => text);
  // Under way while tokens are counted; what fails here is thrown where it is awaited.
  const question = query === undefined ? undefined : encoder.encodeQuestion(query, signal);
  question?.catch(() => undefined);
  const counter = await resolveCounter(request.tokenizer);
  const { count } = textCounter(counter);
  const documentTokens: number[] = [];
  for (const text of texts) {
    documentTokens.push(await count(text));
    await breathe();
  }
  const originalTokens = await countJoined(
    request,
    counter,
    texts.map((text, index) => ({ index, text })),
  );
  await breathe();
  const encoded = await documentEncoder.encodeDocuments(texts, signal);
  const vector = await question;
  signal?.throwIfAborted();
  const laps = { encodeMs: 0, selectMs: 0, valueMs: 0, fitMs: 0 };
  let last = started;
  const work: Work = {
    request,
    counter,
    encoded,
    relevance: undefined,
    originalTokens,
    documentTokens,
    lap(step) {
      const now = performance.now();
      laps[step] += now - last;
      last = now;
    },
    timings: () => ({
      ...laps,
      totalMs: performance.now() - started,
      cacheHits: encoded.cacheHits,
      cacheMisses: encoded.cacheMisses,
    }),
  };
  work.lap("encodeMs");
  if (query !== undefined && vector !== undefined) {
    work.relevance = sentenceRelevance(
      { text: query, vector },
      encoded.documents,
      encoder.model.manifest.calibration?.relevance,
    );
  }
  await breathe();
  return work;
}

function ceilingOf(target: Target, originalTokens: number): number {
  if (target.kind === "maxTokens") return target.maxTokens;
  // A threshold has no ceiling, but cuts all the same.
  return target.kind === "rate" ? Math.max(1, Math.floor(target.rate * originalTokens)) : -1;
}

interface Dropped {
  index: number;
  reason: DropReason;
}

/** The coarse mesh: blank documents, documents the question does not need, and those with no place are out. */
async function selectAll(work: Work, maxTokens: number): Promise<{ kept: FitDocument[]; dropped: Dropped[] }> {
  const { request, encoded, relevance, documentTokens } = work;
  const dropped: Dropped[] = [];
  const pinned: Candidate[] = [];
  const candidates: Candidate[] = [];
  const scores = request.documents.flatMap(({ score }) => (score === undefined ? [] : [score]));
  for (const [index, plan] of encoded.documents.entries()) {
    const document = request.documents[index];
    const logit = relevance?.documents[index];
    const rank = rankOf(plan, logit, document?.score, scores, request.scoreWeight);
    const candidate = {
      index,
      plan,
      relevance: relevance?.logits[index],
      rank,
      tokens: documentTokens[index] as number,
    };
    if (document?.pinned) pinned.push(candidate);
    else if (plan.words.length === 0) dropped.push({ index, reason: "empty" });
    else if (logit !== undefined && sigmoid(logit) < request.minRelevance)
      dropped.push({ index, reason: "irrelevant" });
    else candidates.push(candidate);
  }
  const isBudget = request.target.kind !== "threshold";
  const selection = isBudget
    ? selectDocuments(candidates, maxTokens, relevance !== undefined)
    : { kept: candidates, dropped: [] };
  for (const { index } of selection.dropped) dropped.push({ index, reason: "over-budget" });
  await breathe();
  // Under a threshold a document's fate is its own: copies are looked for inside each document only.
  const groups = isBudget ? [selection.kept] : selection.kept.map((candidate) => [candidate]);
  const duplicates = new Map<Candidate, Uint8Array>();
  for (const group of request.dedupe ? groups : []) {
    for (const [place, flags] of findDuplicates(group, isBudget ? 3 * maxTokens : undefined).entries())
      duplicates.set(group[place] as Candidate, flags);
    await breathe();
  }
  const kept: FitDocument[] = [];
  for (const candidate of [...selection.kept, ...pinned].sort((a, b) => a.index - b.index)) {
    const isPinned = pinned.includes(candidate);
    const copies = duplicates.get(candidate);
    if (copies?.every((flag) => flag === 1) && copies.length > 0) {
      dropped.push({ index: candidate.index, reason: "duplicate" });
      continue;
    }
    kept.push({
      index: candidate.index,
      plan: candidate.plan,
      relevance: candidate.relevance,
      excluded: excludedSentences(candidate, copies, request.minRelevance),
      forced: markForcedUnits(candidate.plan, request.phrases),
      pinned: isPinned,
      unitCosts: estimateUnits(candidate.plan, work.counter),
    });
  }
  await breathe();
  return { kept, dropped };
}

function excludedSentences(
  { relevance }: Candidate,
  copies: Uint8Array | undefined,
  minRelevance: number,
): Uint8Array | undefined {
  if (relevance === undefined || minRelevance === 0) return copies;
  return Uint8Array.from(relevance, (logit, sentence) =>
    copies?.[sentence] === 1 || sigmoid(logit) < minRelevance ? 1 : 0,
  );
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
      : renderDocument(document.plan, applyThreshold(document, threshold)),
  );
  work.lap("valueMs");
  const documentTokens: number[] = [];
  for (const { text } of rendered) documentTokens.push(text === "" ? 0 : await work.counter.count(text));
  const texts = documents.flatMap(({ index }, place) =>
    rendered[place]?.text ? [{ index, text: rendered[place].text }] : [],
  );
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
