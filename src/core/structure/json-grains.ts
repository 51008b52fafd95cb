import type { Sliced } from "../runtime/event-loop.js";
import { childrenOf, type FindNames, findNames, findTwins, isScalar, keyOf, weighRecords } from "./json-records.js";
import { addLongString, isCuttable } from "./json-strings.js";
import type { JsonNode, Tape } from "./json-tape.js";
import { createPace } from "./lines.js";
import { LONGEST_CONTEXT, type OutlineBuilder, plainWords } from "./outline.js";
import { clamp, severityOf } from "./priors.js";

/** Code units that stay or go whole, white space aside: of a member, of a record in a list or several scalars, of a line. */
const MEMBER_SIZE = 120;
const RECORD_SIZE = 160;
const LINE_SIZE = 320;
/** Where it is more of the text than this, a record is opened all the same: what is asked for is in it, and may not fit. */
const RECORD_SHARE = 0.1;
/** Code units of an empty container. */
const EMPTY_SIZE = 2;
/** Keys that say nothing to a reader: numbers, hashes. The object's own members name it. */
const OPAQUE_KEY = /^(?:\d[\d-]*|[0-9a-f-]{8,})$/iu;
/** The member that names an object within its `metadata`. */
const INNER_NAME = "name";

/** Worth of a member at the top, what each level takes off, and what is left at the least. */
const TOP_WORTH = 0.55;
const BY_DEPTH = 0.04;
const DEEPEST_WORTH = 0.25;
/** How much more a member is worth that tells of an error, that stands out among records, that names its object. */
const BY_SEVERITY = 0.35;
const BY_ODDNESS = 0.25;
const BY_NAMING = 0.05;
/** Code units of a member that are read for what it tells. */
const READ_FOR_SEVERITY = 400;
const STATUS = /^[45]\d\d$/u;

/** How the values of a text are cut. */
export interface ValueOptions {
  /** Whether each value at the top is a record of its own: a line of a log. */
  areRecords: boolean;
  /** Worth of the values at the top, 0..1, each in turn. */
  worth: ArrayLike<number>;
}

/** A container whose members are added one by one. */
interface Frame {
  node: JsonNode;
  /** Index of its bracket's grain. */
  grain: number;
  /** Members on the tape that name it. */
  names: readonly number[];
  /** Grain of the last member that names it; its bracket until one does. */
  who: number;
  /** Grains that wait for its name. */
  waiting: number[];
  /** Members whose key comes more than once, each with the last one, which counts. */
  twins: ReadonlyMap<number, number>;
  /** Grains of members that are overruled so, by the member that counts. */
  overruled: Map<number, number[]>;
  context: string;
  weight: number;
  /** Factors on the worth of its elements, in turn. */
  factors: Float32Array | undefined;
  children: number;
}

/** Values on their way to an outline. */
interface Walk extends ValueOptions {
  builder: OutlineBuilder;
  text: string;
  tape: Tape;
  /** The containers around the value, the outermost first. */
  frames: Frame[];
  /** Members whose value stands out among the records of its list. */
  odd: Set<number>;
  tops: number;
  namesOf: FindNames;
}

/** Adds the values of a tape to an outline. */
export function* addValues(builder: OutlineBuilder, text: string, tape: Tape, options: ValueOptions): Sliced<void> {
  const walk: Walk = {
    ...options,
    builder,
    text,
    tape,
    frames: [],
    odd: new Set(),
    tops: 0,
    namesOf: findNames(text, tape),
  };
  const { frames } = walk;
  const isDue = createPace();
  for (let index = 0; index < tape.length; ) {
    if (isDue((tape[index] as JsonNode).start)) yield;
    while (index >= (frames.at(-1)?.node.next ?? tape.length)) closeFrame(walk);
    index = yield* addNode(walk, index);
  }
  while (frames.length > 0) closeFrame(walk);
}

/** Adds a value, the bracket of a large container, or a comment. Returns the place of what comes next. */
function* addNode(walk: Walk, index: number): Sliced<number> {
  const { builder, text, tape, frames } = walk;
  const node = tape[index] as JsonNode;
  const frame = frames.at(-1);
  if (node.kind === "comment") {
    addComment(walk, node);
    return node.next;
  }
  const weight = nextWeight(walk);
  const within = frame?.grain ?? -1;
  const context = frame?.context ?? "";
  if (isOpened(walk, node)) {
    const grain = builder.add({ start: node.start, end: node.value + 1, role: "shell", within, context });
    attach(walk, grain, index);
    frames.push(yield* openFrame(walk, index, grain, weight));
    return index + 1;
  }
  const prior = priorOf(walk, index, weight);
  if (isCuttable(text, node)) {
    attach(walk, yield* addLongString(builder, text, node, { head: -1, within, context, prior }), index);
    return node.next;
  }
  const { end, stop, next } = frame?.node.kind === "array" ? lastOfChunk(walk, index) : node;
  attach(walk, builder.add({ start: node.start, end: stop, separator: end, within, context, prior }), index);
  return next;
}

function isOpened({ frames, areRecords, text }: Walk, { kind, size, isWhole }: JsonNode): boolean {
  if (kind !== "object" && kind !== "array") return false;
  if (!isWhole) return true;
  const frame = frames.at(-1);
  if (frame === undefined) return size > (areRecords ? LINE_SIZE : EMPTY_SIZE);
  if (frame.node.kind !== "array") return size > MEMBER_SIZE;
  return size > RECORD_SIZE || (kind === "object" && size > text.length * RECORD_SHARE);
}

function* openFrame(
  { text, tape, frames, odd, areRecords, namesOf }: Walk,
  index: number,
  grain: number,
  weight: number,
): Sliced<Frame> {
  const node = tape[index] as JsonNode;
  const outer = frames.at(-1);
  const key = keyOf(text, node);
  const isName = outer?.names.includes(index) === true;
  const isRecord = outer === undefined ? areRecords : outer.node.kind === "array" || OPAQUE_KEY.test(key);
  const twins = findTwins(text, tape, index);
  let names: number[] = [];
  // A member that another one overrules names nothing.
  if (twins.size > 0) names = [];
  else if (isName)
    names = childrenOf(tape, index).filter((child) => keyOf(text, tape[child] as JsonNode) === INNER_NAME);
  else if (node.kind === "object") names = namesOf(index);
  return {
    node,
    grain,
    names: isRecord || isName ? names : [],
    who: grain,
    waiting: [],
    twins,
    overruled: new Map(),
    context: contextOf(outer?.context ?? "", [key, ...names.map((name) => plainValue(text, tape[name] as JsonNode))]),
    weight,
    factors: node.kind === "array" ? yield* weighRecords(text, tape, index, odd) : undefined,
    children: 0,
  };
}

function closeFrame({ builder, frames }: Walk): void {
  const { node, grain, who, waiting, names } = frames.pop() as Frame;
  for (const index of waiting) builder.grain(index).head = who;
  const outer = frames.at(-1);
  // Where a container names the one around it, its own name does.
  if (outer !== undefined && outer.who === grain && names.length > 0) outer.who = who;
  if (!node.isWhole) return;
  const within = outer?.grain ?? -1;
  builder.add({ start: node.end - 1, end: node.stop, separator: node.end, role: "shell", closes: grain, within });
}

/** Hangs a grain on the name of its container, or on the container's bracket. */
function attach({ builder, frames }: Walk, grain: number, index: number): void {
  const frame = frames.at(-1);
  if (frame === undefined) return;
  const last = frame.twins.get(index);
  if (last !== undefined && last !== index) {
    const grains = frame.overruled.get(last) ?? [];
    grains.push(grain);
    frame.overruled.set(last, grains);
    return;
  }
  for (const earlier of frame.overruled.get(index) ?? []) builder.grain(earlier).head = grain;
  const isName = frame.names.includes(index);
  if (isName || frame.names.length === 0) builder.grain(grain).head = frame.who;
  else frame.waiting.push(grain);
  if (isName) frame.who = grain;
}

/** The last of the scalars of a list that make one grain with the one at `index`. */
function lastOfChunk({ tape, frames }: Walk, index: number): JsonNode {
  const listEnd = frames.at(-1)?.node.next ?? tape.length;
  let last = tape[index] as JsonNode;
  let size = last.size;
  while (isScalar(last) && last.next < listEnd) {
    const next = tape[last.next] as JsonNode;
    size += next.size + 1;
    if (!isScalar(next) || size > RECORD_SIZE) break;
    last = next;
  }
  return last;
}

/** A comment behind a member is about it; any other stands by itself. */
function addComment({ builder, text, frames }: Walk, node: JsonNode): void {
  const before = builder.length - 1;
  const previous = before < 0 ? undefined : builder.grain(before);
  const isBehind = previous?.closes === -1 && !/[\n\r]/u.test(text.slice(previous.end, node.start));
  const frame = frames.at(-1);
  builder.add({
    start: node.start,
    end: node.end,
    head: isBehind ? before : (frame?.grain ?? -1),
    context: frame?.context ?? "",
  });
}

function nextWeight(walk: Walk): number {
  const frame = walk.frames.at(-1);
  if (frame !== undefined) return frame.weight * (frame.factors?.[frame.children++] ?? 1);
  const worth = walk.worth[walk.tops++];
  return worth === undefined ? 1 : worth / TOP_WORTH;
}

function priorOf({ text, tape, frames, odd, areRecords }: Walk, index: number, weight: number): number {
  const node = tape[index] as JsonNode;
  let worth = weight * Math.max(DEEPEST_WORTH, TOP_WORTH - BY_DEPTH * frames.length);
  const isWeighed = areRecords && frames.length === 0;
  if (!isWeighed && tells(text, node)) {
    worth += BY_SEVERITY * severityOf(text.slice(node.start, Math.min(node.end, node.start + READ_FOR_SEVERITY)));
  }
  if (odd.has(index)) worth += BY_ODDNESS;
  if (frames.at(-1)?.names.includes(index)) worth += BY_NAMING;
  return clamp(worth);
}

/** Whether a member can tell of an error: a number, true or false cannot, save the status of an answer. */
function tells(text: string, { kind, value, end }: JsonNode): boolean {
  const length = end - value;
  return kind === "scalar" ? length === 3 && STATUS.test(text.slice(value, end)) : length > EMPTY_SIZE;
}

/** A scalar as plain text; of an object that names another, the member that does. */
function plainValue(text: string, { value, end, kind }: JsonNode): string {
  return kind === "object" ? "" : text.slice(value, end);
}

/** The way to a value in plain words; of a long one the end. */
function contextOf(outer: string, steps: readonly string[]): string {
  const context = [outer, ...steps.map(plainWords)].filter((words) => words !== "").join(" ");
  return context.length <= LONGEST_CONTEXT
    ? context
    : context.slice(context.indexOf(" ", context.length - LONGEST_CONTEXT) + 1);
}
