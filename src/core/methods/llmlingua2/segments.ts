import { InvalidOptionError } from "../../errors.js";
import type { Span } from "../../types.js";
import { type KeepRules, keepWords } from "./threshold.js";
import type { MergedWord } from "./words.js";

/** A stretch of a context with a compression of its own. */
export interface Segment extends Span {
  /** Share of the tokens to keep, in (0, 1]; absent for the call's own. */
  rate?: number | undefined;
  /** False for a stretch that stays as it is, whatever the rate. */
  compress: boolean;
}

/** A context without its tags, and its segments, which cover it in order. */
export interface TaggedContext {
  text: string;
  segments: Segment[];
}

const ATTRIBUTE = /rate\s*=\s*(?<rate>[\d.]+)|compress\s*=\s*(?<compress>true|false)/gi;
const GAP = String.raw`(?:\s*,)?\s*`;
const OPENING = new RegExp(
  String.raw`<llmlingua(?<attributes>(?:${GAP}(?:rate\s*=\s*[\d.]+|compress\s*=\s*(?:true|false)))*)${GAP}>`,
  "gi",
);
const CLOSING = /<\/llmlingua>/gi;

/**
 * Reads the tags of a structured prompt: `<llmlingua, rate=0.4>…</llmlingua>`,
 * `<llmlingua, compress=False>…</llmlingua>`, with or without commas. Text outside tags is a segment at the
 * call's own rate; the reference loses it.
 *
 * @throws InvalidOptionError If a rate is not in (0, 1] or a tag is not closed.
 */
export function parseStructured(context: string): TaggedContext {
  const tagged: TaggedContext = { text: "", segments: [] };
  let outside = 0;
  for (const { attributes, start, end, contentStart, contentEnd } of tagsOf(context)) {
    append(tagged, plainText(context.slice(outside, start), context), { compress: true });
    append(tagged, plainText(context.slice(contentStart, contentEnd), context), readAttributes(attributes));
    outside = end;
  }
  append(tagged, plainText(context.slice(outside), context), { compress: true });
  return tagged;
}

interface Tag extends Span {
  attributes: string;
  contentStart: number;
  contentEnd: number;
}

/** Each opening tag with the next closing one. What is never closed is looked for once, not once a tag. */
function* tagsOf(context: string): Generator<Tag> {
  let end = 0;
  for (const opening of context.matchAll(OPENING)) {
    if (opening.index < end) continue;
    const contentStart = opening.index + opening[0].length;
    CLOSING.lastIndex = contentStart;
    const closing = CLOSING.exec(context);
    if (!closing) return;
    end = closing.index + closing[0].length;
    const attributes = opening.groups?.attributes ?? "";
    yield { start: opening.index, end, attributes, contentStart, contentEnd: closing.index };
  }
}

function append(tagged: TaggedContext, text: string, { rate, compress }: { rate?: number; compress: boolean }): void {
  if (text === "") return;
  const start = tagged.text.length;
  tagged.text += text;
  tagged.segments.push({ start, end: tagged.text.length, compress, ...(rate === undefined ? {} : { rate }) });
}

function readAttributes(attributes: string): { rate?: number; compress: boolean } {
  let rate: number | undefined;
  let compress = true;
  for (const { groups } of attributes.matchAll(ATTRIBUTE)) {
    if (groups?.rate !== undefined) rate = Number(groups.rate);
    if (groups?.compress !== undefined) compress = groups.compress.toLowerCase() === "true";
  }
  if (rate !== undefined && !(rate > 0 && rate <= 1)) {
    throw new InvalidOptionError(
      `Expected \`rate\` of a <llmlingua> tag to be in (0, 1], got \`${attributes.trim()}\`.`,
    );
  }
  return rate === undefined ? { compress } : { rate, compress };
}

function plainText(text: string, context: string): string {
  const stray = /<\/?llmlingua\b[^>]*>?/i.exec(text);
  if (!stray) return text;
  throw new InvalidOptionError(
    `Expected each <llmlingua> tag to be closed once and not to hold another, got \`${stray[0].slice(0, 60)}\` in a context of ${context.length} characters.`,
  );
}

/** True for a segment that is printed as it came. */
export function isLeftWhole({ compress, rate }: Segment, callRate: number): boolean {
  return !compress || (rate ?? callRate) >= 1;
}

/**
 * Judges a chunk segment by segment: the words of all segments with one rate share a threshold. The
 * reference reads the tags and then, with LLMLingua-2, forgets them.
 */
export function keepBySegment(
  words: readonly MergedWord[],
  segments: readonly Segment[],
  callRate: number,
  rules: Omit<KeepRules, "reduceRate">,
): boolean[] {
  const kept = words.map(() => false);
  const groups = new Map<number, number[]>();
  let segment = 0;
  for (const [index, word] of words.entries()) {
    while (segment < segments.length - 1 && word.start >= (segments[segment] as Segment).end) segment += 1;
    const { rate = callRate, compress } = segments[segment] as Segment;
    const own = compress ? rate : 1;
    const group = groups.get(own);
    if (group) group.push(index);
    else groups.set(own, [index]);
  }
  for (const [rate, indices] of groups) {
    const members = indices.map((index) => words[index] as MergedWord);
    const fates = rate >= 1 ? members.map(() => true) : keepWords(members, { ...rules, reduceRate: 1 - rate });
    for (const [place, index] of indices.entries()) kept[index] = fates[place] as boolean;
  }
  return kept;
}
