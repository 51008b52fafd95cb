import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument } from "../document/types.js";
import { argsort } from "../runtime/argsort.js";
import type { Sliced } from "../runtime/event-loop.js";
import { foldWord } from "../text/fold.js";
import { textHash } from "../text/text-hash.js";
import { surfaceOf } from "../text/words.js";
import type { Sentence } from "../types.js";
import type { Candidate } from "./types.js";

/** Sentences may be near-duplicates from this cosine on, if they say the same with the same words. */
const DUPLICATE_COSINE = 0.93;
/** Sentences of the same content that one is compared with: the same words again and again cost no more than others. */
const MOST_ALIKE = 8;
/** Sentences shorter than this are not worth the comparison, in words. */
const SHORTEST = 4;

/** One sentence of one candidate. */
interface Statement {
  document: AnalyzedDocument;
  /** Place of its document among the candidates. */
  place: number;
  index: number;
  sentence: Sentence;
}

/** Statements that are compared before the event loop may run. */
const STATEMENTS_PER_SLICE = 64;

/**
 * Marks the sentences that another sentence already says: the lower-ranked copy of each pair of
 * near-duplicates. Found by the cosine of their vectors (by their words, if there are none), and only if they have the
 * same words but for fillers: "limit 5" and "limit 6", "open" and "closed", "may" and "must" are never copies.
 *
 * @param room Tokens of the best sentences that are looked at: what ranks below them has no place anyway.
 * @returns One flag per sentence for each candidate.
 */
export function* findDuplicates(
  candidates: readonly Candidate[],
  room = Number.POSITIVE_INFINITY,
): Sliced<Uint8Array[]> {
  const flags = candidates.map(({ document }) => new Uint8Array(document.sentences.length));
  /** What was seen, by its content: only sentences of the same content are compared. */
  const seen = new Map<number, Statement[]>();
  const exact = new Set<number>();
  let words = room;
  let compared = 0;
  for (const statement of yield* rankStatements(candidates)) {
    if (words < 0) break;
    if (compared++ % STATEMENTS_PER_SLICE === 0) yield;
    const { hash, content } = fingerprintOf(statement);
    const alike = seen.get(content);
    if (exact.has(hash) || alike?.some((other) => isNearDuplicate(other, statement))) {
      (flags[statement.place] as Uint8Array)[statement.index] = 1;
      continue;
    }
    exact.add(hash);
    if (!alike) seen.set(content, [statement]);
    else if (alike.length < MOST_ALIKE) alike.push(statement);
    // A word is a token at the least; copies take no room.
    if (!candidates[statement.place]?.pinned) words -= statement.sentence.endWord - statement.sentence.firstWord;
  }
  return flags;
}

/** The sentences that are worth a comparison: what is pinned, then the most relevant first, else in the source's order. */
function* rankStatements(candidates: readonly Candidate[]): Sliced<Statement[]> {
  const statements: Statement[] = [];
  const values: number[] = [];
  for (const [place, { document, relevance, pinned }] of candidates.entries()) {
    for (const index of comparedOf(document)) {
      statements.push({ document, place, index, sentence: document.sentences[index] as Sentence });
      values.push(pinned ? Number.POSITIVE_INFINITY : (relevance?.[index] ?? 0));
    }
  }
  const order = yield* argsort(Float64Array.from(values));
  return Array.from(order, (index) => statements[index] as Statement);
}

/** The sentences of a document that are long enough. */
const comparedOf = oncePerDocument(({ sentences }) =>
  sentences.flatMap(({ kind, firstWord, endWord }, index) =>
    kind === "prose" && endWord - firstWord >= SHORTEST ? [index] : [],
  ),
);

/** A sentence's words, lower-cased, without punctuation. */
function wordsOf({ document, sentence }: Statement): string {
  return document.text
    .slice(sentence.start, sentence.end)
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, " ");
}

interface Fingerprint {
  /** Hash of a sentence's words. */
  hash: number;
  /** Hash of its content (see {@link contentOf}). */
  content: number;
}

/** Fingerprints of a document's sentences, as far as they were asked for. */
const fingerprintsOf = oncePerDocument(({ sentences }) => new Array<Fingerprint | undefined>(sentences.length));

function fingerprintOf(statement: Statement): Fingerprint {
  const remembered = fingerprintsOf(statement.document);
  const fingerprint = remembered[statement.index] ?? {
    hash: textHash(wordsOf(statement)),
    content: textHash(contentOf(statement)),
  };
  remembered[statement.index] = fingerprint;
  return fingerprint;
}

/** Whether the vectors of two sentences of the same content say so, too. Without vectors nothing does. */
function isNearDuplicate(a: Statement, b: Statement): boolean {
  return cosine(a, b) >= DUPLICATE_COSINE;
}

function cosine(a: Statement, b: Statement): number {
  const { vectors: left, dimension } = a.document;
  const right = b.document.vectors;
  const leftRow = a.index * dimension;
  const rightRow = b.index * dimension;
  let sum = 0;
  for (let column = 0; column < dimension; column += 1) {
    sum += (left.steps[leftRow + column] as number) * (right.steps[rightRow + column] as number);
  }
  return sum * 2 ** ((left.exponents[a.index] ?? 0) + (right.exponents[b.index] ?? 0));
}

/** Words that say nothing by themselves: two sentences may differ in them. */
const FILLERS = new Set(
  "a an the is are was were be been has have had of it its this that these those there".split(" "),
);
/** Endings that do not change what a word is about. */
const ENDING = /(?<=\p{L}{3})(?:'s|s|es|ed|ing)$/u;

/**
 * The content of a sentence: its words but for fillers and endings, in the order of the alphabet, and what is capitalised
 * or has digits in its own order.
 */
function contentOf({ document, sentence }: Statement): string {
  const words: string[] = [];
  const names: string[] = [];
  for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
    const surface = surfaceOf(document, word);
    const folded = foldWord(surface);
    if (/^\p{P}+$/u.test(surface) || FILLERS.has(folded)) continue;
    words.push(folded.replace(ENDING, ""));
    if (/\p{N}/u.test(surface) || (word > sentence.firstWord && /^\p{Lu}/u.test(surface))) names.push(folded);
  }
  return `${words.sort().join(" ")}|${names.join(" ")}`;
}
