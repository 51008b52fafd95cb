/**
 * Counts tokens as the target model will. `count` must be exact for the text it is given. An incremental
 * counter can say that its counts are additive over pieces that `count` never merges across.
 */
export interface TokenCounter {
  /** Name for messages and cache keys: the encoding's, the folder's, or "custom". */
  readonly name: string;
  /** True where a call is cheap and synchronous, so that fitting may count as often as it likes. */
  readonly cheap: boolean;
  /** Tokens of `text`; synchronous where `cheap`. */
  count(text: string): number | Promise<number>;
}
