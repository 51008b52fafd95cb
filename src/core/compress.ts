import { hintOf } from "./document/hint.js";
import type { DocumentReader } from "./document/reader.js";
import type { AnalyzedDocument } from "./document/types.js";
import { keepsBest } from "./fit/best-move.js";
import { fitBudget } from "./fit/budget.js";
import type { Fit, FitDocument, FitRequest } from "./fit/types.js";
import { estimateUnitCosts } from "./fit/unit-costs.js";
import { fitWhole } from "./fit/whole.js";
import { logit } from "./log-odds.js";
import type { EncoderPair } from "./model/encoder-pair.js";
import type { CheckedRequest, Target } from "./options/compress-options.js";
import { type ComparedQuestion, openQuestion } from "./question.js";
import { type RelevanceRules, relateDocuments, tellWordGains } from "./relevance/relevance.js";
import type { SentenceRelevance } from "./relevance/types.js";
import { markerOf } from "./render/markers.js";
import { renderDocument, renderWhole } from "./render/prose.js";
import { type CallFacts, type Clock, type Cut, reportCut, reportWhole, startClock } from "./report.js";
import { runSliced, type Sliced, yieldToEventLoop } from "./runtime/event-loop.js";
import { endTogether } from "./runtime/until-aborted.js";
import { shortlist } from "./select/shortlist.js";
import type { ShortlistedDocument } from "./select/types.js";
import { openResultCounter, type ResultCounter } from "./tokens/result-counter.js";
import type { CompressResult } from "./types.js";
import { askedKinds } from "./value/asked-words.js";
import { markForcedUnits } from "./value/forced-units.js";
import { excludeUnneeded, neededMoves } from "./value/needed.js";
import { rankMoves } from "./value/ranking.js";
import { applyThreshold } from "./value/threshold.js";
import type { RankedDocument, Ranking } from "./value/types.js";

/**
 * The method, in order: read the documents, relate them to the question, select among them, value their words, fit the
 * budget, report.
 *
 * @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason
 */
export async function compress(
  request: CheckedRequest,
  encoders: EncoderPair,
  reader: Pick<DocumentReader, "read">,
): Promise<CompressResult> {
  return endTogether(request.signal, (signal) => compressTogether({ ...request, signal }, encoders, reader));
}

async function compressTogether(
  request: CheckedRequest,
  encoders: EncoderPair,
  reader: Pick<DocumentReader, "read">,
): Promise<CompressResult> {
  const { target, query, signal } = request;
  const clock = startClock();
  await takeTurn(signal);
  const question = query === undefined ? undefined : await openQuestion(query, encoders, signal);
  // The encoder is busy with the documents while their tokens are counted.
  const reading = reader.read(
    request.documents.map((source) => ({
      text: source.text,
      hint: hintOf(source, request.kind),
      form: formOfReading(request),
      bySecond: question?.bySecond,
      metadata: source.metadata,
    })),
    signal,
  );
  reading.catch(() => undefined);
  const counter = await openResultCounter(request);
  const sizes = await counter.countAll();
  await yieldToEventLoop();
  const read = await reading;
  // Many calls may have waited for the same text.
  await yieldToEventLoop();
  const isApart = target.kind === "threshold";
  // The question's vectors are still under way.
  const gains = question && (await runSliced(tellWordGains(question.parts, read.documents, isApart)));
  const compared = await question?.compareWith(read.documents);
  await takeTurn(signal);
  clock.lap("encodeMs");

  const relevance = compared && (await relate(compared, read.documents, { isApart, gains }));
  await yieldToEventLoop();
  const facts: CallFacts = { request, read, sizes, relevance, clock };
  const maxTokens = ceilingOf(target, sizes.total);
  const isAllWanted = request.minRelevance === 0 || relevance === undefined;
  if (!isApart && sizes.total <= maxTokens && isAllWanted) return reportWhole(facts);
  if (isAllWanted && !isApart) {
    const documents = everything(request, read.documents, relevance);
    const mayFold = request.query === undefined;
    const whole = await fitWhole({ documents, form: request.form, mayFold, counter, maxTokens });
    if (whole) return reportCut(facts, documents.map(pinnedWhole), [], whole, "empty");
  }

  const { kept, dropped } = await shortlist(
    { sources: request.documents, documents: read.documents, relevance, sizes: sizes.documents, maxTokens, isApart },
    { ...request, least: leastLogit(request) },
  );
  const shortlisted = await runSliced(prepare(kept, request, counter));
  await yieldToEventLoop();
  clock.lap("selectMs");
  if (target.kind === "threshold") {
    const cut = await keepAbove(shortlisted, target.threshold, counter, clock);
    return reportCut(facts, shortlisted, dropped, cut, "irrelevant");
  }

  const ranked = await runSliced(rankMoves(shortlisted.map(withoutPinned), question && askedKinds(question.parts)));
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
  if (isRoomInCompactForm(request, candidates, ranking, fit))
    return compressTogether({ ...request, form: "compact" }, encoders, reader);
  return reportCut(facts, candidates, dropped, fit, "over-budget");
}

/**
 * JSON to the letter needs room for its indentation: where that leaves none for a single member, or none for the member
 * that the question asks for, and other texts have nothing to lose by it, it is printed without.
 */
function isRoomInCompactForm(
  { form }: CheckedRequest,
  documents: readonly FitDocument[],
  ranking: Ranking,
  fit: Fit,
): boolean {
  if (form !== "same") return false;
  const isJson = documents.map(({ document }) => document.outline?.kind === "json");
  if (fit.rendered.every(({ text }) => text === "")) return isJson.includes(true);
  const best = documents[ranking.documents[0] ?? -1];
  return (
    best?.relevance !== undefined &&
    fit.rendered.every(({ text }, place) => text === "" || isJson[place]) &&
    best.document.outline?.kind === "json" &&
    !keepsBest(ranking, fit)
  );
}

/** A text that does not fit as a table is cut in its compact form. */
function formOfReading({ form }: CheckedRequest) {
  return form === "table" ? "compact" : form;
}

/** Lets others go first, since many calls may begin in one turn, and ends the call if it was aborted. */
async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await yieldToEventLoop();
  signal?.throwIfAborted();
}

function relate(
  { questions, calibration }: ComparedQuestion,
  documents: readonly AnalyzedDocument[],
  rules: Pick<RelevanceRules, "isApart" | "gains">,
): Promise<SentenceRelevance> {
  return runSliced(relateDocuments(questions, documents, { calibration, ...rules }));
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
function* prepare(
  shortlisted: readonly ShortlistedDocument[],
  { phrases, marker }: CheckedRequest,
  { counter }: ResultCounter,
): Sliced<FitDocument[]> {
  const prepared: FitDocument[] = [];
  for (const ranked of shortlisted) {
    yield;
    const forced = markForcedUnits(ranked.document, phrases);
    prepared.push({
      ...ranked,
      forced,
      style: { forced, marker: markerOf(marker, ranked.document) },
      unitCosts: yield* estimateUnitCosts(ranked.document, counter),
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

/** All documents, as a cut that keeps them all. */
function everything(
  { documents: sources }: CheckedRequest,
  documents: readonly AnalyzedDocument[],
  relevance: SentenceRelevance | undefined,
) {
  return documents.map((document, index) => ({
    index,
    document,
    relevance: relevance?.logits[index],
    pinned: sources[index]?.pinned === true,
  }));
}

function pinnedWhole<Document extends { pinned: boolean }>(document: Document): Document {
  return { ...document, pinned: true };
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
  const counted = (await counter.countEach(rendered.map(({ text }) => text).filter((text) => text !== ""))).values();
  const documentTokens = rendered.map(({ text }) => (text === "" ? 0 : (counted.next().value as number)));
  const texts = documents.flatMap(({ index, pinned }, place) => {
    const { text } = rendered[place] as { text: string };
    return text !== "" || pinned ? [{ index, text }] : [];
  });
  const tokens = texts.length === 0 ? 0 : await counter.countJoined(texts);
  return { rendered, documentTokens, tokens };
}
