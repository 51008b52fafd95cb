import { readFileSync } from "node:fs";
import { wordCounter } from "../../../../src/core/methods/llmlingua2/model.js";
import {
  type CheckpointTokenizer,
  openCheckpointTokenizer,
} from "../../../../src/core/methods/llmlingua2/tokenizer.js";
import type { Llmlingua2Model } from "../../../../src/core/methods/llmlingua2/types.js";
import { FIXTURES } from "./golden.js";

export type TinyFamily = "wordpiece" | "unigram" | "byte-level";

const opened = new Map<TinyFamily, CheckpointTokenizer>();

/** Tokenizer of a tiny checkpoint. */
export function tinyTokenizer(family: TinyFamily): CheckpointTokenizer {
  const tokenizer =
    opened.get(family) ??
    openCheckpointTokenizer(JSON.parse(readFileSync(new URL(`${family}/tokenizer.json`, FIXTURES), "utf8")));
  opened.set(family, tokenizer);
  return tokenizer;
}

/** A model that scores each token by its id alone, spread evenly over (0, 1): the rules run on known numbers. */
export async function idScoredModel(family: TinyFamily, maxSequenceTokens = 512): Promise<Llmlingua2Model> {
  return {
    tokenizer: tinyTokenizer(family),
    score: async (sequences) =>
      sequences.map((sequence) =>
        Float32Array.from(sequence, (id) => ((Math.imul(id, 2_654_435_761) >>> 8) + 0.5) / 2 ** 24),
      ),
    maxSequenceTokens,
    countTokens: await wordCounter(),
  };
}
