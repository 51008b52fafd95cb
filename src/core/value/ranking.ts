import { argsort } from "../runtime/argsort.js";
import type { Sliced } from "../runtime/event-loop.js";
import { liftAsked } from "./asked-words.js";
import { sentenceValues } from "./gains.js";
import { movesOf } from "./moves.js";
import type { Moves, RankedDocument, Ranking } from "./types.js";

/** Moves that are valued before the event loop may run. */
const MOVES_PER_SLICE = 8192;

/** How much less the sentences of each kind of copy are worth: evidence waits for what is as good, the rest for all. */
const COPY_PENALTIES = [0, 0, 1000];

/**
 * Ranks all units of all documents at once, best first. A sentence comes in through one opening move that
 * brings its best units and everything protected; its other units follow one by one at their own value.
 * Code lines, table rows, headings and data come whole. Ties keep the source's order.
 * What another sentence says already comes after all else: nobody knows yet whether the better one will fit.
 *
 * @param asked Kinds of words that the question asks for (see `askedKinds`).
 */
export function* rankMoves(ranked: readonly RankedDocument[], asked = 0): Sliced<Ranking> {
  const moves: Moves[] = [];
  for (const document of ranked) {
    moves.push(yield* movesOf(document));
    yield;
  }
  const most = moves.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const documents = new Uint32Array(most);
  const indices = new Uint32Array(most);
  const values = new Float64Array(most);
  let length = 0;
  for (const [document, { sentences, logSalience }] of moves.entries()) {
    const own = ranked[document] as RankedDocument;
    const { scales, offsets } = sentenceValues(own);
    for (const [sentence, copy] of own.copies?.entries() ?? []) {
      offsets[sentence] = (offsets[sentence] as number) - (COPY_PENALTIES[copy] as number);
    }
    const worth = new Float64Array(sentences.length);
    for (let index = 0; index < sentences.length; index += 1) {
      if (index % MOVES_PER_SLICE === MOVES_PER_SLICE - 1) yield;
      const sentence = sentences[index] as number;
      worth[index] = (offsets[sentence] as number) + (scales[sentence] as number) * (logSalience[index] as number);
    }
    yield* liftAsked(asked, own.document, moves[document] as Moves, worth);
    for (let index = 0; index < sentences.length; index += 1) {
      if (index % MOVES_PER_SLICE === MOVES_PER_SLICE - 1) yield;
      if (own.excluded?.[sentences[index] as number]) continue;
      documents[length] = document;
      indices[length] = index;
      values[length] = worth[index] as number;
      length += 1;
    }
    yield;
  }
  // The moves are in the order document, sentence, opening first: the index settles ties.
  const order = yield* argsort(values.subarray(0, length));
  yield;
  return { moves, ...inOrder(order, { documents, indices, values }) };
}

/** What is known of each move, in the given order. */
function inOrder(order: Uint32Array, { documents, indices, values }: Omit<Ranking, "moves">): Omit<Ranking, "moves"> {
  const { length } = order;
  const ordered = {
    documents: new Uint32Array(length),
    indices: new Uint32Array(length),
    values: new Float64Array(length),
  };
  for (let place = 0; place < length; place += 1) {
    const index = order[place] as number;
    ordered.documents[place] = documents[index] as number;
    ordered.indices[place] = indices[index] as number;
    ordered.values[place] = values[index] as number;
  }
  return ordered;
}
