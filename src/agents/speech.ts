/** Words of which approvals are made: nothing in them says what is wanted. */
const APPROVAL_WORDS = new Set(
  (
    "yes yeah yep yup ok okay sure fine go on ahead continue proceed do it please thanks thank you great good nice perfect " +
    "right correct agreed approve approved confirm confirmed lgtm next more done that the sounds looks keep going carry i a " +
    "ja gerne weiter mach machen bitte danke gut genau passt los oui continue vas y merci accord d bien sí si dale vale gracias " +
    "continúa adelante bueno sim claro obrigado sì va bene grazie avanti да хорошо ок продолжай спасибо давай"
  ).split(" "),
);
/** Approvals in scripts that put no spaces between words. */
const APPROVALS = new Set(
  "はい お願いします 続けて どうぞ 了解 好 好的 是 是的 可以 继续 繼續 谢谢 네 예 계속 좋아요".split(" "),
);
/** An approval has so many words at most. */
const MOST_APPROVAL_WORDS = 6;

/** Words by which an assistant says that it goes to work, and at what it looks: none of them says for what. */
const ANNOUNCING_WORDS = new Set(
  (
    "i i'll i'm i'd we we'll let let's me us will am going now first next then so ok okay sure and to do have need want please " +
    "look looking read reading check checking open opening search searching see find try take start again more up at in into " +
    "through over for a an the this that these those it them there here quick closer document documents documentation docs doc " +
    "file files folder page pages log logs code source readme repo repository result results output website web details"
  ).split(" "),
);

/** Words that may stand before what a sentence is about. */
const FILLERS = new Set("and so now then ok okay please hey hi hello".split(" "));
/** What a request begins with, in English; a question mark makes one in every language. */
const REQUESTS = new Set(
  (
    "tell show write give explain describe list find fix make create run check look read open search summarize summarise " +
    "translate compare add remove implement help debug review draft refactor what which who whose when where why how is are " +
    "was were do does did can could would will should have has let's"
  ).split(" "),
);
/** What binds: a sentence with such a word says how things shall be, whatever it begins with. */
const BINDING =
  /\b(?:never|always|must|mustn't|don't|do not|only|no longer|instead|rather than|prefer|from now on|decided|decision|remember|important|make sure|not|no|without|avoid|each|every|before|until|unless|whenever|strictly|strict|off limits|any ?more|british|american)\b|\s--\w/iu;
/** What a request chooses: `Make it 6000`, `ok do B`, `the first one`. */
const CHOICE =
  /\b(?:[Mm]ake|[Ss]et|[Cc]hange|[Ss]witch|[Pp]ut) (?:it|that|this|them)\b[^.!?]{0,60}[\d"'`]|\b(?:[Dd]o|[Tt]ake|[Pp]ick|[Cc]hoose|[Gg]o with) (?:both|option|\d|[A-Z]\b|the (?:first|second|third|last|other|former|latter)\b)|\bthe (?:first|second|third|last|other|former|latter) one\b/u;
/** How an order is put as a question, and what makes a question of a statement. */
const ASKED_ORDER = /^(?:(?:please|could|would|can|will) |no |don't |do not )/iu;
const TAG =
  /,\s*(?:ok|okay|alright|right|please|yes|no|(?:did|do|is|are|was|were|have|has|ca|wo|would|should|could)(?:n't)? \w+)\s*[?？]["')\]]*$/iu;
const SENTENCE_END = /(?<=[.!。！؟?？])\s+|\n+/u;
const QUESTION_END = /[?？؟]["')\]]*$/u;
/** An acknowledgement has so many code units at most, and so many lines. */
const MOST_ACKNOWLEDGED = 400;
const MOST_ACKNOWLEDGED_LINES = 3;

/** True for "yes", "go on", "thanks": a message that asks for nothing and states nothing. */
export function isApproval(text: string): boolean {
  const bare = text.trim().toLowerCase();
  if (APPROVALS.has(bare.replace(/[\s。！、!.]+/gu, ""))) return true;
  const words = bare.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length <= MOST_APPROVAL_WORDS && words.every((word) => APPROVAL_WORDS.has(word));
}

/** What an assistant says beside a call, without the sentences that only tell that it goes to work ("Let me check."). */
export function withoutAnnouncements(text: string): string {
  const sentences = text.split(SENTENCE_END);
  return sentences.filter((sentence) => !isAnnouncement(sentence)).join(" ");
}

/** True if a user's message states something: a fact, a decision, a constraint; false for bare questions and requests. */
export function isStatement(text: string): boolean {
  if (isApproval(text)) return false;
  return text
    .split(SENTENCE_END)
    .map((sentence) => sentence.trim())
    .some((sentence) => /[\p{L}\p{N}]/u.test(sentence) && !isQuestion(sentence) && !isRequest(sentence));
}

/** True if an answer to a statement is short enough to be no more than "noted". */
export function isAcknowledgement(text: string): boolean {
  return text.length <= MOST_ACKNOWLEDGED && text.trim().split("\n").length <= MOST_ACKNOWLEDGED_LINES;
}

function isAnnouncement(sentence: string): boolean {
  const words =
    sentence
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.every((word) => ANNOUNCING_WORDS.has(word));
}

/** A question that asks; none that orders ("Could you never use tabs?") or only asks for a nod ("No emojis, please?"). */
function isQuestion(sentence: string): boolean {
  if (!QUESTION_END.test(sentence) || TAG.test(sentence)) return false;
  return !(ASKED_ORDER.test(sentence) && BINDING.test(sentence));
}

function isRequest(sentence: string): boolean {
  if (CHOICE.test(sentence) || TAG.test(sentence)) return false;
  const words = sentence.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  const first = words.find((word) => !FILLERS.has(word));
  return first !== undefined && REQUESTS.has(first) && !BINDING.test(sentence);
}
