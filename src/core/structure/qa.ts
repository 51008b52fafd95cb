import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Line, linesOf, type Outline } from "./outline.js";
import { paragraphBlocks } from "./prose.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const QUESTION_MARK =
  /^\s*(?:[-*#>]+\s+|\d{1,3}[.)]\s+)?(?:\*\*|__)?(?:Q(?:uestion)?\s*\d{0,3}|Frage\s*\d{0,3}|F|Pregunta|Domanda|P)\s*(?:\*\*|__)?\s*[:.)：](?:\*\*|__)?(?=\s|$)/iu;
const ANSWER_MARK =
  /^\s*(?:[-*>]+\s+)?(?:\*\*|__)?(?:A(?:nswer)?\s*\d{0,3}|Antwort\s*\d{0,3}|Respuesta|Réponse|Risposta|R)\s*(?:\*\*|__)?\s*[:.)：](?:\*\*|__)?(?=\s|$)/iu;
/** A question by itself: a line that ends so, with a number or a list mark in front at most. */
const ASKING = /[?？](?:\*\*|__)?\s*$/u;
/** A line is no question if it is longer, in code units. */
const LONGEST_QUESTION = 300;

/**
 * Reads questions and answers: `Q:` and `A:`, or lines that end in a question mark with paragraphs under them. An answer
 * comes with its whole question; a question never comes alone.
 *
 * @returns Undefined where fewer than two questions are answered.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("qa", "answers");
  const isMarked = yield* hasMarks(text);
  let question = -1;
  let head = -1;
  let context = "";
  let asked: Line[] = [];
  let paragraph: Line[] = [];
  let answered = 0;
  let isAnswered = true;

  const flushQuestion = () => {
    const [first, last] = [asked[0], asked.at(-1)];
    asked = [];
    if (first === undefined || last === undefined) return;
    const start = first.start + first.text.search(/\S/u);
    const end = last.start + last.text.trimEnd().length;
    question = outline.add({ start, end, role: "shell" });
    head = question;
    context = text.slice(start, end).replace(QUESTION_MARK, "").trim();
    isAnswered = false;
  };
  const flush = () => {
    flushQuestion();
    for (const { start, end, kind } of paragraphBlocks(paragraph)) {
      outline.add({ start: start + text.slice(start, end).search(/\S/u), end, kind, head, context });
      if (!isAnswered) answered += 1;
      isAnswered = true;
    }
    paragraph = [];
  };

  let isAsking = false;
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    const opening = line.text.slice(0, LONGEST_QUESTION);
    if (line.text.trim() === "") {
      flush();
      isAsking = false;
    } else if (
      isMarked
        ? QUESTION_MARK.test(opening)
        : line.text.length <= LONGEST_QUESTION && ASKING.test(line.text) && paragraph.length === 0
    ) {
      flush();
      head = -1;
      asked.push(line);
      isAsking = isMarked;
    } else if (isMarked && ANSWER_MARK.test(opening) && (asked.length > 0 || question >= 0)) {
      flush();
      isAsking = false;
      const mark = ANSWER_MARK.exec(opening)?.[0] ?? "";
      const start = line.start + mark.length - mark.trimStart().length;
      head = outline.add({ start, end: line.start + mark.length, role: "shell", head: question });
      const rest = { start: line.start + mark.length, end: line.end, text: line.text.slice(mark.length) };
      if (rest.text.trim() !== "") paragraph.push(rest);
    } else if (isAsking) asked.push(line);
    else paragraph.push(line);
  }
  flush();
  return answered < 2 ? undefined : outline.done();
}

/** Whether questions and answers are marked as such. */
function* hasMarks(text: string): Sliced<boolean> {
  let questions = 0;
  let answers = 0;
  let lines = 0;
  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    const opening = line.text.slice(0, LONGEST_QUESTION);
    if (QUESTION_MARK.test(opening)) questions += 1;
    else if (ANSWER_MARK.test(opening)) answers += 1;
    if (questions > 1 && answers > 1) return true;
  }
  return false;
}
