import { clausesOf } from "../../src/core/document/clauses.js";
import type { Unit } from "../../src/core/document/types.js";
import { pushUnits } from "../../src/core/document/units.js";
import { splitSentences } from "../../src/core/text/sentences.js";
import { splitWords } from "../../src/core/text/words.js";
import type { Word } from "../../src/core/types.js";

const ARTICLES = /\b(?:a|an|the)\b/gu;

/** Lower-cased, without punctuation and articles, single spaces: what answers are compared in. */
export function normaliseAnswer(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, " ")
    .replace(ARTICLES, " ")
    .replace(/\s+/gu, " ")
    .trim();
}

/**
 * Whether an answer is still contiguous in a text: the proxy for "a reader could answer". Scripts without
 * spaces are compared without them, and so is Korean, which glues particles to words.
 */
export function survives(text: string, answers: readonly string[]): boolean {
  const haystack = ` ${normaliseAnswer(text)} `;
  const packed = haystack.replace(/ /gu, "");
  return answers.some((answer) => {
    const needle = normaliseAnswer(answer);
    if (needle === "") return false;
    return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(needle)
      ? packed.includes(needle.replace(/ /gu, ""))
      : haystack.includes(` ${needle} `);
  });
}

/** What a compressor must not lose inside a sentence that it keeps, found by patterns of this bench's own. */
const MUST_KEEP = {
  negations: /\b(?:not|no|never|none|nobody|nothing|nor|neither|without|cannot|except|unless)\b|\b\p{L}+n['’]t\b/giu,
  numbers:
    /(?:[$€£¥]\s?)?\d+(?:[.,:/–-]\d+)*(?:\s?(?:%|°C|°F|kg|mg|g|km|cm|mm|m|ml|GB|MB|kB|KB|TB|ms|s|Hz|kHz|MHz|GHz|W|kW|V)\b|%)?/gu,
  identifiers: /\b[a-z]+_[a-z_]+\b|\b[a-z]{2,}[A-Z]\w+\b|(?<=\s)--[a-z][\w-]+|\bhttps?:\/\/\S+[\w/]|\b[A-Z]+-\d+\b/gu,
} as const;

export type MustKeep = keyof typeof MUST_KEEP;

export interface MustKeepCount {
  found: number;
  lost: number;
}

/** Counts what of a kind stood in the kept clauses of a source, and what of it was lost. */
export function countMustKeep(
  source: string,
  spans: readonly (readonly [number, number])[],
): Record<MustKeep, MustKeepCount> {
  const words = splitWords(source);
  const isKept = ({ start, end }: Word) => spans.some(([from, to]) => from <= start && end <= to);
  const counts = Object.fromEntries(Object.keys(MUST_KEEP).map((kind) => [kind, { found: 0, lost: 0 }])) as Record<
    MustKeep,
    MustKeepCount
  >;
  for (const [index, sentence] of splitSentences(source, words).entries()) {
    const units: Unit[] = [];
    pushUnits(units, source, words, sentence, index);
    const { clauseOf } = clausesOf(source, words, units);
    const wordsOf = ({ firstWord, endWord }: Unit) => words.slice(firstWord, endWord);
    /** Clauses of which a word is kept. */
    const open = new Set(units.flatMap((unit, place) => (wordsOf(unit).some(isKept) ? [clauseOf[place]] : [])));
    const own = units.flatMap((unit, place) => (open.has(clauseOf[place]) ? wordsOf(unit) : []));
    const text = source.slice(sentence.start, sentence.end);
    for (const [kind, pattern] of Object.entries(MUST_KEEP) as [MustKeep, RegExp][]) {
      for (const match of text.matchAll(pattern)) {
        const from = sentence.start + match.index;
        const inside = own.filter(({ start, end }) => start < from + match[0].length && end > from);
        if (inside.length === 0) continue;
        counts[kind].found += 1;
        if (!inside.every(isKept)) counts[kind].lost += 1;
      }
    }
  }
  return counts;
}

/** Share of the words of `wanted` texts that stand in the kept spans: for questions with free-text answers. */
export function wordRecall(
  sources: readonly string[],
  spans: readonly (readonly (readonly [number, number])[])[],
  wanted: readonly number[],
): number {
  let total = 0;
  let kept = 0;
  for (const place of wanted) {
    for (const { start, end } of splitWords(sources[place] ?? "")) {
      total += 1;
      if (spans[place]?.some(([from, to]) => from <= start && end <= to)) kept += 1;
    }
  }
  return total === 0 ? 0 : kept / total;
}
