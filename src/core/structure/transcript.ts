import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Line, linesOf, type Outline } from "./outline.js";
import { paragraphBlocks } from "./prose.js";
import { priorOfStatement } from "./statement-prior.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
/** Code units of a line in which its label stands. */
const LONGEST_LABEL = 120;
/** Code units of a question that its answer is told with. */
const LONGEST_QUESTION = 120;

const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\.?)?`;
const DATE = String.raw`(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}-\d{2}-\d{2}T?)`;
const TIME = String.raw`(?:${DATE},?\s*)?${CLOCK}(?:Z|[+-]\d{2}:?\d{2})?`;
const NAME = String.raw`[\p{Lu}\p{Lo}@][\p{L}\p{M}\p{N}._'’@&/-]*(?: (?:[\p{L}\p{N}(][\p{L}\p{M}\p{N}._'’@&/()-]*)){0,5}`;
const ROLE = String.raw`(?:user|assistant|system|human|ai|bot|agent|customer|host|guest|interviewer|moderator|speaker ?\d*|operator)`;
const WHO = `(?:${NAME}|${ROLE})`;
/** A label in front of its text: `Ann:`, `[10:01] Ann:`, `Ann (10:01):`, `12.05.26, 10:01 - Ann:`, `10:01 <ann>`. */
const LABEL = new RegExp(
  String.raw`^\s*(?:[-*]\s+)?(?:(?:\[${TIME}\]|\(${TIME}\)|${TIME})\s*(?:[-–—]\s*)?)?(?:(?:\*\*)?(${WHO})(?:\*\*)?\s*(?:\[${TIME}\]|\(${TIME}\))?\s*:(?:\*\*)?(?=\s|$)|<([^<>\s]{1,40})>)`,
  "u",
);
/** A label above its text: `Ann Lee  10:01`, `Ann Lee [10:01 AM]`, `10:01 Ann Lee`. */
const HEADER = new RegExp(
  String.raw`^\s*(?:\*\*)?(?:(${WHO})(?:\*\*)?(?:\s+APP|\s+BOT)?(?:\s{1,4}|\s*[-–—•·|,]\s*)(?:[[(]${TIME}[\])]|(?:(?:Today|Yesterday) at\s)?${TIME})|(?:[[(]${TIME}[\])]|${TIME})(?:\s+|\s*[-–—•·|]\s*)(${WHO}))\s*$`,
  "u",
);
/** What is no speaker although a colon follows. */
const NO_SPEAKER =
  /^(?:note|warning|example|e\.g|from|to|cc|bcc|subject|date|sent|https?|file|total|see|usage|error|info|debug|warn|fatal|trace)$/iu;

interface Turn {
  label: number;
  speaker: string;
  /** The question that the turn before this one ended with. */
  question: string;
  lines: Line[];
}

/**
 * Reads a chat, a meeting or an interview: what somebody says under the label that says who. Labels stand in front of
 * the text or on a line above it.
 *
 * @returns Undefined where fewer than two labels are found, or more text stands outside of turns than in them.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("transcript", "turns");
  let turn: Turn | undefined;
  let outside: Line[] = [];
  let turns = 0;
  let outsideLength = 0;
  let isAfterBlank = true;
  let lastStatement = "";

  const flush = () => {
    const lines = turn?.lines ?? outside;
    if (turn === undefined) for (const line of lines) outsideLength += line.text.length;
    for (const { start, end, kind } of paragraphBlocks(lines)) {
      const statement = text.slice(start, end);
      lastStatement = statement;
      outline.add({
        start: start + statement.search(/\S/u),
        end,
        kind,
        prior: priorOfStatement(statement),
        ...(turn !== undefined && { head: turn.label, context: `${turn.speaker} ${turn.question}`.trim() }),
      });
    }
    if (turn !== undefined) turn.lines = [];
    outside = [];
  };
  const startTurn = (start: number, end: number, speaker: string) => {
    flush();
    const question = /\?["'”’)]*\s*$/u.test(lastStatement.slice(-LONGEST_QUESTION))
      ? lastStatement.slice(-LONGEST_QUESTION).trim()
      : "";
    turn = { label: outline.add({ start, end, role: "shell" }), speaker, question, lines: [] };
    lastStatement = "";
    turns += 1;
  };

  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    if (line.text.trim() === "") {
      flush();
      isAfterBlank = true;
      continue;
    }
    const opening = line.text.slice(0, LONGEST_LABEL);
    const indent = opening.length - opening.trimStart().length;
    const label = LABEL.exec(opening);
    const speaker = label?.[1] ?? label?.[2];
    const header = speaker === undefined && line.text.length < LONGEST_LABEL ? HEADER.exec(line.text) : null;
    const above = header?.[1] ?? header?.[2];
    if (label !== null && speaker !== undefined && !NO_SPEAKER.test(speaker)) {
      const end = line.start + label[0].length;
      startTurn(line.start + indent, end, speaker);
      const rest = { start: end, end: line.end, text: text.slice(end, line.end) };
      if (rest.text.trim() !== "") turn?.lines.push(rest);
    } else if (above !== undefined) {
      startTurn(line.start + indent, line.start + line.text.trimEnd().length, above);
    } else {
      // Behind a blank line somebody else's text may follow; only what is indented surely goes on.
      if (isAfterBlank && turn !== undefined && isSeparate(line.text)) {
        flush();
        turn = undefined;
      }
      (turn?.lines ?? outside).push(line);
    }
    isAfterBlank = false;
  }
  flush();
  return turns < 2 || outsideLength * 2 > text.length ? undefined : outline.done();
}

/** Whether a line belongs to no turn: a rule, a date, a heading. */
function isSeparate(line: string): boolean {
  return /^\s*(?:[-=*_#]{2,}|#+\s|\[[^\]]*\]\s*$|\([^)]*\)\s*$)/u.test(line);
}
