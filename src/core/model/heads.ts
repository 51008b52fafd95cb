import { sigmoid } from "../log-odds.js";

/** Reads a model's logits, row by row, by what its labels mean. */
export interface Heads {
  /** Logits per token. */
  readonly labels: number;
  /**
   * True for published checkpoints, `["drop", "keep"]`: a softmax over two, and no other score. False for
   * `["keep", "core"]` and `["keep", "core", "pivot"]`: a sigmoid each.
   */
  readonly isPublished: boolean;
  /** Log-odds that a token is kept. */
  keepLogit(logits: Float32Array, token: number): number;
  /** Scores of a run of tokens, from one on and before another: a word's pieces. */
  wordScores(logits: Float32Array, from: number, to: number): WordScores;
}

/** Scores of a word, 0..1. */
export interface WordScores {
  keep: number;
  core: number;
  /** 0 for models without. */
  pivot: number;
}

/** @param labels The manifest's labels, in the order of the logits. */
export function readHeads(labels: readonly string[]): Heads {
  return labels[0] === "drop" ? publishedHeads(labels.length) : ownHeads(labels.length);
}

/** Keep, core and, where there is a third, pivot: a word's logits are the means of its pieces'. */
function ownHeads(labels: number): Heads {
  const score = (logits: Float32Array, label: number, from: number, to: number) => {
    let sum = 0;
    for (let piece = from; piece < to; piece += 1) sum += logits[labels * piece + label] as number;
    return sigmoid(sum / (to - from));
  };
  return {
    labels,
    isPublished: false,
    keepLogit: (logits, token) => logits[token * labels] as number,
    wordScores: (logits, from, to) => ({
      keep: score(logits, 0, from, to),
      core: score(logits, 1, from, to),
      pivot: labels > 2 ? score(logits, 2, from, to) : 0,
    }),
  };
}

/** Drop and keep: a word's probability is the mean of its pieces', as published. */
function publishedHeads(labels: number): Heads {
  const keepLogit = (logits: Float32Array, token: number) =>
    (logits[token * labels + 1] as number) - (logits[token * labels] as number);
  return {
    labels,
    isPublished: true,
    keepLogit,
    wordScores(logits, from, to) {
      let keep = 0;
      for (let piece = from; piece < to; piece += 1) keep += sigmoid(keepLogit(logits, piece));
      keep /= to - from;
      return { keep, core: keep, pivot: 0 };
    },
  };
}
