import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import { bestOf } from "../log-odds.js";
import type { Sliced } from "../runtime/event-loop.js";
import { splitWords, surfaceOf } from "../text/words.js";
import type { SentenceRelevance } from "./types.js";

/** Sentences that may lead to another document: the most relevant ones, and how far below the best, in log-odds. */
const SOURCES = 6;
const SOURCE_DISTANCE = 4;
/** How far a document that is named is lifted towards the sentence that names it. Tuned, as the rest, on hotpotqa.dev. */
const BRIDGE_SHARE = 0.9;
/** Share of a subject's words, weighed by their rarity, that a sentence must hold to name it. */
const LEAST_NAMED = 0.4;
/** A name that more documents mention leads nowhere in particular. */
const MOST_MENTIONS = 3;
/** A document's subject begins within so many units. */
const SUBJECT_REACH = 8;
/** With fewer documents there is no second one to be led to that is not looked at anyway. */
const FEWEST_DOCUMENTS = 3;
/** Documents that are searched for names before the event loop may run. */
const DOCUMENTS_PER_SLICE = 256;
/** Capitalised at the start of a sentence, and no name. */
const FUNCTION_WORDS = new Set(
  "a an the this that these those in on at of by for from to with as and or but if when while after before during since until is are was were be it its he she they we you i his her their our your there here what which who how why where not no".split(
    " ",
  ),
);

/**
 * Lifts the documents whose subject the most relevant sentences name. Of a question that needs two documents ("Who
 * directed the film that was shot in Harrow?") the second is often nothing like the question; what leads to it is a
 * name in the first. Every sentence of such a document is lifted `BRIDGE_SHARE` of the way to the log-odds of the
 * sentence that names it. Words of the question itself lead nowhere: what they name is found by its relevance.
 */
export function* bridgeDocuments(
  question: string,
  relevance: SentenceRelevance,
  documents: readonly AnalyzedDocument[],
): Sliced<SentenceRelevance> {
  if (documents.length < FEWEST_DOCUMENTS) return relevance;
  const asked = new Set(splitWords(question).map(({ start, end }) => question.slice(start, end).toLowerCase()));
  const names: Names[] = [];
  for (const [index, document] of documents.entries()) {
    names.push(namesOf(document));
    if (index % DOCUMENTS_PER_SLICE === DOCUMENTS_PER_SLICE - 1) yield;
  }
  const subjects = names.map(({ subject }) => subject.filter((word) => !asked.has(word.toLowerCase())));
  const mentions = new Map(subjects.flat().map((word) => [word, 0]));
  for (const [index, { mentioned }] of names.entries()) {
    for (const name of mentioned) {
      const count = mentions.get(name);
      if (count !== undefined) mentions.set(name, count + 1);
    }
    if (index % DOCUMENTS_PER_SLICE === DOCUMENTS_PER_SLICE - 1) yield;
  }
  const rarity = (words: readonly string[]) =>
    words.reduce((sum, word) => sum + Math.log((documents.length + 1) / (mentions.get(word) as number)), 0);

  const sources = sourcesOf(relevance, documents);
  const logits = [...relevance.logits];
  const best = Float32Array.from(relevance.documents);
  for (const [index, subject] of subjects.entries()) {
    if (index % DOCUMENTS_PER_SLICE === DOCUMENTS_PER_SLICE - 1) yield;
    if (subject.length === 0) continue;
    const whole = rarity(subject);
    let named = 0;
    let aim = Number.NEGATIVE_INFINITY;
    for (const { document, logit, words } of sources) {
      const shared = subject.filter((word) => words.has(word));
      const share = rarity(shared) / whole;
      const isRare = shared.some((word) => (mentions.get(word) as number) <= MOST_MENTIONS);
      if (document === index || !isRare || share < LEAST_NAMED || share <= named) continue;
      named = share;
      aim = logit;
    }
    if (named === 0) continue;
    const own = relevance.logits[index] as Float32Array;
    const lifted = own.map((logit) => logit + BRIDGE_SHARE * named * Math.max(0, aim - logit));
    logits[index] = lifted;
    best[index] = bestOf(lifted);
  }
  return { logits, documents: best };
}

/** A sentence that may name another document's subject. */
interface Source {
  document: number;
  logit: number;
  words: ReadonlySet<string>;
}

function sourcesOf({ logits }: SentenceRelevance, documents: readonly AnalyzedDocument[]): Source[] {
  const top: { document: number; sentence: number; logit: number }[] = [];
  for (const [document, row] of logits.entries()) {
    for (const [sentence, logit] of row.entries()) {
      if (top.length === SOURCES && logit <= (top[SOURCES - 1] as { logit: number }).logit) continue;
      top.push({ document, sentence, logit });
      top.sort((a, b) => b.logit - a.logit);
      top.length = Math.min(SOURCES, top.length);
    }
  }
  return top
    .filter(({ logit }) => logit > (top[0] as { logit: number }).logit - SOURCE_DISTANCE)
    .map(({ document, sentence, logit }) => {
      const source = documents[document] as AnalyzedDocument;
      // A sentence's first word is written with a capital, name or not.
      const words = unitsIn(source, sentence)
        .slice(1)
        .map((unit) => nameOf(source, unit));
      return { document, logit, words: new Set(words) };
    });
}

/** The names in a text. */
interface Names {
  /** Words of the name that the text begins with: what it is about. Empty if it begins with none. */
  subject: readonly string[];
  /** All words written with a capital or a figure. */
  mentioned: ReadonlySet<string>;
}

const namesOf = oncePerDocument((document): Names => {
  const mentioned = new Set<string>();
  const inside = new Set<string>();
  for (const [index, unit] of document.units.entries()) {
    const name = nameOf(document, unit);
    if (!/[\p{Lu}\p{Nd}]/u.test(name)) continue;
    mentioned.add(name);
    if (document.sentenceUnits[unit.sentence] !== index) inside.add(name);
  }
  const subject = openingName(document);
  // A lone capital at the start of a text says nothing, unless the word has one elsewhere too.
  const isName = subject.length > 1 || inside.has(subject[0] ?? "");
  return { subject: isName ? subject : [], mentioned };
});

/** The first run of capitalised words of a text's first sentence; none if it is who speaks (`Ann: ...`). */
function openingName(document: AnalyzedDocument): string[] {
  const name: string[] = [];
  for (const [index, unit] of unitsIn(document, 0).entries()) {
    const word = nameOf(document, unit);
    const isPart = /^\p{Lu}/u.test(word) || (name.length > 0 && /\p{Nd}/u.test(word));
    if (!isPart || FUNCTION_WORDS.has(word.toLowerCase())) {
      if (name.length > 0 || index >= SUBJECT_REACH) break;
      continue;
    }
    name.push(word);
    if (document.text[document.words[unit.endWord - 1]?.end ?? 0] === ":") return [];
    if (unit.trailWord > unit.endWord) break;
  }
  return name;
}

function unitsIn(document: AnalyzedDocument, sentence: number): readonly Unit[] {
  return document.units.slice(document.sentenceUnits[sentence], document.sentenceUnits[sentence + 1]);
}

/** A unit's text, without the genitive. */
function nameOf(document: AnalyzedDocument, { firstWord, endWord }: Unit): string {
  return surfaceOf(document, firstWord, endWord).replace(/['’]s$/u, "");
}
