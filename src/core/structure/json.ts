import type { Sliced } from "../runtime/event-loop.js";
import { addValues } from "./json-grains.js";
import { type JsonNode, readTape, type Tape } from "./json-tape.js";
import { isBlank } from "./lines.js";
import { buildOutline, type Line, type Outline, readLines } from "./outline.js";
import { worthOfLines } from "./priors.js";

/** Share of a text's lines, or of its values, that are objects or arrays. */
const FEWEST_RECORDS = 0.5;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Reads JSON: one value, several one after the other, or a value a line with other lines between them. Comments are let
 * pass, and so is an end that is missing.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const tape = (yield* readTape(text, text.startsWith(BYTE_ORDER_MARK) ? 1 : 0)) ?? [];
  const tops = topsOf(tape);
  if (tops.length === 1 && (tape.length > 1 || tops[0]?.isWhole)) {
    const builder = buildOutline("json", "items");
    yield* addValues(builder, text, tape, { areRecords: false, worth: [] });
    return builder.done();
  }
  if (tops.length > 1 && areRecords(tops, tops.length)) {
    const builder = buildOutline("ndjson", "lines");
    const { priors } = yield* worthOfLines(tops.map((top) => ({ ...top, text: text.slice(top.start, top.end) })));
    yield* addValues(builder, text, tape, { areRecords: true, worth: priors });
    return builder.done();
  }
  return yield* parseLines(text);
}

/** Reads lines of which most are a JSON value each: a log that others have written to. */
function* parseLines(text: string): Sliced<Outline | undefined> {
  const lines = (yield* readLines(text)).filter((line) => !isBlank(line));
  const tapes: (Tape | undefined)[] = [];
  for (const [index, line] of lines.entries()) {
    const tape = /^\s*[[{]/u.test(line.text) ? yield* readTape(text, line.start, line.end) : undefined;
    const isOne = tape !== undefined && topsOf(tape).length === 1;
    tapes.push(isOne && (tape[0]?.isWhole || index === lines.length - 1) ? tape : undefined);
  }
  const records = tapes.flatMap((tape) => (tape === undefined ? [] : topsOf(tape)));
  if (records.length < 2 || !areRecords(records, lines.length)) return undefined;
  const builder = buildOutline("ndjson", "lines");
  const { priors } = yield* worthOfLines(lines);
  for (const [index, tape] of tapes.entries()) {
    const prior = priors[index] as number;
    const { start, end } = lines[index] as Line;
    if (tape === undefined) builder.add({ start, end, prior });
    else yield* addValues(builder, text, tape, { areRecords: true, worth: [prior] });
  }
  return builder.done();
}

function topsOf(tape: Tape): JsonNode[] {
  const tops: JsonNode[] = [];
  for (let index = 0; index < tape.length; ) {
    const node = tape[index] as JsonNode;
    if (node.kind !== "comment") tops.push(node);
    index = node.next;
  }
  return tops;
}

function areRecords(values: readonly JsonNode[], of: number): boolean {
  const records = values.filter(({ kind }) => kind === "object" || kind === "array").length;
  return records >= of * FEWEST_RECORDS;
}
