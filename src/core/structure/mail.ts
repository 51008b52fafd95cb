import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Line, type Outline, readLines } from "./outline.js";
import { paragraphBlocks } from "./prose.js";
import { priorOfStatement } from "./statement-prior.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const FIELD = /^([A-Za-z][\w-]{1,40}):(?:[ \t]|$)/u;
/** What somebody who reads a message has to know of it, in the order in which one says it. */
const TOLD = "from date sent subject".split(" ");
/** What a message has besides a sender, to be one. */
const BESIDES = "date sent subject to".split(" ");
const READABLE = new Set(["to", "cc", "bcc", "reply-to", "attachments", "attachment"]);
const SEPARATOR = /^From \S.*\d{2}:\d{2}/u;
const QUOTE = /^[ \t]*(?:>[ \t]?)+/u;
/** What announces a quote, at its end: `Ann wrote:`. */
const ANNOUNCEMENT = /(?:\b(?:wrote|schrieb|écrit|escribió|ha scritto|skrev|schreef)|写道)(?: [^:]{0,60})?[:：]\s*$/u;
const ANNOUNCEMENT_START = /^\s*(?:On|Am|Le|El|Il|Op|Den)\b.*\d/u;
const ORIGINAL =
  /^\s*-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Weitergeleitete Nachricht)\s*-{2,}\s*$/iu;
const SIGNATURE = /^--\s*$/u;
const NOTICE =
  /\b(?:confidential|intended (?:only )?for the addressee|unsubscribe|sent from my|virus[- ]free|vertraulich)\b/iu;
/** A greeting or a closing is at most this long, in code units. */
const SHORT_LINE = 60;
const GREETING =
  /^\s*(?:hi|hello|hey|dear|hallo|liebe[rs]?|bonjour|hola|good (?:morning|afternoon|evening)|(?:best|kind|warm)?\s*(?:regards|wishes)|best|cheers|thanks(?: again)?|thank you|sincerely|yours|viele grüße|mit freundlichen grüßen|cordialement)\b[^.?]*$/iu;
/** Announcements of quotes run over two lines at most. */
const LONGEST_ANNOUNCEMENT = 300;

const PRIOR = { recipient: 0.25, greeting: 0.15, signature: 0.15, quote: 0.2, notice: 0.05 };

/**
 * Reads one mail, a thread or a mailbox: paragraphs under the lines that say from whom, when and on what. Quoted history
 * that stands in the text a second time is waste, like technical fields and repeated signatures; a quote of what is not
 * there otherwise has a low prior.
 *
 * @returns Undefined where no message begins with a sender and a date, a subject or a receiver.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const lines = yield* readLines(text);
  const starts = yield* messageStarts(lines);
  if (starts.length === 0) return undefined;
  const own = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (!QUOTE.test(line.text)) own.add(line.text.trim());
    if (index % LINES_PER_SLICE === 0) yield;
  }
  const outline = buildOutline("mail", "paragraphs");
  const said = new Set<string>();
  let head = -1;
  let context = "";
  let paragraph: Line[] = [];
  let isSignature = false;

  const addWaste = (line: Line) => {
    const start = line.start + line.text.length - line.text.trimStart().length;
    if (line.text.trim() !== "") outline.add({ start, end: line.start + line.text.trimEnd().length, role: "waste" });
  };
  const addParagraph = () => {
    if (isSignature) {
      for (const line of paragraph) addSignature(line);
    } else {
      for (const { start, end, kind } of paragraphBlocks(paragraph)) {
        const statement = text.slice(start, end);
        const isGreeting = statement.length <= SHORT_LINE && GREETING.test(statement);
        const isNotice = NOTICE.test(statement) && said.has(statement.trim());
        said.add(statement.trim());
        outline.add({
          start: start + statement.search(/\S/u),
          end,
          kind,
          head,
          context,
          prior: isGreeting ? PRIOR.greeting : priorOfStatement(statement),
          ...(isNotice && { role: "waste", head: -1 }),
        });
      }
    }
    paragraph = [];
  };
  const addSignature = (line: Line) => {
    const words = line.text.trim();
    if (words === "") return;
    if (said.has(words) || SIGNATURE.test(line.text)) return addWaste(line);
    said.add(words);
    const prior = NOTICE.test(words) ? PRIOR.notice : PRIOR.signature;
    outline.add({ start: line.start, end: line.end, head, context, prior });
  };
  /** Reads the fields of a message and returns the index of the line behind them. */
  const readFields = (from: number): number => {
    const fields = new Map<string, number>();
    let told = "";
    let next = from;
    for (; next < lines.length; next += 1) {
      const line = lines[next] as Line;
      const name = FIELD.exec(line.text)?.[1]?.toLowerCase();
      if (name === undefined) break;
      let end = line.start + line.text.trimEnd().length;
      while (/^[ \t]+\S/u.test(lines[next + 1]?.text ?? "")) {
        next += 1;
        end = (lines[next] as Line).start + (lines[next] as Line).text.trimEnd().length;
      }
      const isTold = TOLD.includes(name) && !fields.has(name);
      const isReadable = READABLE.has(name);
      const grain = outline.add({
        start: line.start,
        end,
        role: isTold ? "shell" : isReadable ? "content" : "waste",
        ...(isReadable && { prior: PRIOR.recipient }),
      });
      if (isTold || isReadable) fields.set(name, grain);
      if (isTold)
        told += ` ${text
          .slice(line.start + name.length + 1, end)
          .replace(/<[^<>]*>/gu, "")
          .trim()}`;
    }
    // One chain: whoever takes a paragraph gets all of what has to be told.
    head = -1;
    for (const name of TOLD) {
      const grain = fields.get(name);
      if (grain === undefined) continue;
      outline.grain(grain).head = head;
      head = grain;
    }
    for (const [name, grain] of fields) if (READABLE.has(name)) outline.grain(grain).head = head;
    context = told.replace(/\s+/gu, " ").trim();
    return next;
  };
  /** Reads quoted lines and returns the index of the line behind them. */
  const readQuote = (from: number, announcement: number): number => {
    let next = from;
    let block: Line[] = [];
    const flush = () => {
      const [first, last] = [block[0], block.at(-1)];
      // What was quoted once is history when it is quoted again.
      for (const line of block) own.add(line.text.replace(QUOTE, "").trim());
      block = [];
      if (first === undefined || last === undefined) return;
      outline.add({ start: first.start, end: last.end, head: announcement, context, prior: PRIOR.quote });
    };
    for (; next < lines.length; next += 1) {
      const line = lines[next] as Line;
      const marks = QUOTE.exec(line.text)?.[0];
      if (marks === undefined) break;
      const words = line.text.slice(marks.length).trim();
      if (words === "" || own.has(words)) {
        flush();
        addWaste(line);
      } else block.push(line);
    }
    flush();
    return next;
  };

  let start = 0;
  for (let at = 0; at < lines.length; ) {
    if (at % LINES_PER_SLICE === 0) yield;
    const line = lines[at] as Line;
    if (at === starts[start]) {
      addParagraph();
      isSignature = false;
      start += 1;
      at = readFields(at);
      continue;
    }
    const announced = announcementEnd(lines, at);
    if (announced > at || QUOTE.test(line.text)) {
      addParagraph();
      isSignature = false;
      const announcement =
        announced > at
          ? outline.add({ start: line.start, end: (lines[announced - 1] as Line).end, role: "shell", head })
          : head;
      at = Math.max(announced, at);
      while (lines[at]?.text.trim() === "") at += 1;
      at = readQuote(at, announcement);
      continue;
    }
    if (line.text.trim() === "") addParagraph();
    else if (SEPARATOR.test(line.text) || ORIGINAL.test(line.text)) {
      addParagraph();
      addWaste(line);
    } else {
      if (SIGNATURE.test(line.text)) {
        addParagraph();
        isSignature = true;
      }
      paragraph.push(line);
    }
    at += 1;
  }
  addParagraph();
  return outline.done();
}

/** Indices of the lines at which a message's fields begin. */
function* messageStarts(lines: readonly Line[]): Sliced<number[]> {
  const starts: number[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (at % LINES_PER_SLICE === 0) yield;
    if (!FIELD.test((lines[at] as Line).text)) continue;
    const before = lines[at - 1]?.text;
    const isFree = before === undefined || before.trim() === "" || SEPARATOR.test(before) || ORIGINAL.test(before);
    const names = new Set<string>();
    const first = at;
    for (; at < lines.length; at += 1) {
      const line = (lines[at] as Line).text;
      const name = FIELD.exec(line)?.[1];
      if (name === undefined && !(names.size > 0 && /^[ \t]+\S/u.test(line))) break;
      if (name !== undefined) names.add(name.toLowerCase());
    }
    const isTold = names.has(TOLD[0] as string) && BESIDES.some((name) => names.has(name));
    if (isFree && isTold) starts.push(first);
  }
  return starts;
}

/** Index behind an announcement of a quote that begins at a line; the line's own where none does. */
function announcementEnd(lines: readonly Line[], at: number): number {
  const [first, second] = [(lines[at] as Line).text, lines[at + 1]?.text ?? ""];
  if (first.length > LONGEST_ANNOUNCEMENT) return at;
  if (ANNOUNCEMENT.test(first)) return at + 1;
  const isOver = ANNOUNCEMENT_START.test(first) && second.length <= LONGEST_ANNOUNCEMENT && ANNOUNCEMENT.test(second);
  return isOver ? at + 2 : at;
}
