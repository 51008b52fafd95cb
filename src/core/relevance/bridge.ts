import type { AnalyzedDocument } from "../document/types.js";
import { bestOf } from "../log-odds.js";
import type { Sliced } from "../runtime/event-loop.js";
import { type Name, type Names, namesOf } from "./names.js";
import { type TopSentence, topSentences } from "./top-sentences.js";
import type { SentenceRelevance } from "./types.js";
import { questionTerms } from "./word-index.js";

/** Sentences that may lead to another document: the most relevant ones, and how far below the best, in log-odds. */
const SOURCES = 6;
const SOURCE_DISTANCE = 8;
/** Of what is led to in a document the best is lifted all the way, the rest by this share of what lifts the best. */
const TOGETHER_SHARE = 0.6;
/** What a word of a shared name says, by the number of documents that have it: the fewer, the more. */
const WORD_SHARES: Readonly<Record<number, number>> = { 2: 1, 3: 0.8, 4: 0.6, 5: 0.4 };
/** A word that more of the documents mention, as a share, or more names of one document, leads nowhere. */
const MOST_MENTIONED = 0.5;
const MOST_PLACES = 3;
/** Names share so many words, or one of them is all in the other: `Lind` and `Ada Lind`, never `New York` and `New Jersey`. */
const SHARED_WORDS = 2;
/** Letters of a first name that is cut short, at least. */
const SHORTEST_CUT = 3;
/** Share of a subject's words, weighed by their rarity, that a sentence must hold to name it. */
const LEAST_NAMED = 0.4;
/** A subject that more documents mention leads nowhere in particular. */
const MOST_MENTIONS = 3;
/** With fewer documents there is no second one to be led to that is not looked at anyway. */
const FEWEST_DOCUMENTS = 3;

/**
 * Lifts what the most relevant sentences name in other documents. Of a question that needs two documents ("Who directed
 * the film that was shot in Harrow?") the second is often nothing like the question; what leads to it is a name that both
 * have. A sentence that has a rare name in common with one of the most relevant ones, that stands in a document whose
 * subject one of them names, or that names the subject of its document, is lifted towards its log-odds. Words of the
 * question itself lead nowhere: what they name is found by its relevance.
 */
export function* bridgeDocuments(
  question: string,
  relevance: SentenceRelevance,
  documents: readonly AnalyzedDocument[],
): Sliced<SentenceRelevance> {
  if (documents.length < FEWEST_DOCUMENTS) return relevance;
  const names: Names[] = [];
  for (const document of documents) {
    names.push(yield* namesOf(document));
    yield;
  }
  const request: Request = { names, asked: new Set(questionTerms(question)), mentions: new Map() };
  const logits = relevance.logits.map((row) => row.slice());
  for (const top of sourcesOf(relevance)) {
    const source = withNames(request, top);
    for (const [document, own] of relevance.logits.entries()) {
      if (document === source.document) continue;
      const shares = sharesOf(request, source, document, own.length);
      if (shares.size === 0) continue;
      const best = [...shares.keys()].reduce((most, at) => Math.max(most, own[at] as number), Number.NEGATIVE_INFINITY);
      const row = logits[document] as Float32Array;
      for (const [sentence, share] of shares) {
        const logit = own[sentence] as number;
        const gap = Math.max(0, source.logit - logit - TOGETHER_SHARE * (best - logit));
        row[sentence] = Math.max(row[sentence] as number, logit + share * gap);
      }
    }
    yield;
  }
  return { logits, documents: Float32Array.from(logits, bestOf) };
}

/** What is known of the names of all documents. */
interface Request {
  names: readonly Names[];
  /** Words of the question. */
  asked: ReadonlySet<string>;
  /** How many documents have a word in a name, once it was counted. */
  mentions: Map<string, number>;
}

/** The sentences that may lead to others. */
function sourcesOf({ logits }: SentenceRelevance): TopSentence[] {
  const top = topSentences(logits, SOURCES);
  return top.filter(({ logit }) => logit > (top[0] as TopSentence).logit - SOURCE_DISTANCE);
}

/** A sentence that may lead to others, with what it names. */
interface Source extends TopSentence {
  /** All words of the names in it. */
  words: ReadonlySet<string>;
  /** Those that few other documents have in a name, each with its name, and what it says. */
  clues: readonly { name: Name; word: string; says: number }[];
  /** Words of its document's subject that the question does not say. */
  subject: readonly string[];
}

function withNames(request: Request, top: TopSentence): Source {
  const { names, asked } = request;
  const named = names[top.document] as Names;
  const own = namesIn(named, top.sentence);
  const clues = own.flatMap((name) =>
    name.words.flatMap((word) => {
      const says = asked.has(word) ? undefined : WORD_SHARES[mentionsOf(request, word)];
      return says === undefined || !isRare(request, word) ? [] : [{ name, word, says }];
    }),
  );
  return {
    ...top,
    words: wordsOf(own),
    clues,
    subject: named.subject.filter((word) => !asked.has(word)),
  };
}

/** How strongly the source leads to the sentences of a document, 0..1; those that it does not lead to are left out. */
function sharesOf(request: Request, source: Source, document: number, sentences: number): ReadonlyMap<number, number> {
  const names = request.names[document] as Names;
  const named = namedShare(request, names.subject, source.words);
  const naming = source.subject.flatMap((word) => rarePlaces(names.byWord, word));
  if (named === 0 && naming.length === 0 && !source.clues.some(({ word }) => names.byWord.has(word))) return NO_SHARES;
  const shares = namesakesOf(source, names);
  const raise = (sentence: number, share: number) => {
    if (share > 0) shares.set(sentence, Math.max(share, shares.get(sentence) ?? 0));
  };
  for (let sentence = 0; sentence < sentences; sentence += 1) raise(sentence, named);
  for (const sentence of new Set(naming.map((index) => (names.all[index] as Name).sentence))) {
    raise(sentence, namedShare(request, source.subject, wordsOf(namesIn(names, sentence))));
  }
  return shares;
}

const NO_SHARES: ReadonlyMap<number, number> = new Map();

/** The sentences of a document that have a rare name in common with the source. */
function namesakesOf({ clues }: Source, { all, byWord }: Names): Map<number, number> {
  const shares = new Map<number, number>();
  const counted = new Set<string>();
  for (const { name, word, says } of clues) {
    for (const index of rarePlaces(byWord, word)) {
      const other = all[index] as Name;
      const key = `${other.sentence} ${word}`;
      if (counted.has(key) || !isSame(name.words, other.words)) continue;
      counted.add(key);
      shares.set(other.sentence, Math.min(1, (shares.get(other.sentence) ?? 0) + says));
    }
  }
  return shares;
}

/** Share of a subject's words that are said, weighed by rarity; 0 if it is too small or none of them is rare. */
function namedShare(request: Request, subject: readonly string[], said: ReadonlySet<string>): number {
  if (!subject.some((word) => said.has(word))) return 0;
  const own = subject.filter((word) => !request.asked.has(word));
  const shared = own.filter((word) => said.has(word));
  if (!shared.some((word) => mentionsOf(request, word) <= MOST_MENTIONS && isRare(request, word))) return 0;
  const rarity = (words: readonly string[]) =>
    words.reduce((sum, word) => sum + Math.log((request.names.length + 1) / mentionsOf(request, word)), 0);
  const share = rarity(shared) / rarity(own);
  return share < LEAST_NAMED ? 0 : share;
}

const NOWHERE: readonly number[] = [];

/** The names of a document that hold a word, unless they are many. */
function rarePlaces(byWord: Names["byWord"], word: string): readonly number[] {
  const places = byWord.get(word);
  return places === undefined || places.length > MOST_PLACES ? NOWHERE : places;
}

function wordsOf(names: readonly Name[]): Set<string> {
  return new Set(names.flatMap(({ words }) => words));
}

/** The names in a sentence. They are in the order of the text. */
function namesIn({ all }: Names, sentence: number): readonly Name[] {
  let from = 0;
  for (let to = all.length; from < to; ) {
    const middle = (from + to) >> 1;
    if ((all[middle] as Name).sentence < sentence) from = middle + 1;
    else to = middle;
  }
  let end = from;
  while (all[end]?.sentence === sentence) end += 1;
  return all.slice(from, end);
}

/** Documents that have a word in a name. */
function mentionsOf({ names, mentions }: Request, word: string): number {
  const known = mentions.get(word);
  if (known !== undefined) return known;
  const count = names.reduce((sum, { byWord }) => sum + (byWord.has(word) ? 1 : 0), 0);
  mentions.set(word, count);
  return count;
}

/** Whether few enough of the documents mention a word; two must, or it leads nowhere. */
function isRare(request: Request, word: string): boolean {
  return mentionsOf(request, word) <= Math.max(2, MOST_MENTIONED * request.names.length);
}

function isSame(name: readonly string[], other: readonly string[]): boolean {
  const shared = new Set(name.filter((word) => other.includes(word))).size;
  return (
    shared >= SHARED_WORDS ||
    shared === new Set(name).size ||
    shared === new Set(other).size ||
    isShortened(name, other) ||
    isShortened(other, name)
  );
}

/** Whether a name is another's with its first word cut short, and without what stands between: `Les Lind`, `Leslie Ann Lind`. */
function isShortened(name: readonly string[], other: readonly string[]): boolean {
  const [first = "", ...rest] = name;
  const isCut = first.length >= SHORTEST_CUT && other[0] !== first && other[0]?.startsWith(first) === true;
  return isCut && rest.length > 0 && other.length > 1 && rest.at(-1) === other.at(-1);
}
