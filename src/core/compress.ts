import { hintOf } from "./document/hint.js";
import type { DocumentReader } from "./document/reader.js";
import type { AnalyzedDocument } from "./document/types.js";
import { keepsBest } from "./fit/best-move.js";
import { fitBudget } from "./fit/budget.js";
import type { Fit, FitDocument, FitRequest } from "./fit/types.js";
import { estimateUnitCosts } from "./fit/unit-costs.js";
import { logit } from "./log-odds.js";
import type { Encoder } from "./model/encoder.js";
import type { CheckedRequest, Target } from "./options/compress-options.js";
import { questionParts } from "./relevance/question-parts.js";
import { relateDocuments } from "./relevance/relevance.js";
import type { QuestionVector, SentenceRelevance } from "./relevance/types.js";
import { markerOf } from "./render/markers.js";
import { renderAll, renderDocument, renderWhole } from "./render/prose.js";
import { type CallFacts, type Clock, type Cut, reportCut, reportWhole, startClock } from "./report.js";
import { runSliced, yieldToEventLoop } from "./runtime/event-loop.js";
import { shortlist } from "./select/shortlist.js";
import type { ShortlistedDocument } from "./select/types.js";
import { readsText } from "./text/scripts.js";
import { openResultCounter, type ResultCounter } from "./tokens/result-counter.js";
import type { CompressResult } from "./types.js";
import { markForcedUnits } from "./value/forced-units.js";
import { excludeUnneeded, neededMoves } from "./value/needed.js";
import { rankMoves } from "./value/ranking.js";
import { applyThreshold } from "./value/threshold.js";
import type { RankedDocument } from "./value/types.js";

/**
 * The method, in order: read the documents, relate them to the question, select among them, value their words, fit the
 * budget, report.
 *
 * @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason
 */
export async function compress(
  request: CheckedRequest,
  encoder: Encoder,
  reader: DocumentReader,
): Promise<CompressResult> {
  const { target, signal } = request;
  const clock = startClock();
  await takeTurn(signal);
  const question = startQuestion(request, encoder);
  const counter = await openResultCounter(request);
  const sizes = await counter.countAll();
  await yieldToEventLoop();
  const read = await reader.read(
    request.documents.map((source) => ({ text: source.text, hint: hintOf(source, request.kind), form: request.form })),
    signal,
  );
  const parts = await question;
  await takeTurn(signal);
  clock.lap("encodeMs");

  const isApart = target.kind === "threshold";
  const relevance = parts && (await relate(request, parts, read.documents, encoder));
  await yieldToEventLoop();
  const facts: CallFacts = { request, read, sizes, relevance, clock };
  const maxTokens = ceilingOf(target, sizes.total);
  const isAllWanted = request.minRelevance === 0 || relevance === undefined;
  if (!isApart && sizes.total <= maxTokens && isAllWanted) return reportWhole(facts);
  if (request.form === "compact" && isAllWanted && !isApart) {
    const compact = await compactWhole(read.documents, counter, maxTokens);
    if (compact) return reportCut(facts, everything(read.documents, relevance), [], compact, "empty");
  }

  const { kept, dropped } = await shortlist(
    { sources: request.documents, documents: read.documents, relevance, sizes: sizes.documents, maxTokens, isApart },
    { ...request, least: leastLogit(request) },
  );
  const shortlisted = await prepare(kept, request, counter);
  await yieldToEventLoop();
  clock.lap("selectMs");
  if (target.kind === "threshold") {
    const cut = await keepAbove(shortlisted, target.threshold, counter, clock);
    return reportCut(facts, shortlisted, dropped, cut, "irrelevant");
  }

  const ranked = await runSliced(rankMoves(shortlisted.map(withoutPinned)));
  const isNeededOnly = request.minRelevance === "auto" && relevance !== undefined;
  const ranking = isNeededOnly ? neededMoves(ranked) : ranked;
  const candidates = isNeededOnly ? excludeUnneeded(shortlisted, ranking) : shortlisted;
  clock.lap("valueMs");
  await yieldToEventLoop();
  const fit = await fitMarked({
    documents: candidates,
    ranking,
    counter: counter.counter,
    maxTokens,
    count: counter.countJoined,
    signal,
  });
  return reportCut(facts, candidates, dropped, fit, "over-budget");
}

/** Lets others go first, since many calls may begin in one turn, and ends the call if it was aborted. */
async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await yieldToEventLoop();
  signal?.throwIfAborted();
}

/** The vectors of the question's parts, under way while tokens are counted: an error is thrown when they are awaited. */
function startQuestion({ query, signal }: CheckedRequest, encoder: Encoder): Promise<QuestionVector[]> | undefined {
  if (query === undefined) return undefined;
  const parts = typeof query === "string" ? questionParts(query) : query;
  const vectors = Promise.all(
    parts.map(async (text) => ({ text, vector: await encoder.encodeQuestion(text, signal) })),
  );
  vectors.catch(() => undefined);
  return vectors;
}

/** A question in a script that the model does not read is compared by its words. */
function relate(
  { target }: CheckedRequest,
  parts: readonly QuestionVector[],
  documents: readonly AnalyzedDocument[],
  { model: { manifest } }: Encoder,
): Promise<SentenceRelevance> {
  const isRead = parts.every(({ text }) => readsText(text, manifest.scripts));
  const calibration = isRead ? manifest.calibration?.relevance : undefined;
  return runSliced(relateDocuments(parts, documents, { calibration, isApart: target.kind === "threshold" }));
}

function ceilingOf(target: Target, originalTokens: number): number {
  if (target.kind === "maxTokens") return target.maxTokens;
  if (target.kind === "threshold") return Number.POSITIVE_INFINITY;
  return target.rate === 1 ? originalTokens : Math.max(1, Math.floor(target.rate * originalTokens));
}

/** Lowest log-odds of relevance that a sentence may have. What `"auto"` leaves out is told once all is valued. */
function leastLogit({ minRelevance }: CheckedRequest): number {
  return minRelevance === "auto" ? Number.NEGATIVE_INFINITY : logit(minRelevance);
}

/** What the later steps need of each document besides. */
async function prepare(
  shortlisted: readonly ShortlistedDocument[],
  { phrases, marker }: CheckedRequest,
  { counter }: ResultCounter,
): Promise<FitDocument[]> {
  const prepared: FitDocument[] = [];
  for (const ranked of shortlisted) {
    await yieldToEventLoop();
    const forced = markForcedUnits(ranked.document, phrases);
    prepared.push({
      ...ranked,
      forced,
      style: { forced, marker: markerOf(marker, ranked.document) },
      unitCosts: await runSliced(estimateUnitCosts(ranked.document, counter)),
    });
  }
  return prepared;
}

/** A pinned document is in already: it has no moves. */
function withoutPinned(ranked: FitDocument): RankedDocument {
  if (!ranked.pinned) return ranked;
  return { ...ranked, excluded: new Uint8Array(ranked.document.sentences.length).fill(1) };
}

/** Notes on what is left out never displace the best of what there is: under a low ceiling there are none. */
async function fitMarked(request: FitRequest): Promise<Fit> {
  const fit = await fitBudget(request);
  const isMarked = request.documents.some(({ style }) => style.marker !== undefined);
  if (!isMarked || keepsBest(request.ranking, fit)) return fit;
  const documents = request.documents.map((document) => ({
    ...document,
    style: { ...document.style, marker: undefined },
  }));
  const bare = await fitBudget({ ...request, documents });
  const isEmpty = fit.rendered.every(({ text }) => text === "");
  return isEmpty || keepsBest(request.ranking, bare) ? bare : fit;
}

/** All documents in their compact form, if that fits: undefined if it does not. */
async function compactWhole(
  documents: readonly AnalyzedDocument[],
  counter: ResultCounter,
  maxTokens: number,
): Promise<Cut | undefined> {
  const rendered = documents.map((document) => renderAll(document));
  const tokens = await counter.countJoined(rendered.map(({ text }, index) => ({ index, text })));
  if (tokens > maxTokens) return undefined;
  const documentTokens: number[] = [];
  for (const { text } of rendered) documentTokens.push(await counter.count(text));
  return { rendered, documentTokens, tokens };
}

/** All documents, as a cut that keeps them all. */
function everything(documents: readonly AnalyzedDocument[], relevance: SentenceRelevance | undefined) {
  return documents.map((document, index) => ({
    index,
    document,
    relevance: relevance?.logits[index],
    pinned: true,
  }));
}

/** A threshold: each document on its own. */
async function keepAbove(
  documents: readonly FitDocument[],
  threshold: number,
  counter: ResultCounter,
  clock: Clock,
): Promise<Cut> {
  const rendered = documents.map((ranked) =>
    ranked.pinned
      ? renderWhole(ranked.document.text)
      : renderDocument(ranked.document, applyThreshold(ranked, threshold), ranked.style),
  );
  clock.lap("valueMs");
  const documentTokens: number[] = [];
  for (const { text } of rendered) documentTokens.push(text === "" ? 0 : await counter.counter.count(text));
  const texts = documents.flatMap(({ index, pinned }, place) => {
    const { text } = rendered[place] as { text: string };
    return text !== "" || pinned ? [{ index, text }] : [];
  });
  const tokens = texts.length === 0 ? 0 : await counter.countJoined(texts);
  return { rendered, documentTokens, tokens };
}
