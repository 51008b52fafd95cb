import { readHeads } from "../../model/heads.js";
import type { LoadedModel } from "../../model/load/manifest.js";
import { resolveCounter } from "../../tokens/resolve.js";
import { keepScorer } from "./scorer.js";
import { type CheckpointTokenizer, openCheckpointTokenizer } from "./tokenizer.js";
import type { Llmlingua2Model, SequenceEncoder } from "./types.js";

/** The reference cuts its sequences at this length, whatever the model can read. */
const PUBLISHED_SEQUENCE_TOKENS = 512;

const tokenizers = new WeakMap<LoadedModel, CheckpointTokenizer>();
/** Words counted by the rule, which counts the same ones again and again. */
const REMEMBERED_WORDS = 50_000;
const LONGEST_WORD = 64;

/** What the published rules run on, from an open encoder: its tokenizer is read once. */
export async function openLlmlingua2Model({ model, run }: SequenceEncoder): Promise<Llmlingua2Model> {
  const tokenizer = tokenizers.get(model) ?? openCheckpointTokenizer(model.tokenizerJson);
  tokenizers.set(model, tokenizer);
  const { outputs, window } = model.manifest;
  // A published checkpoint's window is what it can read; ours is shorter than that, for speed.
  const readable = readHeads(outputs.labels).isPublished ? window.maxTokens : PUBLISHED_SEQUENCE_TOKENS;
  return {
    tokenizer,
    score: keepScorer(run, outputs.labels),
    maxSequenceTokens: Math.min(PUBLISHED_SEQUENCE_TOKENS, readable),
    countTokens: await wordCounter(),
  };
}

/** Counts cl100k tokens, as the reference does whatever the target model is; short texts are remembered. */
export async function wordCounter(): Promise<(text: string) => number> {
  const counter = await resolveCounter("cl100k_base");
  const known = new Map<string, number>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    // Named encodings answer at once.
    const tokens = counter.count(text) as number;
    if (text.length <= LONGEST_WORD) {
      if (known.size >= REMEMBERED_WORDS) known.clear();
      known.set(text, tokens);
    }
    return tokens;
  };
}
