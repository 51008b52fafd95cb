import { bridgeInParts } from "./bridge.js";
import type { DocumentEncoder, EncodedDocuments } from "./encode.js";
import type { Encoder } from "./model/encoder.js";
import type { CheckedRequest } from "./options.js";
import { relevanceInParts, type SentenceRelevance } from "./relevance.js";
import { countJoined } from "./result.js";
import { readsText } from "./text/scripts.js";
import type { TokenCounter } from "./tokens/counter.js";
import { textCounter } from "./tokens/joined.js";
import { resolveCounter } from "./tokens/resolve.js";
import { breathe, inTurns } from "./turn.js";
import type { Timings } from "./types.js";

/** A call's own facts, gathered on the way. */
export interface Work {
  request: CheckedRequest;
  counter: TokenCounter;
  encoded: EncodedDocuments;
  relevance: SentenceRelevance | undefined;
  originalTokens: number;
  documentTokens: number[];
  lap(step: "encodeMs" | "selectMs" | "valueMs" | "fitMs"): void;
  timings(): Timings;
}

/**
 * Counts and encodes the documents and the question: all that later steps know.
 *
 * @throws InvalidOptionError, BackendError, or the signal's reason
 */
export async function encodeAll(
  request: CheckedRequest,
  encoder: Encoder,
  documentEncoder: DocumentEncoder,
): Promise<Work> {
  const started = performance.now();
  const { documents, query, signal } = request;
  signal?.throwIfAborted();
  // Many calls may begin in one turn.
  await breathe();
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
    signal?.throwIfAborted();
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
  await breathe();
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
  const { manifest } = encoder.model;
  if (query !== undefined && vector !== undefined) {
    work.relevance = await inTurns(
      relevanceInParts(
        { text: query, vector },
        encoded.documents,
        readsText(query, manifest.scripts) ? manifest.calibration?.relevance : undefined,
        request.target.kind === "threshold",
      ),
    );
    if (request.target.kind !== "threshold") {
      work.relevance = await inTurns(bridgeInParts(query, work.relevance, encoded.documents));
    }
  }
  await breathe();
  return work;
}
