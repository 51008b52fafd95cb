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
/** Sign bits that may differ between the sketches of near-duplicates, out of 32. */
const SKETCH_DISTANCE = 9;
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
  const sketches: number[] = [];
  const seen: Statement[] = [];
  const exact = new Set<number>();
  let words = room;
  let compared = 0;
  for (const statement of yield* rankStatements(candidates)) {
    if (words < 0) break;
    if (compared++ % STATEMENTS_PER_SLICE === 0) yield;
    const { hash, signs } = fingerprintOf(statement);
    if (exact.has(hash) || hasNearDuplicate(statement, signs, seen, sketches)) {
      (flags[statement.place] as Uint8Array)[statement.index] = 1;
      continue;
    }
    exact.add(hash);
    sketches.push(signs);
    seen.push(statement);
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
  /** Signs of the first 32 components of its vector: near-duplicates differ in few of them. */
  signs: number;
}

/** Fingerprints of a document's sentences, as far as they were asked for. */
const fingerprintsOf = oncePerDocument(({ sentences }) => new Array<Fingerprint | undefined>(sentences.length));

function fingerprintOf(statement: Statement): Fingerprint {
  const { document, index } = statement;
  const remembered = fingerprintsOf(document);
  const fingerprint = remembered[index] ?? { hash: textHash(wordsOf(statement)), signs: signsOf(statement) };
  remembered[index] = fingerprint;
  return fingerprint;
}

function signsOf({ document: { vectors, dimension }, index }: Statement): number {
  let signs = 0;
  for (let bit = 0; bit < Math.min(32, dimension); bit += 1) {
    if ((vectors.steps[index * dimension + bit] as number) > 0) signs |= 1 << bit;
  }
  return signs;
}

function hasNearDuplicate(
  statement: Statement,
  sketch: number,
  seen: readonly Statement[],
  sketches: readonly number[],
): boolean {
  // No signs: a model without vectors, or a sentence that no model read.
  if (sketch === 0) return false;
  for (let place = 0; place < seen.length; place += 1) {
    if (bitCount((sketches[place] as number) ^ sketch) > SKETCH_DISTANCE) continue;
    const other = seen[place] as Statement;
    if (cosine(other, statement) >= DUPLICATE_COSINE && sameContent(other, statement)) return true;
  }
  return false;
}

function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
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

/** The content of each sentence that was compared: its words but for fillers, in the order of the alphabet. */
const contentOf = oncePerDocument(({ sentences }) => new Array<string | undefined>(sentences.length));

/** Whether two sentences have the same words but for fillers and endings, and name what is capitalised in the same order. */
function sameContent(a: Statement, b: Statement): boolean {
  return content(a) === content(b);
}

function content({ document, index, sentence }: Statement): string {
  const remembered = contentOf(document);
  const known = remembered[index];
  if (known !== undefined) return known;
  const words: string[] = [];
  const names: string[] = [];
  for (let word = sentence.firstWord; word < sentence.endWord; word += 1) {
    const surface = surfaceOf(document, word);
    const folded = foldWord(surface);
    if (/^\p{P}+$/u.test(surface) || FILLERS.has(folded)) continue;
    words.push(folded.replace(ENDING, ""));
    if (/\p{N}/u.test(surface) || (word > sentence.firstWord && /^\p{Lu}/u.test(surface))) names.push(folded);
  }
  const said = `${words.sort().join(" ")}|${names.join(" ")}`;
  remembered[index] = said;
  return said;
}
