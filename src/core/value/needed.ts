import type { RankedDocument, Ranking } from "./types.js";

/**
 * How far below the best move another one may be worth, where only what the question needs is to stay. Calibrated on the
 * development questions of several hops: under a ceiling of half of the tokens 3 of 245 lose their answer, with three
 * quarters of the ceiling used; of 360 questions of one hop 2 do, with three tenths of it.
 */
const NEEDED_DISTANCE = 2.6;

/** The moves that the question needs: those worth nearly as much as the best. Each part of a question has its best among them. */
export function neededMoves(ranking: Ranking): Ranking {
  const least = (ranking.values[0] ?? 0) - NEEDED_DISTANCE;
  const first = ranking.values.findIndex((value) => value < least);
  const end = first < 0 ? ranking.values.length : first;
  return {
    moves: ranking.moves,
    documents: ranking.documents.subarray(0, end),
    indices: ranking.indices.subarray(0, end),
    values: ranking.values.subarray(0, end),
  };
}

/** The documents of a ranking, those without a move in it with all of their sentences out. */
export function excludeUnneeded<Document extends RankedDocument & { pinned: boolean }>(
  documents: readonly Document[],
  ranking: Ranking,
): Document[] {
  const needed = new Set(ranking.documents);
  return documents.map((own, place) =>
    own.pinned || needed.has(place) ? own : { ...own, excluded: new Uint8Array(own.document.sentences.length).fill(1) },
  );
}
