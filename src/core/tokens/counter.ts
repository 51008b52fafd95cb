/**
 * Counts tokens as the target model will. `count` must be exact for the text it is given. An incremental
 * counter can say that its counts are additive over pieces that `count` never merges across.
 */
export interface TokenCounter {
  /** Name for messages and cache keys: the encoding's, the folder's, or "custom". */
  readonly name: string;
  /** True if a call is synchronous and costs only what is new in the text: fitting may then count as often as it likes. */
  readonly incremental: boolean;
  /**
   * Tokens of `text`; synchronous if `incremental`.
   * @throws InvalidOptionError if the caller's own function fails or answers with no count
   */
  count(text: string): number | Promise<number>;
  /**
   * Tokens of a fragment by itself, such as `" word"` or `"\n\n"`, remembered by the fragment. A
   * sum of these is an estimate of a text's count: what is returned is counted with `count`. Only if `incremental`.
   */
  pieceCount?(fragment: string): number;
}

/** The caller's own tokenizer: takes a text, gives the number of its tokens. */
export type CountFunction = (text: string) => number | Promise<number>;

/** How the target model's tokens are counted: encoding name, folder with a `tokenizer.json`, or a function. */
export type TokenizerOption = string | CountFunction;
