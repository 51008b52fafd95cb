import { runSliced, type Sliced } from "../runtime/event-loop.js";
import { type DetectedKind, detectContent, detectKind, type KindHint } from "./detect.js";
import { kindOfFence, type NamedKind } from "./detect-names.js";
import { RECORDS } from "./detect-records.js";
import { buildOutline, type Outline, plainWords, type TextKind } from "./outline.js";
import { loadedParser, loadParser } from "./parsers.js";
import { isMixed, readSections, type Section, startsWithCommand } from "./sections.js";
import { showText } from "./terminal.js";

/** Kinds whose lines may lose words: where one of them does not fit, the text is prose. */
const WORDED: ReadonlySet<TextKind> = new Set([
  "prose",
  "markdown",
  "html",
  "mail",
  "transcript",
  "subtitles",
  "legal",
  "qa",
  "latex",
  "paged",
]);
/** Kinds that say no more of a stretch of records than that its lines stay whole. */
const LINED: ReadonlySet<TextKind> = new Set(["prose", "log"]);
/** Data in one line is a record like others up to this length, in code units. */
const LONGEST_RECORD = 200;
const FENCE = /^[ \t]{0,12}(?:>[ \t]?){0,4}(?:`{3,}|~{3,})[ \t]*(?<info>[^\n`]{0,80})/gmu;
const FENCED_UNITS = 2000;
/** What is shorter between fences of an unknown language tells no kind, in code units. */
const LEAST_FENCED = 24;
/** Fences of an unknown language by whose looks parsers are loaded. */
const MOST_GUESSED = 64;

/**
 * Reads a text as grains under heads: tells its kind, loads that kind's parser and lets others have a turn while it
 * reads. A text that is not what its name, or its looks, say is read as whole lines; prose stays prose.
 */
export async function readOutline(text: string, hint: KindHint = {}): Promise<Outline> {
  const shown = showText(text);
  const detected = detectKind(shown.text, hint);
  return shown.restore(await readAs(shown.text, detected));
}

async function readAs(text: string, detected: DetectedKind): Promise<Outline> {
  const isGuess = detected.from === "content";
  const areRecords = isGuess && detected.language === RECORDS;
  const maybeMixed = detected.kind === "prose" || areRecords;
  if (isGuess && (startsWithCommand(text) || (maybeMixed && (await runSliced(isMixed(text)))))) {
    const sections = await runSliced(readSections(text));
    if (sections !== undefined && !(areRecords && sections.every((section) => isLined(text, section))))
      return readEach(text, sections, areRecords);
  }
  const outline = await readKind(text, detected);
  if (outline !== undefined) return outline;
  if (!WORDED.has(detected.kind)) return readLines(text);
  // A page's address, a report's file name: the text that was taken from it need not look like it.
  const looks = isGuess ? undefined : detectContent(text);
  const other = looks === undefined || looks.kind === detected.kind ? undefined : await readKind(text, looks);
  return other ?? ((await readKind(text, { kind: "prose" })) as Outline);
}

async function readKind(text: string, { kind, language }: NamedKind): Promise<Outline | undefined> {
  const parse = await loadParser(kind);
  if (kind === "markdown") await loadFenced(text);
  return runSliced(parse(text, { language }, parseFenced));
}

async function readLines(text: string): Promise<Outline> {
  const { parse } = await import("./whole-lines.js");
  return runSliced(parse(text));
}

/** Loads the parsers of what stands in fences. */
async function loadFenced(text: string): Promise<void> {
  const kinds = new Set<TextKind>();
  const words = new Set<string>();
  let guessed = 0;
  for (const match of text.matchAll(FENCE)) {
    const info = match.groups?.info?.trim() ?? "";
    // A fence without a word is a closing one, or its lines are read one by one.
    if (info === "" || words.has(info)) continue;
    const named = kindOfFence(info);
    if (named !== undefined) {
      words.add(info);
      kinds.add(named.kind);
      continue;
    }
    guessed += 1;
    if (guessed > MOST_GUESSED) continue;
    const body = match.index + match[0].length;
    kinds.add(detectContent(text.slice(body, body + FENCED_UNITS)).kind);
  }
  await Promise.all([...kinds].map(loadParser));
}

/** Reads what stands in a fence; nothing where it is prose, or where its parser is not at hand. */
function* parseFenced(text: string, language: string): Sliced<Outline | undefined> {
  const named = kindOfFence(language) ?? (text.length < LEAST_FENCED ? undefined : detectContent(text));
  if (named === undefined || WORDED.has(named.kind)) return undefined;
  const parse = loadedParser(named.kind);
  return parse === undefined ? undefined : yield* parse(text, { language: named.language });
}

/**
 * Reads the stretches of a mixed text one by one; what announces a stretch is its head.
 *
 * @param areRecords Whether the text's lines are records: then what looks like prose among them is none.
 */
async function readEach(text: string, sections: readonly Section[], areRecords: boolean): Promise<Outline> {
  const kind = widest(sections);
  const inners: Outline[] = [];
  for (const { start, end, named } of sections) {
    const inner = text.slice(start, end);
    const outline = areRecords && named.kind === "prose" ? undefined : await readKind(inner, named);
    inners.push(outline ?? (await readLines(inner)));
  }
  const unit = inners.find((inner) => inner.kind === kind)?.unit ?? "lines";
  const outline = buildOutline(kind, unit);
  for (const [index, { start, lead }] of sections.entries()) {
    const words = lead === undefined ? "" : plainWords(text.slice(lead.start, lead.end));
    const head = lead === undefined ? -1 : outline.add({ ...visible(text, lead.start, lead.end), kind: "heading" });
    outline.embed(inners[index] as Outline, start, head, words);
  }
  return outline.done();
}

/** Whether a stretch of records is lines that stay whole. */
function isLined(text: string, { start, end, named }: Section): boolean {
  return LINED.has(named.kind) || (end - start <= LONGEST_RECORD && !text.slice(start, end).includes("\n"));
}

function visible(text: string, start: number, end: number): { start: number; end: number } {
  const body = text.slice(start, end);
  return { start: end - body.trimStart().length, end: start + body.trimEnd().length };
}

/** The kind that most of a text is of. */
function widest(sections: readonly Section[]): TextKind {
  const units = new Map<TextKind, number>();
  for (const { start, end, named } of sections) units.set(named.kind, (units.get(named.kind) ?? 0) + end - start);
  return [...units].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
