import { runAtOnce, type Sliced } from "../runtime/event-loop.js";

/** A mark of JSON, a comment among them. */
const JSON_TOKEN =
  /\s+|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]|\/\/[^\n]*|\/\*[^*]*\*\//uy;

/** How far a text goes on as JSON. */
export interface JsonReach {
  /** Where its first value ends, or where reading stopped. */
  end: number;
  /** `whole`: the first value ends at `end`; `open`: the limit was reached inside it; `broken`: something else stands there. */
  state: "whole" | "open" | "broken";
}

/** Code units that are read in one go. */
const UNITS_PER_SLICE = 16_384;

/** Reads one JSON value mark by mark, its grammar aside: enough to tell it from other text. */
export function reachOfJson(text: string, start: number, limit = text.length): JsonReach {
  return runAtOnce(readJsonReach(text, start, limit));
}

/** {@link reachOfJson} in slices. */
export function* readJsonReach(text: string, start: number, limit = text.length): Sliced<JsonReach> {
  let depth = 0;
  let at = start;
  let slice = start + UNITS_PER_SLICE;
  while (at < limit) {
    if (at >= slice) {
      slice = at + UNITS_PER_SLICE;
      yield;
    }
    JSON_TOKEN.lastIndex = at;
    const token = JSON_TOKEN.exec(text)?.[0];
    if (token === undefined) {
      // A string may go on behind what is read.
      const isCut =
        text[at] === '"' && !text.slice(at + 1, limit).includes("\n") && !/"[\s,:\]}]/u.test(text.slice(at + 1, limit));
      return { end: at, state: isCut ? "open" : "broken" };
    }
    at += token.length;
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    if (depth < 0) return { end: at, state: "broken" };
    if (depth === 0 && !/^[\s/]/u.test(token)) return { end: at, state: "whole" };
  }
  return { end: at, state: "open" };
}
