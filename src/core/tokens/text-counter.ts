import { runAtOnce, runSliced, type Sliced } from "../runtime/event-loop.js";
import type { TokenCounter } from "./counter.js";
import { ENCODING_NAMES } from "./encodings.js";

/** Counts texts and their join, remembering what it counted. */
export interface TextCounter {
  /** Tokens of one text. */
  count(text: string): number | Promise<number>;
  /** Tokens of the texts joined by the separator: exact, on the joined text. */
  countJoined(texts: readonly string[], separator: string): number | Promise<number>;
}

/** Code units of counted texts that are remembered for each counter. */
const REMEMBERED_LENGTH = 8_000_000;
/** How far from a text's ends a safe cut is looked for, in code units. */
const REACH = 400;

/** Borders between texts that are remembered for each counter, none longer than this in code units. */
const MOST_BORDERS = 8192;
const LONGEST_BORDER = 256;

/** Texts that are joined before the event loop may run. */
const TEXTS_PER_SLICE = 256;
/** Code units that are counted before the event loop may run. */
const UNITS_PER_SLICE = 65_536;

/** A text cut where no piece of a pre-tokenizer can lie across: `head + middle + tail`. */
interface Cut {
  head: string;
  tail: string;
  /** Tokens of the middle. */
  middle: number;
  /** Tokens of all three, once they were asked for. */
  total?: number;
}

const known = new WeakMap<TokenCounter, TextCounter>();

/**
 * A counter over many texts. The named encodings' pre-tokenizers all end a piece between a letter and a
 * space that a letter follows, so a text cut there counts as the sum of its parts: of a long join only the
 * borders are counted anew. Other counters are asked for the whole text each time.
 */
export function textCounter(counter: TokenCounter): TextCounter {
  const made = known.get(counter);
  if (made) return made;
  const fresh = ENCODING_NAMES.includes(counter.name)
    ? additive((text) => counter.count(text) as number)
    : {
        count: (text: string) => counter.count(text),
        countJoined: (texts: readonly string[], separator: string) => counter.count(texts.join(separator)),
      };
  known.set(counter, fresh);
  return fresh;
}

function additive(count: (text: string) => number): TextCounter {
  const cuts = new Map<string, Cut>();
  let length = 0;
  function* cutSliced(text: string): Sliced<Cut> {
    const first = safeCut(text, 1, Math.min(text.length, REACH), 1);
    const last = safeCut(text, text.length - 2, Math.max(0, text.length - REACH), -1);
    const cut: Cut =
      first === undefined || last === undefined || first >= last
        ? { head: text, tail: "", middle: 0 }
        : {
            head: text.slice(0, first),
            tail: text.slice(last),
            middle: yield* countSliced(text.slice(first, last), count),
          };
    length += text.length;
    if (length > REMEMBERED_LENGTH) {
      cuts.clear();
      length = text.length;
    }
    cuts.set(text, cut);
    return cut;
  }
  // If there was no safe cut, the head is the text.
  const total = (cut: Cut) => {
    cut.total ??= cut.tail === "" ? count(cut.head) : count(cut.head) + cut.middle + count(cut.tail);
    return cut.total;
  };
  const cutOf = (text: string): Cut => cuts.get(text) ?? runAtOnce(cutSliced(text));
  const borders = new Map<string, number>();
  const countBorder = (border: string) => {
    if (border.length > LONGEST_BORDER) return count(border);
    let tokens = borders.get(border);
    if (tokens !== undefined) return tokens;
    tokens = count(border);
    if (borders.size === MOST_BORDERS) borders.clear();
    borders.set(border, tokens);
    return tokens;
  };
  function* countJoinedSliced(texts: readonly string[], separator: string): Sliced<number> {
    let tokens = 0;
    let border = "";
    for (const [index, text] of texts.entries()) {
      if (index > 0) border += separator;
      if (index % TEXTS_PER_SLICE === TEXTS_PER_SLICE - 1) yield;
      const { head, middle, tail } = cutOf(text);
      border += head;
      if (tail === "") continue;
      tokens += countBorder(border) + middle;
      border = tail;
    }
    return tokens + (border === "" ? 0 : countBorder(border));
  }

  return {
    count(text) {
      if (text.length > UNITS_PER_SLICE && !cuts.has(text)) return runSliced(cutSliced(text)).then(total);
      return total(cutOf(text));
    },
    countJoined(texts, separator) {
      const slices = countJoinedSliced(texts, separator);
      return texts.length > TEXTS_PER_SLICE ? runSliced(slices) : runAtOnce(slices);
    },
  };
}

/** Tokens of a long text, slice by slice: a text of megabytes takes half a second. */
function* countSliced(text: string, count: (text: string) => number): Sliced<number> {
  let tokens = 0;
  let start = 0;
  while (start < text.length) {
    const end = safeCut(text, start + UNITS_PER_SLICE, text.length - 1, 1) ?? text.length;
    tokens += count(text.slice(start, end));
    start = end;
    yield;
  }
  return tokens;
}

/** A place between an ASCII letter and a space that an ASCII letter follows. */
function safeCut(text: string, from: number, to: number, step: 1 | -1): number | undefined {
  for (let at = from; step === 1 ? at < to : at > to; at += step) {
    if (text.charCodeAt(at) === 0x20 && isLetter(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1)))
      return at;
  }
  return undefined;
}

function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);
}
