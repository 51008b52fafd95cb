import type { SentenceOutline } from "../structure/sentence-outline.js";

/** Tells whether a sentence is of a record. */
export type IsOfRecord = (sentence: number) => boolean;

/**
 * The record of a sentence that needs a name to mean something: all that stands under the same bracket as the name.
 *
 * @returns Undefined where nothing names it.
 */
export function recordOf({ heads, roles }: SentenceOutline, sentence: number): IsOfRecord | undefined {
  const above = (from: number, isName: boolean) => {
    let at = from;
    while (at >= 0 && (roles[at] === "content") !== isName) at = heads[at] as number;
    return at;
  };
  const name = above(heads[sentence] as number, true);
  if (name < 0) return undefined;
  const bracket = above(name, false);
  return (other) => {
    let at = other;
    while (at >= 0 && at !== bracket) at = heads[at] as number;
    return at === bracket;
  };
}
