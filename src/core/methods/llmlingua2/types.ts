import type { LoadedModel } from "../../model/load/manifest.js";
import type { JudgedContext, JudgedWord } from "../slots.js";
import type { KeepScorer, LogitsRunner } from "./scorer.js";
import type { CheckpointTokenizer } from "./tokenizer.js";

/** The encoder as the published method needs it. */
export interface SequenceEncoder {
  model: LoadedModel;
  /** Logits of one sequence, special tokens included, with zeros for token types. */
  run: LogitsRunner;
}

/** What the published rules run on. */
export interface Llmlingua2Model {
  tokenizer: CheckpointTokenizer;
  score: KeepScorer;
  /** Most tokens of a sequence, special tokens included; the reference has 512 whatever the checkpoint can read. */
  maxSequenceTokens: number;
  /** Counts the cl100k tokens of a text; `<|endoftext|>` and its like are text. */
  countTokens(text: string): number;
}

/** A word as the published rules see it, and its fate. Places are the source's, UTF-16 and half-open. */
export interface Llmlingua2Word extends JudgedWord {
  /** The word as the reference writes it in its labels: normalized by the tokenizer, unlike the source. */
  label: string;
}

/** What became of one context. */
export interface Llmlingua2Context extends JudgedContext {
  /** Mean keep probability, 0..1; only with `useContextLevelFilter`. */
  probability?: number;
  words: Llmlingua2Word[];
}

export interface Llmlingua2Result {
  /** In the caller's order. */
  contexts: Llmlingua2Context[];
  /** Share of the tokens that the words were judged for, in (0, 1]. */
  rate: number;
  /** The reference's `fn_labeled_original_prompt`; only with `returnWordLabel`. */
  labeledPrompt?: string;
}
