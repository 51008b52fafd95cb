import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Line, linesOf, type Outline } from "./outline.js";

/** Lines that are read in one go. */
const LINES_PER_SLICE = 256;
const TIME = /^\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}/u;
const TAG = /<\/?(?:[ibuc]|ruby|rt|lang|v|font)(?:[ .][^<>\n]{0,80})?>|<\d[\d:.]{0,20}>|\{\\[^{}\n]{0,40}\}/gu;
/** Code units of the cue before that a cue is told with: sentences run over cues. */
const LONGEST_CONTEXT_BEFORE = 100;
const PRIOR = { note: 0.15, sound: 0.2 };

/**
 * Reads SubRip and WebVTT: what is said under the number and the time of its cue. WebVTT's first line heads all cues;
 * its styles and regions are waste. Tags inside of cues are hidden.
 *
 * @returns Undefined where no cue is found, or text stands in front of the first.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const outline = buildOutline("subtitles", "cues");
  let top = -1;
  let time = -1;
  let number: Line | undefined;
  let cue: Line[] = [];
  let before = "";
  let block: "" | "cue" | "waste" | "note" = "";
  let cues = 0;
  let lines = 0;

  const flush = () => {
    const [first, last] = [cue[0], cue.at(-1)];
    cue = [];
    if (first === undefined || last === undefined) return;
    const [start, end] = [first.start + indentOf(first), last.start + last.text.trimEnd().length];
    const said = text.slice(start, end);
    for (const tag of said.matchAll(TAG)) {
      outline.hide({ start: start + tag.index, end: start + tag.index + tag[0].length, as: "" });
    }
    const words = said.replace(TAG, "").trim();
    if (words === "") return;
    const isSound = /^[[(♪][^\])]*[\])♪]?$/u.test(words);
    outline.add({ start, end, kind: "prose", head: time, context: before, ...(isSound && { prior: PRIOR.sound }) });
    before = words.slice(-LONGEST_CONTEXT_BEFORE);
  };
  const addLine = (line: Line, input: { role?: "shell" | "waste"; head?: number; prior?: number }) =>
    outline.add({ ...input, start: line.start + indentOf(line), end: line.start + line.text.trimEnd().length });
  /** A number that no time follows is text after all. */
  const settleNumber = (): boolean => {
    if (number === undefined) return true;
    if (block !== "cue") return false;
    cue.push(number);
    number = undefined;
    return true;
  };

  for (const line of linesOf(text)) {
    lines += 1;
    if (lines % LINES_PER_SLICE === 0) yield;
    const words = line.text.trim();
    if (words === "" || words === "\ufeff") {
      if (!settleNumber()) return undefined;
      flush();
      block = "";
    } else if (TIME.test(line.text)) {
      flush();
      const above = number === undefined ? top : addLine(number, { role: "shell", head: top });
      number = undefined;
      time = addLine(line, { role: "shell", head: above });
      cues += 1;
      block = "cue";
    } else if (outline.length === 0 && /^\ufeff?WEBVTT(?:\s|$)/u.test(line.text)) {
      top = addLine(line, { role: "shell" });
      block = "waste";
    } else if (block === "" && /^(?:STYLE|REGION)$/u.test(words)) {
      block = "waste";
      addLine(line, { role: "waste" });
    } else if (block === "" && top >= 0 && /^NOTE(?:\s|$)/u.test(words)) {
      block = "note";
      addLine(line, { prior: PRIOR.note, head: top });
    } else if (block === "waste") addLine(line, { role: "waste" });
    else if (block === "note") addLine(line, { prior: PRIOR.note, head: top });
    else if (/^\d{1,7}$/u.test(words) || (block === "" && top >= 0 && number === undefined)) {
      if (!settleNumber()) return undefined;
      number = line;
    } else if (block === "cue") {
      settleNumber();
      cue.push(line);
    } else if (cues > 0) {
      // What stands behind a blank line inside of a cue is still said in it.
      if (number !== undefined) return undefined;
      block = "cue";
      cue.push(line);
    } else return undefined;
  }
  if (!settleNumber()) return undefined;
  flush();
  return cues === 0 ? undefined : outline.done();
}

function indentOf(line: Line): number {
  return line.text.search(/[^\s\ufeff]/u);
}
