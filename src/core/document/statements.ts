import { rememberWords } from "../text/remember-words.js";
import { AUXILIARY, isContent, keep, keepNext, type ScopedSentence, VERB_ENDING } from "./scoped-sentence.js";

// Who says a thing, of whom it is said, and whether it is said to be so: without it what stays is said of somebody else,
// or as a fact.

/** What begins a statement of its own behind a comma, and without one where a subject follows. */
const BEGINS = /^(?:and|but|or|so|yet|while|whereas|though|although|then)$/u;
/** These part two statements without a comma, too. */
const PARTS = /^(?:while|whereas|though|although)$/u;
const DETERMINER = /^(?:the|a|an|his|her|its|their|our|your|my|this|that|these|those|no|each|every|some)$/u;
const CAPITALISED = /^\p{Lu}/u;
const PREPOSITION = /^(?:to|for|with|from|in|on|at|against|by)$/u;
const RELATIVE = /^(?:who|whom|which|whose)$/u;
/** Past forms that do not end in `ed`. */
const PAST =
  /^(?:lost|won|gave|took|left|fell|rose|made|said|went|came|saw|held|kept|sent|sold|bought|built|broke|brought|cut|hit|let|put|ran|sat|set|shut|stood|told|wrote|paid|met|led|grew|drew|drove|chose|became|began|stays?|remains?)$/u;
const ENDS_PAST = /\p{L}{2}ed$/u;
/** Participles that do not end in `ed` or `en`. */
const PARTICIPLE =
  /(?:ed|[^aeiou]en|wn|ought|aught)$|^(?:made|led|won|held|sent|sold|built|put|cut|hit|read|run|set|met|paid|found|told|left|struck|hurt|shot|fed|seen|done)$/u;

/** Who reports, believes or claims: what follows is not said as a fact. */
const REPORTS =
  /^(?:claim(?:s|ed|ing)?|alleg(?:es?|ed|ing)|insist(?:s|ed)?|suspect(?:s|ed)?|accus(?:es?|ed|ing)|speculat(?:es?|ed)|jok(?:es?|ed)|wish(?:es|ed)?|pretend(?:s|ed)?|imagin(?:es?|ed)|boast(?:s|ed)?|advertised|marketed|billed|posing|posed|disguised|according)$/u;
/** Who only says it: of weight where a statement follows. */
const SAYS = /^(?:says?|said|tells?|told|argue[sd]?|report(?:s|ed)|announce[sd]?|wrote|writes|warn(?:s|ed))$/u;
/** What a `that` behind it leaves open. */
const UNASSERTED =
  /^(?:allegations?|accusations?|theory|theories|rumou?rs?|hypothes[ie]s|suggestions?|claims?|notion|belief|assumptions?|possibility|fears?|hopes?|reports?)$/u;
/** What a `to` behind it leaves undone. */
const UNDONE =
  /^(?:talks|plans?|attempts?|bid|efforts?|threats?|proposals?|requests?|offers?|promises?|pledges?|vows?|moves?|calls?|refusal|failure|decision)$/u;
/** In front of `to be` and `to have`: it is planned, not done. */
const PLANNED = /^(?:is|are|was|were|due|set|scheduled|expected|supposed|likely|yet|meant)$/u;
const MODAL = /^(?:will|shall|would|should|may|might|must|can|could|cannot|'ll|won't)$/u;
const CORRECTS = /^(?:sorry|correction|scratch|oops)$/u;
/** Units of a noun group in front of its verb, at most. */
const LONGEST_GROUP = 4;
/** Units of a name that stay together, at most. */
const LONGEST_NAME = 3;

const rolesOf = rememberWords((word) => ({
  begins: BEGINS.test(word),
  parts: PARTS.test(word),
  isRelative: RELATIVE.test(word),
  reports: REPORTS.test(word),
  says: SAYS.test(word),
  isUnasserted: UNASSERTED.test(word),
  isUndone: UNDONE.test(word),
  corrects: CORRECTS.test(word),
}));

/** Protects who does and who says what is said, and that it is no fact. */
export function protectStatements(sentence: ScopedSentence): void {
  const { words, marks, units } = sentence;
  for (const [index, word] of words.entries()) {
    const role = rolesOf(word);
    const before = index > 0 ? (marks[index - 1] as string) : "";
    if (index > 0) keepSubjectAt(sentence, index, before);
    if (role.isRelative) keepAntecedent(sentence, index, before);
    if (role.reports) keepReport(sentence, index);
    if (role.says) keepSaying(sentence, index);
    if (role.isUnasserted && words[index + 1] === "that" && marks[index] === "") {
      keep(units, index);
      keepNext(sentence, index + 1);
    }
    if (role.isUndone && words[index + 1] === "to" && marks[index] === "") {
      keep(units, index, index + 1);
      keepNext(sentence, index + 1);
    }
    if (word === "be" || word === "have") keepTense(sentence, index);
    if (word === "by") keepAgent(sentence, index, before);
    if (word === "than" || (word === "like" && before.endsWith(","))) keepNext(sentence, index, true);
    if (word === "as" && words[index + 2] === "as") {
      keep(units, index, index + 1, index + 2);
      keepNext(sentence, index + 2);
    }
    if (
      role.corrects ||
      (word === "rather" && words[index - 1] === "or") ||
      (word === "mean" && words[index - 1] === "i")
    )
      keepCorrection(sentence, index);
  }
}

function isVerb(word: string | undefined): boolean {
  return word !== undefined && (AUXILIARY.test(word) || PAST.test(word) || ENDS_PAST.test(word));
}

/** What a second statement is about, or does: `rose, while imports fell`, `won the first and lost the rest`. */
function keepSubjectAt(sentence: ScopedSentence, index: number, before: string): void {
  const { words, marks } = sentence;
  const { begins, parts } = rolesOf(words[index] as string);
  const isApart = /[;；]/u.test(before);
  const isBehindComma = /[,，]$/u.test(before);
  if (!begins && !isApart) {
    if (isBehindComma) keepCutVerb(sentence, index);
    return;
  }
  if (begins && marks[index] !== "") return;
  const from = begins ? index + 1 : index;
  if (begins && isVerb(words[from])) keepVerbAt(sentence, from);
  else keepSubject(sentence, from, { isSure: isApart || parts, isBehindComma });
}

/** A verb that is not said again: `Ann is allergic to nuts, Ben to eggs`. */
function keepCutVerb(sentence: ScopedSentence, index: number): void {
  const { words, marks, surfaces, units } = sentence;
  if (marks[index] !== "" || !CAPITALISED.test(surfaces[index] as string) || !PREPOSITION.test(words[index + 1] ?? ""))
    return;
  keep(units, index, index + 1);
  keepNext(sentence, index + 1);
}

function keepVerbAt(sentence: ScopedSentence, index: number): void {
  const word = sentence.words[index] as string;
  keep(sentence.units, index);
  if (AUXILIARY.test(word) || /^(?:stay|remain)s?$/u.test(word)) keepNext(sentence, index);
}

/** The noun group that begins at a place. */
interface NounGroup {
  /** Its first content word and its last. */
  first: number;
  last: number;
  isNamed: boolean;
}

/**
 * The subject of a statement.
 *
 * @param from Behind what joins it to the one before.
 * @param joint `isSure` where nothing but a statement can follow; else a verb must, since `and` may as well join two things.
 */
function keepSubject(sentence: ScopedSentence, from: number, joint: { isSure: boolean; isBehindComma: boolean }): void {
  const { words, marks, units } = sentence;
  const { isSure, isBehindComma } = joint;
  const group = nounGroupAt(sentence, from);
  if (group === undefined) return;
  const { first, last, isNamed } = group;
  const next = marks[last] === "" ? (words[last + 1] ?? "") : "";
  const isCut = isBehindComma && PREPOSITION.test(next);
  const isSecond = isCut || (isBehindComma && (isVerb(next) || VERB_ENDING.test(next)));
  const isNew = (DETERMINER.test(words[from] as string) || isNamed) && isVerb(next);
  if (!isSure && !isSecond && !isNew) return;
  for (let part = first; part <= (isNamed ? last : first); part += 1) keep(units, part);
  if (!isSure && !isSecond) keep(units, from - 1);
  if (!isCut || isVerb(words[last + 2])) return;
  keep(units, last + 1);
  keepNext(sentence, last + 1);
}

function nounGroupAt(sentence: ScopedSentence, from: number): NounGroup | undefined {
  const { words, marks, surfaces } = sentence;
  let first = from;
  while (first < from + LONGEST_GROUP && first < words.length && !isContent(sentence, first)) {
    if (marks[first] !== "") return undefined;
    first += 1;
  }
  if (first >= words.length || !isContent(sentence, first)) return undefined;
  const isName = (at: number) => CAPITALISED.test(surfaces[at] as string);
  const isNamed = isName(first);
  let last = first;
  while (last + 1 < first + LONGEST_NAME && marks[last] === "" && isContent(sentence, last + 1)) {
    if (isNamed !== isName(last + 1) || (!isNamed && isVerb(words[last + 1]))) break;
    last += 1;
  }
  return { first, last, isNamed };
}

/** Whom a relative clause is about: `the lawyer of the man who fled`, `Ann, whose brother fled`. */
function keepAntecedent(sentence: ScopedSentence, index: number, before: string): void {
  const { words, units, marks } = sentence;
  if (words[index] === "whose") keepNext(sentence, index, true);
  if (before !== "" || index === 0 || !isContent(sentence, index - 1)) return;
  const of = DETERMINER.test(words[index - 2] ?? "") ? index - 3 : index - 2;
  if (of < 1 || !/^(?:of|for|to)$/u.test(words[of] as string) || marks[of - 1] !== "") return;
  if (isContent(sentence, of - 1)) keep(units, of - 1, of, index - 1, index);
}

/** That a thing is only claimed, with what it is about; where it is told, who tells it. */
function keepReport(sentence: ScopedSentence, index: number): void {
  const { words, units, marks } = sentence;
  keep(units, index);
  if (words[index] === "according") {
    keep(units, index + 1);
    // `an unconfirmed report`: what kind of source it is.
    for (let at = index + 2; at < index + 2 + LONGEST_GROUP && at < words.length; at += 1) {
      if (isContent(sentence, at)) keep(units, at);
      if (marks[at] !== "" || /^(?:of|from|by|in)$/u.test(words[at + 1] ?? "")) return;
    }
    return;
  }
  keepNext(sentence, index);
  if (words[index + 1] === "that" && marks[index] === "") keep(units, index + 1);
}

/** That a thing is said, where a statement follows. */
function keepSaying(sentence: ScopedSentence, index: number): void {
  const { words, units, marks, surfaces } = sentence;
  if (marks[index] !== "") return;
  for (let at = index + 1; at <= index + LONGEST_NAME && at < words.length; at += 1) {
    if (words[at] === "that") {
      keep(units, index, at);
      return;
    }
    if (marks[at] !== "") break;
  }
  const next = words[index + 1] ?? "";
  const follows =
    DETERMINER.test(next) ||
    /^(?:it|he|she|they|we|i|there)$/u.test(next) ||
    CAPITALISED.test(surfaces[index + 1] ?? "");
  if (follows) keep(units, index);
}

/** `will be signed`, `was to be torn down`, `was to have paid`: not done yet, or never. */
function keepTense(sentence: ScopedSentence, index: number): void {
  const { words, units } = sentence;
  const before = words[index - 1] ?? "";
  if (words[index] === "be" && MODAL.test(before)) {
    keep(units, index - 1, index);
    keepNext(sentence, index);
  } else if (before === "to" && PLANNED.test(words[index - 2] ?? "")) {
    keep(units, index - 2, index - 1, index);
    keepNext(sentence, index);
  }
}

/** Who did it, behind a passive: `outpointed by Diaz`, `and by Hyundai`. */
function keepAgent(sentence: ScopedSentence, index: number, before: string): void {
  const { words, units, numeric } = sentence;
  if (before !== "" || numeric[index + 1] || numeric[index + 2]) return;
  const previous = words[index - 1] ?? "";
  if (/^(?:and|or|but|not)$/u.test(previous)) keep(units, index - 1, index);
  else if (PARTICIPLE.test(previous)) keep(units, index);
  else return;
  keepNext(sentence, index);
}

/** `Karl, sorry, Carla`: what was wrong, that it was, and what is right. */
function keepCorrection(sentence: ScopedSentence, index: number): void {
  const { units, words } = sentence;
  keep(units, index, index - 1);
  let at = index - 1;
  while (at > index - LONGEST_GROUP && at >= 0 && !isContent(sentence, at)) at -= 1;
  if (at >= 0) keep(units, at);
  at = index + 1;
  while (at < index + LONGEST_GROUP && at < words.length && !isContent(sentence, at)) at += 1;
  if (at < words.length) keep(units, at);
}
