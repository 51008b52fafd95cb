import { type RenderedDocument, renderDocument, renderWhole } from "../render/prose.js";
import type { IndexedText } from "../tokens/result-counter.js";
import type { Ranking } from "../value/types.js";
import { moveAt, prefixCosts } from "./costs.js";
import { createHeadCounts, type HeadCounts } from "./head-counts.js";
import type { FitDocument } from "./types.js";

/** A selection that can grow and shrink along the ranking, and its text. */
export interface Draft {
  /** One flag per unit, per document. */
  readonly kept: Uint8Array[];
  /** Estimated tokens of the ranking's first moves: none, one, two and so on. */
  readonly costs: Float64Array;
  /** Length of the ranking's prefix that is in. */
  readonly taken: number;
  /** The moves beyond the prefix that are in, in the order they came. */
  readonly extras: readonly number[];
  /** True if nothing but what is pinned is in. */
  readonly isBare: boolean;
  /** Takes exactly the ranking's first `target` moves. */
  take(target: number): void;
  /** Estimated tokens of one move. */
  cost(index: number): number;
  /** Adds one move beyond the prefix; false if it is in already, or its sentence is not open. */
  add(index: number): boolean;
  /** Takes the last moves beyond the prefix out again. */
  undo(moves: number): void;
  /** Goes back to the prefix that costs about `share` of what is taken now. */
  shrink(share: number): void;
  /** Prints a document otherwise than by its moves, until any is taken. */
  replace(place: number, rendered: RenderedDocument): void;
  /** The documents as they are now. */
  rendered(): RenderedDocument[];
  /** What is printed of them: texts that are not empty, and pinned ones. */
  texts(): IndexedText[];
}

/** Starts a selection that holds what is pinned. */
export function createDraft(documents: readonly FitDocument[], ranking: Ranking): Draft {
  const kept = documents.map(({ document, pinned }) => new Uint8Array(document.units.length).fill(pinned ? 1 : 0));
  /** One flag per move, per document: it is in. */
  const isIn = ranking.moves.map(({ sentences }) => new Uint8Array(sentences.length));
  /** Clauses of each sentence that are open: its heads come with the first and go with the last. */
  const opened = documents.map(({ document }) => new Uint16Array(document.sentences.length));
  const rendered: (RenderedDocument | undefined)[] = documents.map(() => undefined);
  const costs = prefixCosts(documents, ranking);
  let extras: number[] = [];
  let taken = 0;
  /** Place of the document that is printed otherwise, or -1. */
  let replaced = -1;

  const heads = documents.map(({ document }) => document.outline && createHeadCounts(document.outline));

  /** Heads and closers come and go with what needs them; a grain that is no prose, with all its units. */
  const setHeads = (place: number, sentence: number, flag: 0 | 1) => {
    const flags = kept[place] as Uint8Array;
    const { document } = documents[place] as FitDocument;
    const isWhole = document.sentences[sentence]?.kind !== "prose";
    const change = (entered: number) => {
      if (entered === sentence && !isWhole) return;
      flags.fill(flag, document.sentenceUnits[entered], document.sentenceUnits[entered + 1]);
    };
    const counts = heads[place] as HeadCounts;
    if (flag === 1) counts.raise(sentence, change);
    else counts.lower(sentence, change);
    return isWhole;
  };
  const set = (index: number, flag: 0 | 1) => {
    const { document, move, moves } = moveAt(ranking, index);
    const flags = kept[document] as Uint8Array;
    rendered[document] = undefined;
    (isIn[document] as Uint8Array)[move] = flag;
    const sentence = moves.sentences[move] as number;
    if ((moves.openingUnits[move] as number) > 0) {
      const counts = opened[document] as Uint16Array;
      const before = counts[sentence] as number;
      counts[sentence] = before + (flag === 1 ? 1 : -1);
      const isBorder = flag === 1 ? before === 0 : before === 1;
      if (heads[document] && isBorder && setHeads(document, sentence, flag)) return;
    }
    const end = moves.starts[move + 1] as number;
    for (let at = moves.starts[move] as number; at < end; at += 1) flags[moves.units[at] as number] = flag;
  };
  const take = (target: number) => {
    if (replaced >= 0) rendered[replaced] = undefined;
    replaced = -1;
    for (const index of extras) set(index, 0);
    extras = [];
    while (taken < target) set(taken++, 1);
    while (taken > target) set(--taken, 0);
  };
  const renderAll = () =>
    documents.map(({ document, pinned, style }, place) => {
      const known = rendered[place];
      if (known) return known;
      const fresh = pinned ? renderWhole(document.text) : renderDocument(document, kept[place] as Uint8Array, style);
      rendered[place] = fresh;
      return fresh;
    });

  return {
    kept,
    costs,
    get taken() {
      return taken;
    },
    get extras() {
      return extras;
    },
    get isBare() {
      return taken === 0 && extras.length === 0 && replaced < 0;
    },
    take,
    cost: (index) => (costs[index + 1] as number) - (costs[index] as number),
    add(index) {
      const { document, move, moves } = moveAt(ranking, index);
      if (isIn[document]?.[move]) return false;
      const required = moves.requires[move] as number;
      if (required >= 0 && !isIn[document]?.[required]) return false;
      set(index, 1);
      extras.push(index);
      return true;
    },
    undo(moves) {
      for (const index of extras.splice(extras.length - moves)) set(index, 0);
    },
    shrink(share) {
      const wanted = (costs[taken] as number) * share;
      let target = Math.max(0, taken - 1);
      while (target > 0 && (costs[target] as number) > wanted) target -= 1;
      take(target);
    },
    replace(place, fresh) {
      take(0);
      rendered[place] = fresh;
      replaced = place;
    },
    rendered: renderAll,
    texts: () =>
      renderAll().flatMap(({ text }, place) =>
        text === "" && !documents[place]?.pinned ? [] : [{ index: (documents[place] as FitDocument).index, text }],
      ),
  };
}
