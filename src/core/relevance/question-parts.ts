import { MAX_SENTENCE_WORDS, splitSentences } from "../text/sentences.js";
import { splitWords } from "../text/words.js";
import { alternativesOf } from "./alternatives.js";

/** A text of more parts is no question but a text: it is asked as one. */
const MOST_PARTS = 8;
/** A part with fewer words ("and why?") means nothing without the one before it. */
const FEWEST_WORDS = 3;

const PREPOSITION = "(?:(?:about|at|by|for|from|in|of|on|since|to|until|with) )?";
const AUXILIARY = "(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)";
/** Words that ask wherever they stand. */
const ASKING = `${PREPOSITION}(?:what|why|how)\\b`;
/** Words that ask, or begin a relative clause ("the city where he was born"). */
const RELATIVE = `${PREPOSITION}(?:which|who|whom|whose|when|where)\\b`;
/** They ask if a verb is near that comes first in questions only. */
const RELATIVE_ASKING = `${RELATIVE}(?: [^\\s,;?]+){0,3}? ${AUXILIARY}\\b`;
const INVERTED = `${AUXILIARY} (?:it|they|he|she|there|this|that|the|we|you|I)\\b`;
const AND = "(?:and|or|but) (?:also |then )?";
/** Between two questions of one sentence. In lower case: names hold such words too. */
const BORDER = new RegExp(
  `, ${AND}(?=${ASKING}|${RELATIVE}|${INVERTED})|;? ${AND}(?=${ASKING}|${RELATIVE_ASKING})|[,;] (?=${ASKING}|${RELATIVE_ASKING})`,
  "gu",
);
const ASKS = new RegExp(
  `^(?:[^,]*, )?(?:${ASKING}|${PREPOSITION}(?:which|who|whom|whose)\\b|${PREPOSITION}(?:when|where) (?:\\S+ )?${AUXILIARY}\\b|${AUXILIARY}\\b)`,
  "iu",
);
/** Without any of these there is no border: most questions, which need no closer look. */
const MAY_JOIN = /[,;]| (?:and|or|but) /u;
/** No mark that could end a sentence but at the end: most questions, which need no closer look. */
const ONE_SENTENCE = /^[^.?!…。！？｡।؟۔\n\r\u2028\u2029]*[.?!…。！？｡।؟۔]*$/u;
const RELATIVE_INSIDE = /\S (?:which|who|whom|whose|when|where)\b/u;
const BEGINS_RELATIVE = new RegExp(`^${RELATIVE}`, "u");
/** Words that stand for something that was named before. */
const PRONOUN = /\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those)\b/u;

/**
 * The parts of a question that one vector cannot stand for: several sentences ("What is it? Who made it?"), several
 * questions in one ("What caused it, how long did it last, and what ended it?"), and what is compared ("Which is older,
 * A or B?"). A part that says "it" or is too short by itself has the first part in front. Rules for English; in other
 * languages only sentences are told apart.
 *
 * @returns At least one part.
 */
export function questionParts(question: string): string[] {
  const whole = question.trim();
  const asked = askedSentences(whole).flatMap(coordinatedQuestions);
  const first = withoutMark(asked[0] ?? "");
  const parts = asked
    .map((part, index) => (index > 0 && needsContext(part) ? `${first}, ${part}` : part))
    .flatMap(alternativesOf);
  return parts.length === 0 || parts.length > MOST_PARTS ? [whole] : parts;
}

/** The sentences of a question. One that asks nothing belongs to the one after it. */
function askedSentences(question: string): string[] {
  if (question.length <= MAX_SENTENCE_WORDS && ONE_SENTENCE.test(question)) return [question];
  const sentences = splitSentences(question, splitWords(question)).map(({ start, end }) =>
    question.slice(start, end).trim(),
  );
  if (!sentences.some(isQuestion)) return sentences;
  const asked: string[] = [];
  let before = "";
  for (const sentence of sentences) {
    const text = before === "" ? sentence : `${before} ${sentence}`;
    before = isQuestion(sentence) ? "" : text;
    if (before === "") asked.push(text);
  }
  if (before !== "") asked.push(`${asked.pop() as string} ${before}`);
  return asked;
}

function isQuestion(sentence: string): boolean {
  return /[?？؟]["'”’»)\]]{0,3}$/u.test(sentence);
}

/** The questions that one sentence asks one after the other. */
function coordinatedQuestions(sentence: string): string[] {
  if (!MAY_JOIN.test(sentence)) return [sentence.trim()];
  const parts: string[] = [];
  let start = 0;
  for (const match of sentence.matchAll(BORDER)) {
    const before = sentence.slice(start, match.index);
    const after = sentence.slice(match.index + match[0].length);
    const isSecondClause = BEGINS_RELATIVE.test(after) && RELATIVE_INSIDE.test(before) && !match[0].startsWith(", ");
    // What asks nothing yet goes on; of two relative clauses the second asks no more than the first.
    if (!ASKS.test(before) || isSecondClause) continue;
    parts.push(before.trim());
    start = match.index + match[0].length;
  }
  return [...parts, sentence.slice(start).trim()];
}

function needsContext(part: string): boolean {
  return PRONOUN.test(part) || part.split(/\s+/u).length < FEWEST_WORDS;
}

function withoutMark(part: string): string {
  return part.replace(/[.?!]{1,3}$/u, "");
}
