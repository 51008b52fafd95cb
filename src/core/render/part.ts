import { clausesOf } from "../document/clauses.js";
import type { AnalyzedDocument } from "../document/types.js";
import type { TextKind, Word } from "../types.js";
import type { RenderedDocument } from "./prose.js";
import { createSliceWriter } from "./slice-writer.js";

/** Kinds of which a part of a grain is no valid text, or says something else. */
const INDIVISIBLE: ReadonlySet<TextKind> = new Set<TextKind>([
  "json",
  "ndjson",
  "yaml",
  "toml",
  "ini",
  "xml",
  "csv",
  "table",
  "code",
  "diff",
  "latex",
]);
/** In a text of more grains, one that is no prose is never cut: another will fit, or none. */
const FEWEST_GRAINS = 2;
/** Scripts of languages whose verb, and what denies it, ends the sentence; and letters of Persian. */
const VERB_FINAL =
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}پچژگ]/u;

/** A sentence that may be printed in part, if nothing else fits: the units of a stretch that reads by itself. */
export interface Stretch {
  /** First unit, and the one after the last. */
  first: number;
  end: number;
  /** Whether it is shortened from its beginning: where the verb stands last, the end decides. */
  keepsEnd: boolean;
}

/**
 * The clause of a sentence that may be printed in part; undefined if the kind of text does not allow it.
 *
 * @param opening Units of the clause's opening move.
 */
export function stretchOf(document: AnalyzedDocument, sentence: number, opening: Uint32Array): Stretch | undefined {
  const { outline, sentenceUnits, units, text, words } = document;
  if (outline && (INDIVISIBLE.has(outline.kind) || outline.heads[sentence] !== -1)) return undefined;
  if (outline && document.sentences[sentence]?.kind !== "prose" && document.sentences.length > FEWEST_GRAINS)
    return undefined;
  const first = sentenceUnits[sentence] as number;
  const end = sentenceUnits[sentence + 1] as number;
  const { start, end: stop } = document.sentences[sentence] as { start: number; end: number };
  const keepsEnd = VERB_FINAL.test(text.slice(start, stop));
  if (document.sentences[sentence]?.kind !== "prose" || !document.isRead) return { first, end, keepsEnd };
  const { clauseOf } = clausesOf(text, words, units.slice(first, end));
  const clause = clauseOf[(opening[0] as number) - first] as number;
  return { first: first + clauseOf.indexOf(clause), end: first + clauseOf.lastIndexOf(clause) + 1, keepsEnd };
}

/** So many units of a stretch, to the letter. */
export function renderStretch(
  { text, words, units, outline }: AnalyzedDocument,
  { first, end, keepsEnd }: Stretch,
  count: number,
): RenderedDocument {
  const writer = createSliceWriter(text, outline?.hidden ?? []);
  const from = keepsEnd ? units[end - count] : units[first];
  const to = keepsEnd ? units[end - 1] : units[first + count - 1];
  if (count === 0 || !from || !to) return writer.done();
  const lastWord = keepsEnd || first + count === end ? to.trailWord : to.endWord;
  writer.write((words[from.leadWord] as Word).start, (words[lastWord - 1] as Word).end, "");
  return writer.done();
}
