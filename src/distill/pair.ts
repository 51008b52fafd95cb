/** A source text and its teacher's compression, with the core between « ». */
export interface Pair {
  id: string;
  /** Kind of text: a key of the licence table, and what training reports figures by. */
  domain?: string;
  /** The document the text is a part of. */
  document?: string;
  original: string;
  compressed: string;
}
