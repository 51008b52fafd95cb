import { code, codeShare } from "./detect-code.js";
import { type ContentTest, countOf, isSentence, type Sample, shareOf } from "./detect-sample.js";
import { findPageHeads } from "./page-heads.js";

/** Subtitles: SubRip and WebVTT. */
export const subtitles: ContentTest = ({ text, lines }) => {
  const times = countOf(lines, /^\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s+-->\s+(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}/u);
  return (/^WEBVTT\b/u.test(text) && times >= 1) || (times >= 2 && times >= lines.length * 0.15)
    ? { kind: "subtitles" }
    : undefined;
};

const MAIL_HEADER =
  /^(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To|Message-ID|In-Reply-To|References|Received|Return-Path|Delivered-To|MIME-Version|Content-[\w-]+|X-[\w-]+):\s/iu;
const SENDER = /^From:\s.{0,200}(?:@|<)/iu;

/** Mail: a block of headers that names its sender. */
export const mail: ContentTest = ({ all }) => {
  const first = all.findIndex(
    (line) => line.trim() !== "" && !/^From \S+@|^-{2,}\s*(?:Forwarded|Original)/u.test(line),
  );
  const block: string[] = [];
  for (const line of all.slice(Math.max(0, first), first + 40)) {
    if (MAIL_HEADER.test(line)) block.push(line);
    else if (line.trim() === "" || !/^\s/u.test(line)) break;
  }
  const names = new Set(block.map((line) => line.slice(0, line.indexOf(":")).toLowerCase()));
  const isNamed = block.some((line) => SENDER.test(line))
    ? names.size >= 2
    : [...names].some((name) => /^from$/u.test(name)) && names.has("subject");
  return isNamed && (names.has("subject") || names.has("to") || names.has("date") || names.has("sent"))
    ? { kind: "mail" }
    : undefined;
};

const TEX_COMMAND =
  /^\s*\\(?:documentclass|usepackage|begin|end|section|subsection|subsubsection|chapter|paragraph|title|author|item|label|caption|maketitle|newcommand|bibitem|input|include|toprule|midrule|bottomrule|hline|centering|textbf)\b/u;

/** LaTeX. */
export const latex: ContentTest = ({ text, lines }) => {
  if (/^\s*(?:%[^\n]*\n\s*)*\\(?:documentclass|documentstyle)\b/u.test(text)) return { kind: "latex" };
  const commands = countOf(lines, TEX_COMMAND);
  return commands >= 3 && commands >= lines.length * 0.1 && /\\(?:begin|(?:sub)*section|chapter)\*?\{/u.test(text)
    ? { kind: "latex" }
    : undefined;
};

const QUESTION_MARK = /^\s*(?:[*_]{2})?(?:Q|Question|Frage|Pregunta)\s*\d*\s*[.:)](?:[*_]{2})?\s*\S/iu;
const ANSWER_MARK = /^\s*(?:[*_]{2})?(?:A|Answer|Antwort|Respuesta)\s*\d*\s*[.:)](?:[*_]{2})?\s*\S/iu;
/** Questions that stand alone, with a text below each. */
const QUESTIONS = 3;
const LONGEST_QUESTION = 200;

/** Questions with their answers. */
export const qa: ContentTest = ({ lines, all }) => {
  const questions = countOf(lines, QUESTION_MARK);
  const answers = countOf(lines, ANSWER_MARK);
  if (
    questions >= 2 &&
    answers >= 2 &&
    Math.abs(questions - answers) <= 1 + questions * 0.2 &&
    countOf(lines, /^\s*[B-P][.:)]\s/u) === 0
  )
    return { kind: "qa" };
  const blocks = blocksOf(all);
  const asked = blocks.filter(
    (block, index) =>
      isQuestion(block) && blocks[index + 1] !== undefined && !isQuestion(blocks[index + 1] as string[]),
  ).length;
  const inOne = blocks.filter(
    (block) => block.length >= 2 && isQuestionLine(block[0] as string) && !block.slice(1).some(isQuestionLine),
  ).length;
  return asked + inOne >= QUESTIONS && asked * 2 + inOne >= blocks.length * 0.7 ? { kind: "qa" } : undefined;
};

function blocksOf(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    if (line.trim() === "") isOpen = false;
    else if (isOpen) blocks.at(-1)?.push(line);
    else {
      blocks.push([line]);
      isOpen = true;
    }
  }
  return blocks;
}

function isQuestion(block: readonly string[]): boolean {
  return block.length === 1 && isQuestionLine(block[0] as string);
}

function isQuestionLine(line: string): boolean {
  return line.length <= LONGEST_QUESTION && /^\s*(?:\d+[.)]\s+)?[\p{L}¿][^.!?。！]*[?？]\s*$/u.test(line);
}

const TIME_PREFIX =
  "(?:[[(]?(?:\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4},?\\s+)?\\d{1,2}:\\d\\d(?::\\d\\d)?(?:\\.\\d+)?(?:\\s?[AaPp]\\.?[Mm]\\.?)?[\\])]?\\s*[-–]?\\s*)";
const TURN = new RegExp(
  `^\\s*${TIME_PREFIX}?(?:\\*\\*|<|@)?(?<name>\\p{Lu}[\\p{L}\\p{M}\\p{N} ._'’()/&-]{0,38}?)(?:\\s*\\([^)]{1,20}\\))?(?:\\*\\*|>)?(?:\\s+${TIME_PREFIX})?:(?:\\*\\*)?(?:\\s|$)`,
  "u",
);
const ROLE =
  /^(?:user|assistant|system|human|ai|agent|customer|bot|tool|client|interviewer|interviewee|moderator|operator|host|guest)$/iu;
const LOWER_ROLE = /^\s*(?:\*\*|<|#+\s*)?(?<name>user|assistant|system|human|ai|bot|tool|agent|customer)(?:\*\*|>)?:/iu;
const SLACK_TURN = /^(?<name>\p{Lu}[\p{L}\p{M}\p{N} ._'’-]{0,38}?)\s{1,4}(?:\[?\d{1,2}:\d\d(?:\s?[AP]M)?\]?)$/u;
const NO_SPEAKER =
  /^(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|Note|Notes|Warning|Example|Examples|Tip|Important|Caution|Hint|Step \d+|Figure \d+|Table \d+|Chapter \d+|Section \d+|Part \d+|Fig|Source|Answer|Question|Q|A|P\.?S|Default|Type|Returns|Parameters|Usage|Title|Date|Time|Location|Subject|Summary|See also)\b/iu;

/** Chats, meetings and dialogues: speakers who come back. */
export const transcript: ContentTest = ({ lines }) => {
  if (lines.length < 2) return undefined;
  const slack = turnsBy(lines, SLACK_TURN);
  if (slack.length >= 2 && slack.length >= lines.length * 0.2) return { kind: "transcript", language: "slack" };
  const turns =
    turnsBy(lines, TURN).length >= turnsBy(lines, LOWER_ROLE).length
      ? turnsBy(lines, TURN)
      : turnsBy(lines, LOWER_ROLE);
  const names = new Set(turns.map(({ name }) => name));
  const isRoles = names.size >= 2 && [...names].every((name) => ROLE.test(name));
  if (isRoles && turns.length >= 2 && turns[0]?.at === 0) return { kind: "transcript" };
  if (turns.length < 3 || names.size < 2 || turns.length < lines.length * 0.4 || names.size > turns.length * 0.7)
    return undefined;
  // What people say are words; what stands behind a field's name is a value.
  const spoken = turns.filter(
    ({ rest }) => (rest.match(/\p{L}+/gu)?.length ?? 0) >= 3 || /[.!?…。！？]$/u.test(rest),
  ).length;
  return spoken >= turns.length * 0.5 ? { kind: "transcript" } : undefined;
};

function turnsBy(lines: readonly string[], pattern: RegExp): { name: string; rest: string; at: number }[] {
  return lines.flatMap((line, at) => {
    const match = pattern.exec(line);
    const name = match?.groups?.name?.trim();
    if (match === null || name === undefined || NO_SPEAKER.test(name) || name.split(/\s+/u).length > 5) return [];
    return [{ name, rest: line.slice(match[0].length).trim(), at }];
  });
}

const CLAUSE =
  /^\s*(?:\d{1,2}(?:\.\d{1,2}){1,3}\.?\)?|§{1,2}\s*\d+[a-z]?|(?:Article|Section|Clause|Artikel|Artículo|Rule)\s+\d+[.:]?|Art\.\s*\d+)\s+(?<text>\S.*)?$/u;
const NUMBERED_TITLE = /^\s*(?:\d{1,2}|[IVX]{1,5})\.\s+\p{Lu}[\p{Lu}\s,&'’/-]{2,60}$/u;
const SUBCLAUSE = /^\s*\((?:[a-z]|[ivx]{1,5}|\d{1,2})\)\s+\S/u;

/** Contracts and statutes: numbered clauses. */
export const legal: ContentTest = ({ lines }) => {
  const clauses = lines.map((line) => CLAUSE.exec(line)).filter((match) => match !== null);
  const worded = clauses.filter(({ groups }) => isSentence(groups?.text ?? "")).length;
  const titles = countOf(lines, NUMBERED_TITLE);
  const parts = countOf(lines, SUBCLAUSE);
  const known = clauses.length + titles + parts;
  if (known < lines.length * 0.25 || codeShare(lines) > 0.3) return undefined;
  const isNumbered = worded >= 3 && worded >= clauses.length * 0.5;
  return isNumbered || (titles >= 2 && clauses.length + parts >= 2) ? { kind: "legal" } : undefined;
};

const PAGE_NUMBER = /^\s*(?:[-–—]\s*)?(?:Page\s+|p\.\s*)?\d{1,4}(?:\s*(?:of|\/)\s*\d{1,4})?(?:\s*[-–—])?\s*$/iu;
/** Text of a printed document: form feeds, or heads that come back with every page. */
export const paged: ContentTest = ({ text, all }) => {
  if (/\f[^\f]{100}/u.test(text) && text.indexOf("\f") > 0) return { kind: "paged" };
  const heads = findPageHeads(all);
  const numbers = all.filter((line) => line.trim() !== "" && PAGE_NUMBER.test(line)).length;
  const isNumbered =
    numbers >= 2 || heads.some(({ text: head }) => /\b(?:page|seite|página|pagina|стр)\b/iu.test(head));
  const isPaged =
    heads.length >= 2 || (heads.length === 1 && (isNumbered || all.some((line) => /\p{L}-$/u.test(line))));
  return isPaged &&
    shareOf(
      all.filter((line) => line.trim() !== ""),
      /^(?:(?!\p{L}{2})[\s\S])*\p{L}{2}\S*\s(?:(?!\p{L}{2})[\s\S])*\p{L}{2}/u,
    ) >= 0.6
    ? { kind: "paged" }
    : undefined;
};

const HEADING = /^\s{0,3}#{1,6}\s+\S/u;
const FENCE = /^\s{0,3}(?:```|~~~)/u;

/** Markdown that shows at once: fences, several headings, front matter. Comes before kinds that may stand inside it. */
export const markdownPage: ContentTest = (sample) => {
  const { text, headings, fences, isCode } = marksOf(sample);
  if (isCode) return undefined;
  if (
    /^---\r?\n[\s\S]{1,4000}?\n---\r?\n/u.test(text) &&
    (headings >= 1 || fences >= 2 || sample.lines.filter(isSentence).length >= 2)
  )
    return { kind: "markdown" };
  return fences >= 2 || headings >= 2 ? { kind: "markdown" } : undefined;
};

/** Markdown by fewer marks: a heading, links, lists with marks in them. */
export const markdown: ContentTest = (sample) => {
  const { headings, fences, isCode, links, setext, strongItems } = marksOf(sample);
  if (isCode) return undefined;
  return headings >= 1 || fences >= 1 || links >= 2 || setext >= 1 || strongItems >= 2
    ? { kind: "markdown" }
    : undefined;
};

function marksOf({ text, all, lines }: Sample) {
  let isFenced = false;
  let headings = 0;
  let fences = 0;
  const outside: string[] = [];
  for (const [at, line] of all.entries()) {
    if (FENCE.test(line)) {
      isFenced = !isFenced;
      fences += 1;
    } else if (!isFenced) {
      if (line.trim() !== "") outside.push(line);
      if (HEADING.test(line) && isApart(all, at)) headings += 1;
    }
  }
  return {
    text,
    headings,
    fences,
    isCode: codeShare(outside) > 0.4 || (fences === 0 && code({ text, tail: "", all, lines }) !== undefined),
    links: text.match(/(?<!!)\[[^\]\n]{1,200}\]\((?:https?:|[./#\w-])[^)\s]{0,500}\)/gu)?.length ?? 0,
    setext: all.filter(
      (line, at) =>
        /^(?:={3,}|-{3,})\s*$/u.test(line) &&
        /^\p{L}[^|]{2,80}$/u.test(all[at - 1] ?? "") &&
        (all[at - 2] ?? "").trim() === "",
    ).length,
    strongItems: countOf(lines, /^\s*(?:[-*+]|\d+\.)\s+(?:.*(?:\*\*[^*]+\*\*|`[^`]+`))/u),
  };
}

/** Whether a heading has a blank line in front of it or behind it, as a comment in code seldom has. */
function isApart(all: readonly string[], at: number): boolean {
  const isEmpty = (line: string | undefined) => line === undefined || line.trim() === "";
  return isEmpty(all[at - 1]) || isEmpty(all[at + 1]);
}
