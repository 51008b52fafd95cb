import * as tokenizersPort from "@huggingface/tokenizers";

/**
 * The parts of `@huggingface/tokenizers` that counting needs, typed here: its own declarations do not resolve
 * under Node's module resolution. The port holds each step of a tokenizer.json as a callable object.
 */
export interface PortTokenizer {
  normalizer: { normalize(text: string): string } | null;
  pre_tokenizer: PortPreTokenizer | null;
  model: PortModel;
  get_vocab(withAddedTokens: boolean): Map<string, number>;
}

export interface PortPreTokenizer {
  pre_tokenize(texts: string[], options: { section_index: number }): string[];
}

export interface PortSequence extends PortPreTokenizer {
  tokenizers: (PortPreTokenizer | null)[];
}

export interface PortByteLevel extends PortPreTokenizer {
  add_prefix_space: boolean;
  use_regex: boolean;
  pattern: RegExp;
}

export interface PortModel {
  /** Tokens of pieces, each encoded by itself. */
  (pieces: string[]): string[];
  tokens_to_ids: Map<string, number>;
  unk_token_id?: number;
  config: { byte_fallback?: boolean };
}

export interface PortUnigram extends PortModel {
  tokenize(piece: string): string[];
}

type Constructor<Arguments extends unknown[], Instance> = new (...parameters: Arguments) => Instance;

const port = tokenizersPort as unknown as {
  Tokenizer: Constructor<[tokenizer: object, config: object], PortTokenizer>;
  BPE: Constructor<[config: object], PortModel>;
  Unigram: Constructor<[config: object], PortUnigram>;
  SequencePreTokenizer: Constructor<[config: object], PortSequence>;
  ByteLevelPreTokenizer: Constructor<[config: object], PortByteLevel>;
  MetaspacePreTokenizer: Constructor<[config: object], PortPreTokenizer>;
};

export const { Tokenizer, BPE, Unigram, SequencePreTokenizer, ByteLevelPreTokenizer, MetaspacePreTokenizer } = port;
