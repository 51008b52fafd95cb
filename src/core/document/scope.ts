import { rememberWords } from "../text/remember-words.js";
import { AUXILIARY, isContent, keep, keepNext, type ScopedSentence, VERB_ENDING } from "./scoped-sentence.js";
import { protectStatements } from "./statements.js";
import { particlesOf } from "./word-lists/phrasal-verbs.js";

/** Signs that allow, forbid, warn, tick or cross out what stands beside them; list boxes. */
export const SIGN = /[❌✅🚫⚠☑☒☐✓✔✗✘⛔❎❗❓🔒🔓👍👎🟢🔴🟡🛑🆗➕➖⭕]|^\[[ xX]?\]$/u;

/** What allows, forbids or obliges somebody. */
const DUTY = /^(?:may|must|shall|cannot|can't)$/u;
/** What adds something to the word in front. */
const ADDS = /^(?:of|in|at|on|for|from|with|under|over|who|which|whose)$/u;
/** Units of a subject at most. */
const LONGEST_SUBJECT = 7;
const NEGATOR =
  /^(?:no|not|never|without|cannot|\p{L}+n't|(?:do|does|did|is|are|was|were|ca|wo|could|would|should|must|might|has|have|had)nt|nor|neither|only|hardly|barely|scarcely|seldom|rarely|except|unlike|save|almost|nearly)$/u;
/** What denies, refuses or leaves out, and so governs what follows it. */
const GOVERNOR =
  /^(?:den(?:y|ies|ied)|refuse[sd]?|reject(?:s|ed)?|fail(?:s|ed)?|exclud(?:e[sd]?|ing)|forbid(?:s|den)?|prohibit(?:s|ed)?|bann?(?:s|ed)?|prevent(?:s|ed)?|avoid(?:s|ed)?|lack(?:s|ed|ing)?|stop(?:s|ped)?|drop(?:s|ped)|cancel(?:s|l?ed)|acquitted|allergic|against|behind|ahead|instead|apart|despite|used|supposed|thought|believed|said|promised|planned|intended|tried|wanted|meant|allegedly)$/u;
const BINDER = /^(?:if|unless|until|till|provided|except|otherwise|suppose|supposing|assuming|failing|aside)$/u;
/** What only binds where something is denied: `not while`, `never before`. */
const TIME_BINDER = /^(?:while|before|after|once|when|because)$/u;
/** After these, only `to` makes them say that it is not so. */
const BEFORE_TO =
  /^(?:used|thought|believed|said|known|claimed|reported|rumoured|supposed|meant|going|due|need|ought|unable|reluctant|yet)$/u;
/** Words of two that say one thing. */
const PAIRS = new Set(
  (
    "out of,apart from,rather than,instead of,other than,up to,no longer,ahead of,per cent,anything but,all but,as well," +
    "in case,so far,not yet,at least,at most,as if,as though,even if,only if,in favour,at all,keep out,followed by,preceded by," +
    "failing that,failing this,failing which,let alone,but for,far from,short of,free of,free from,devoid of,opposed to,long as,condition that,in lieu," +
    "event that,event of,exception of,part of,half of"
  ).split(","),
);
const PAIR_BEGINNINGS = new Set([...PAIRS].map((pair) => pair.slice(0, pair.indexOf(" "))));
const LABEL =
  /^(?:class|type|group|option|wire|grade|phase|level|section|article|annex|appendix|part|chapter|schedule|category|stage|tier|zone|table|figure|item|line|port|pin|gate|plan|team|server|host|room|unit|model|version|form|block|building|terminal|platform|row|column|division|§|no|number|klasse|typ|gruppe|classe|groupe|clase|tipo|grupo)\.?$/u;
const LETTER_OR_ROMAN = /^(?:\p{Lu}|[IVXLC]{1,5})$/u;
const CAPITALISED = /^\p{Lu}\p{Ll}+/u;
const CONTRAST = /^(?:not|nicht|pas|no|non|não|inte|ikke|niet)$/u;
const COORDINATION = /^(?:and|or|but|yet|then|while|whereas)$/u;
/** Units behind a word that turns its clause around in which an `and` ends what it governs. */
const LONGEST_TURN = 7;
/** Content words of a condition that all stay; a longer one keeps its subject and its verb. */
const SHORT_CONDITION = 3;
/** Units of a condition at most. */
const LONGEST_CONDITION = 9;
/** Units between the arms of `from … to`. */
const LONGEST_ARM = 4;

const PRONOUN = /^(?:it|them|him|her|us|me|you|this|that|these|those)$/u;
const SUBJECT = /^(?:i|you|he|she|it|we|they)$/u;
/** What says in front of `have` that it is not so, or not known to be: `should have paid`. */
const UNREAL = /^(?:would|could|should|might|may|must|ought|wouldn't|couldn't|shouldn't|mightn't|needn't)$/u;
/** In front of a subject they are an `if`: `Had the pump been replaced, the cellar would have stayed dry`. */
export const INVERTED = /^(?:had|were|should)$/u;

/** What a word does to those around it. */
const rolesOf = rememberWords((word) => ({
  hasParticles: particlesOf(word) !== undefined,
  isUnreal: UNREAL.test(word),
  isInverted: INVERTED.test(word),
  beginsPair: PAIR_BEGINNINGS.has(word),
  isNegator: NEGATOR.test(word),
  isGovernor: GOVERNOR.test(word),
  needsTo: BEFORE_TO.test(word),
  isCoordination: COORDINATION.test(word),
  isBinder: BINDER.test(word),
  isTimeBinder: TIME_BINDER.test(word),
  keepsVerb: /^(?:nobody|nothing|none|neither|only|everyone|nowhere)$/u.test(word),
  hasArms: /^(?:both|either|between|from)$/u.test(word),
  isContrast: CONTRAST.test(word),
  isDuty: DUTY.test(word),
}));

/** Protects what the words that decide govern: their objects, subjects, verbs, both arms of a pair, labels. */
export function protectScope(sentence: ScopedSentence): void {
  const { words, surfaces, units, marks } = sentence;
  /** Place of the last word that turns its clause around. */
  let turn = Number.NEGATIVE_INFINITY;
  for (const [index, word] of words.entries()) {
    const role = rolesOf(word);
    if (role.beginsPair && marks[index] === "" && PAIRS.has(`${word} ${words[index + 1] ?? ""}`)) {
      keep(units, index, index + 1);
      keepNext(sentence, index + 1);
    }
    if (role.isNegator) keepNext(sentence, index);
    else if (role.isGovernor && (!role.needsTo || words[index + 1] === "to")) {
      keep(units, index);
      keepNext(sentence, index);
    }
    const turns = index - turn <= LONGEST_TURN;
    if (turns && role.isCoordination) keepNext(sentence, index, true);
    if (role.isNegator || role.isGovernor) turn = index;
    if (/[;:]/u.test(marks[index] as string)) turn = Number.NEGATIVE_INFINITY;
    if (role.isBinder || (turns && role.isTimeBinder)) keepCondition(sentence, index);
    if (role.keepsVerb) keepVerb(sentence, index);
    if (role.hasArms) keepArms(sentence, index);
    if (SIGN.test(surfaces[index] as string)) keepNext(sentence, index);
    if (word === "whom") {
      keep(units, index);
      keepNext(sentence, index);
      keepVerb(sentence, index);
    }
    if (role.isDuty) keepWho(sentence, index);
    if (role.hasParticles) keepParticle(sentence, index);
    if (role.isUnreal) keepUnreal(sentence, index);
    if (role.isInverted && isInvertedAt(sentence, index)) {
      keepCondition(sentence, index);
      if (SUBJECT.test(words[index + 1] ?? "")) keep(units, index + 1);
    }
    if (role.isContrast && /,$/u.test(marks[index - 1] ?? "")) keepBefore(sentence, index - 1);
    if (word === "against") keepOpposite(sentence, index);
    keepLabel(sentence, index);
  }
  if (/\?/u.test(marks.at(-1) ?? "")) {
    keep(units, 0);
    keepNext(sentence, 0);
  }
  protectStatements(sentence);
  keepHeading(sentence);
  if (sentence.units.length <= SHORT_SENTENCE) keepSubject(sentence);
}

/** Units of a sentence at most that keeps its subject: little else says whom it is about. */
const SHORT_SENTENCE = 8;

/** What the sentence is about: its first content word. */
function keepSubject(sentence: ScopedSentence): void {
  const first = sentence.words.findIndex((_, index) => isContent(sentence, index));
  if (first >= 0) keep(sentence.units, first);
}

/** The two words before a place: what a contrast is with. */
function keepBefore(sentence: ScopedSentence, index: number): void {
  keep(sentence.units, index);
  if (index > 0 && sentence.marks[index - 1] === "" && isContent(sentence, index - 1)) keep(sentence.units, index - 1);
}

/** Who may or must: the word in front, or what that only says more of (`guests of the house must`); no pronoun. */
function keepWho(sentence: ScopedSentence, index: number): void {
  const { words, units, marks } = sentence;
  let who = index - 1;
  for (let at = index - 1; at > 0 && at > index - LONGEST_SUBJECT && marks[at] === ""; at -= 1) {
    if (ADDS.test(words[at] as string) && marks[at - 1] === "" && isContent(sentence, at - 1)) who = at - 1;
  }
  if (who >= 0 && marks[index - 1] === "" && isContent(sentence, who)) keep(units, who);
}

/** `turned down`, `turned it down`: neither the verb nor its particle stays without the other. */
function keepParticle({ words, units, marks }: ScopedSentence, index: number): void {
  const particle = particleAt(words, index);
  if (particle > 0 && marks.slice(index, particle).every((mark) => mark === "")) keep(units, index, particle);
}

/** The place of the particle of the verb at a place; 0 if it has none. */
function particleAt(words: readonly string[], index: number): number {
  const particles = particlesOf(words[index] as string);
  if (particles === undefined) return 0;
  const at = PRONOUN.test(words[index + 1] ?? "") ? index + 2 : index + 1;
  return particles.has(words[at] ?? "") ? at : 0;
}

/**
 * The place of the last of the words that say one thing together with the one at a place; that place, if it stands alone.
 *
 * @param words Folded.
 */
export function endOfPair(words: readonly string[], index: number): number {
  if (PAIRS.has(`${words[index]} ${words[index + 1]}`)) return index + 1;
  return Math.max(index, particleAt(words, index));
}

/** Whether a condition begins with the verb at a place, though in the middle of its sentence: `had it not been for`. */
export function bindsInverted(words: readonly string[], index: number): boolean {
  return INVERTED.test(words[index] as string) && words[index + 1] === "it" && words[index + 2] === "not";
}

/** `should have paid`: what was not so. */
function keepUnreal(sentence: ScopedSentence, index: number): void {
  const { words, units } = sentence;
  const at = /^(?:not|never|to|also|only|then|well)$/u.test(words[index + 1] ?? "") ? index + 2 : index + 1;
  if (words[at] !== "have") return;
  keep(units, index, at);
  keepNext(sentence, at);
}

/** Whether a verb in front of its subject begins a condition: at the beginning of a statement, or `had it not`. */
function isInvertedAt({ words, marks }: ScopedSentence, index: number): boolean {
  if (/\?/u.test(marks.at(-1) ?? "")) return false;
  return index === 0 ? words.length > 2 : bindsInverted(words, index);
}

/** A condition keeps its subject and its verb; a short one all its content. */
function keepCondition(sentence: ScopedSentence, index: number): void {
  const { units, marks, words } = sentence;
  let end = index + 1;
  while (end < units.length && end <= index + LONGEST_CONDITION && (marks[end - 1] === "" || end === index + 1)) {
    if (end > index + 2 && /^(?:and|but|then|or)$/u.test(words[end] as string)) break;
    end += 1;
  }
  keep(units, index);
  const content: number[] = [];
  for (let at = index + 1; at < end; at += 1) if (isContent(sentence, at)) content.push(at);
  if (content.length <= SHORT_CONDITION) keep(units, ...content);
  else {
    keep(units, content[0] as number);
    keepVerb(sentence, index, end);
  }
}

/** An auxiliary and what follows it, else what looks like a verb. */
function keepVerb(sentence: ScopedSentence, index: number, end = index + LONGEST_CONDITION): void {
  const { units, words, marks } = sentence;
  for (let at = index + 1; at < Math.min(end, units.length); at += 1) {
    if (at > index + 1 && marks[at - 1] !== "") return;
    const word = words[at] as string;
    if (AUXILIARY.test(word)) {
      keep(units, at);
      keepNext(sentence, at);
      return;
    }
    if (at > index + 1 && VERB_ENDING.test(word) && isContent(sentence, at)) {
      keep(units, at);
      return;
    }
  }
}

/** Both arms of `from A to B`, `both A and B`, `between A and B`, `either A or B`. */
function keepArms(sentence: ScopedSentence, index: number): void {
  const { words, units, marks } = sentence;
  const link = words[index] === "from" ? /^(?:to|until|till)$/u : /^(?:and|or)$/u;
  for (let at = index + 2; at <= index + 1 + LONGEST_ARM && at < words.length; at += 1) {
    if (marks[at - 1] !== "") return;
    if (!link.test(words[at] as string)) continue;
    keep(units, index, at);
    keepNext(sentence, index);
    keepNext(sentence, at);
    return;
  }
}

/** `for the tenant and against the landlord`: both sides. */
function keepOpposite(sentence: ScopedSentence, index: number): void {
  const at = sentence.words.lastIndexOf("for", index);
  if (at < 0) return;
  keep(sentence.units, at, index);
  if (COORDINATION.test(sentence.words[index - 1] as string)) keep(sentence.units, index - 1);
  keepNext(sentence, at);
}

/** `class I`, `wire A`, `Charles II`: neither says the same alone. */
function keepLabel({ words, surfaces, units, marks }: ScopedSentence, index: number): void {
  const surface = surfaces[index] as string;
  if (!LETTER_OR_ROMAN.test(surface) || index === 0) return;
  const isLabelled = marks[index - 1] === "" && LABEL.test(words[index - 1] as string);
  const isNamed = index > 1 && marks[index - 1] === "" && CAPITALISED.test(surfaces[index - 1] as string);
  if (isLabelled || isNamed) keep(units, index - 1, index);
  else if (surface !== "I" && !(surface === "A" && marks[index - 1] !== "")) keep(units, index);
}

/** Words of a heading in front of a colon at most: it and the first of what it heads say nothing apart. */
const LONGEST_HEADING = 2;

function keepHeading(sentence: ScopedSentence): void {
  const { marks, units } = sentence;
  const colon = marks.findIndex((mark) => mark.includes(":"));
  if (colon < 0 || colon >= LONGEST_HEADING || colon === units.length - 1) return;
  keep(units, colon);
  for (let next = colon + 1; next < units.length; next += 1) {
    keep(units, next);
    if (isContent(sentence, next)) return;
  }
}
