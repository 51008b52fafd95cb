/**
 * Counts tokens as the target model will. `count` must be exact for the text it is given. An incremental
 * counter can say that its counts are additive over pieces that `count` never merges across.
 */
export interface TokenCounter {
  /** Name for messages and cache keys: the encoding's, the folder's, or "custom". */
  readonly name: string;
  /** True where a call is cheap and synchronous, so that fitting may count as often as it likes. */
  readonly cheap: boolean;
  /**
   * Tokens of `text`; synchronous where `cheap`.
   * @throws InvalidOptionError where the caller's own function fails or answers with no count
   */
  count(text: string): number | Promise<number>;
  /**
   * Tokens of a fragment that stands alone, such as `" word"` or `"\n\n"`, remembered by the fragment. A
   * sum of these estimates a text's count and is never one: the last word has `count`. Only where `cheap`.
   */
  pieceCount?(fragment: string): number;
}

/** The caller's own tokenizer: takes a text, gives the number of its tokens. */
export type CountFunction = (text: string) => number | Promise<number>;
