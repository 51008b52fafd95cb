import { isHeaded } from "./log-lines.js";
import { type Grain, type Line, LONGEST_CONTEXT, type OutlineBuilder, plainWords } from "./outline.js";
import {
  endsCause,
  frameLength,
  isCause,
  isChained,
  isException,
  isIntroduced,
  isLibrary,
  isPythonFrame,
  isRest,
  opensFrames,
  opensPython,
} from "./trace-lines.js";

/** Worth of exceptions: the first, those between, and the last, which is the root of all. */
const FIRST_EXCEPTION = 0.92;
const MIDDLE_EXCEPTION = 0.8;
const ROOT_CAUSE = 0.98;
/** Worth of the first frame of the program itself, what each further one has less, and the least. */
const OWN_FRAME = 0.72;
const BY_DISTANCE = 0.06;
const FARTHEST_OWN_FRAME = 0.4;
/** Worth of the frame that is nearest to the exception if it is of a library, and of other ones. */
const NEAREST_FRAME = 0.45;
const LIBRARY_FRAME = 0.2;
const REST = 0.05;
/** Worth of what stands below an exception and is no frame: the rest of its message, its fields. */
const DETAIL = 0.66;
/** What is left of the worth of a trace that came before. */
const COPY = 0.4;
/** Lines of an exception's message at most, its frames below. */
const LONGEST_MESSAGE = 12;
/** What the last exception of a chain is. */
const ROOT_WORDS = "root cause";
/** Code units of an exception that are read with each frame of the program itself. */
const LONGEST_ABOUT = 120;

/** Puts the lines of stack traces under their exceptions. */
export interface Traces {
  /**
   * Adds the lines at `at` if they belong to a trace.
   *
   * @param outer Grain of the line that tells of the trace, or -1.
   * @param isCopy Whether a line like the one at `at` came before.
   * @returns How many lines were added; 0 if none.
   */
  take(lines: readonly Line[], at: number, outer: number, isCopy: boolean): number;
  /** Ends the trace: what comes next is of no trace. */
  leave(): void;
}

/** A trace that is being read. */
interface Trace {
  builder: OutlineBuilder;
  /** Grain of the exception whose frames come, or -1. */
  exception: number;
  /** Grain of the line that opens frames (`goroutine 1 [running]:`), or -1. */
  opening: number;
  /** Frames whose exception comes below them, as in Python. */
  above: { grain: number; text: string }[] | undefined;
  /** Exceptions of which one caused the other. */
  chain: number[];
  /** Place of the exception in the chain. */
  place: number;
  /** Whether a line said that the next trace belongs to the one above. */
  goesOn: boolean;
  frames: number;
  ownFrames: number;
  /** What is left of the worth of what comes. */
  weight: number;
  /** The exception in plain words. */
  about: string;
}

/** Starts reading traces. */
export function readTraces(builder: OutlineBuilder): Traces {
  const trace: Trace = { builder, ...FRESH, chain: [] };
  return {
    take: (lines, at, outer, isCopy) => take(trace, lines, at, outer, isCopy),
    leave: () => leave(trace),
  };
}

const FRESH = {
  exception: -1,
  opening: -1,
  place: 0,
  above: undefined,
  goesOn: false,
  frames: 0,
  ownFrames: 0,
  weight: 1,
  about: "",
};

function leave(trace: Trace): void {
  const { builder, chain } = trace;
  for (const [place, grain] of chain.entries()) {
    const worth = place === chain.length - 1 ? ROOT_CAUSE : place === 0 ? FIRST_EXCEPTION : MIDDLE_EXCEPTION;
    builder.grain(grain).prior *= worth;
    if (place === chain.length - 1 && chain.length > 1) nameRoot(builder.grain(grain));
  }
  Object.assign(trace, FRESH, { chain: [] });
}

/** What is asked for by a name that no trace has. */
function nameRoot(exception: Grain): void {
  exception.context = `${ROOT_WORDS} ${exception.context}`.slice(0, LONGEST_CONTEXT);
}

function take(trace: Trace, lines: readonly Line[], at: number, outer: number, isCopy: boolean): number {
  const { text } = lines[at] as Line;
  if (opensPython(text)) {
    if (!trace.goesOn) leave(trace);
    trace.goesOn = false;
    trace.opening = add(trace, lines, at, 1, { role: "shell", head: outer });
    trace.above = [];
    return 1;
  }
  const length = frameLength(lines, at);
  if (length > 0) {
    addFrame(trace, lines, at, length, outer);
    return length;
  }
  // What stands below the frames of Python is their exception.
  if (trace.above !== undefined) return takeException(trace, lines, at, 1, outer, isCopy);
  // What caused it stands by itself: the root is worth more than the way to it.
  if (isCause(text)) return takeException(trace, lines, at, 1, -1, isCopy);
  const isInside = trace.exception >= 0;
  if (isException(text)) {
    const distance = framesBelow(lines, at);
    if (distance > 0 || isIntroduced(text)) {
      leave(trace);
      return takeException(trace, lines, at, Math.max(1, distance), outer, isCopy);
    }
  }
  const head = isInside ? trace.exception : outer;
  if (opensFrames(text)) {
    trace.opening = add(trace, lines, at, 1, { role: "shell", head });
    return 1;
  }
  if (isChained(text)) {
    add(trace, lines, at, 1, { head, prior: REST });
    trace.goesOn = true;
    return 1;
  }
  if (!isInside || !/^\s|^[}\])]+[,;]?$/u.test(text)) return 0;
  const worth = isRest(text) || text.trim().length < 3 ? REST : DETAIL;
  add(trace, lines, at, 1, { head, prior: worth * trace.weight });
  // The frames of what was caused come behind those of its cause.
  if (endsCause(text) && trace.place > 0) {
    trace.place -= 1;
    trace.exception = trace.chain[trace.place] as number;
  }
  return 1;
}

/** Adds an exception and the rest of its message, `length` lines in all. */
function takeException(
  trace: Trace,
  lines: readonly Line[],
  at: number,
  length: number,
  outer: number,
  isCopy: boolean,
) {
  const { builder, above, opening } = trace;
  const { text } = lines[at] as Line;
  trace.weight = isCopy ? COPY : 1;
  const exception = add(trace, lines, at, 1, { head: outer, prior: trace.weight });
  trace.place = trace.chain.push(exception) - 1;
  trace.above = undefined;
  trace.exception = exception;
  trace.opening = -1;
  trace.frames = 0;
  trace.ownFrames = 0;
  trace.about = plainWords(text.slice(0, LONGEST_ABOUT));
  for (let line = at + 1; line < at + length; line += 1)
    add(trace, lines, line, 1, { head: exception, prior: DETAIL * trace.weight });
  if (above === undefined) return length;
  if (opening >= 0) builder.grain(opening).head = exception;
  for (const frame of above.reverse()) {
    const grain = builder.grain(frame.grain);
    grain.head = opening >= 0 ? opening : exception;
    grain.context = aboutFrame(trace, frame.text);
    grain.prior = framePrior(trace, frame.text);
  }
  return length;
}

function addFrame(trace: Trace, lines: readonly Line[], at: number, length: number, outer: number): void {
  const text = lines
    .slice(at, at + length)
    .map((line) => line.text)
    .join("\n");
  const head = trace.opening >= 0 ? trace.opening : trace.exception >= 0 ? trace.exception : outer;
  if (isPythonFrame(text)) {
    trace.above ??= [];
    trace.above.push({ grain: add(trace, lines, at, length, { head, prior: LIBRARY_FRAME }), text });
  } else add(trace, lines, at, length, { head, prior: framePrior(trace, text), context: aboutFrame(trace, text) });
}

/** Frames of libraries are alike below every exception: it says nothing of them. */
function aboutFrame(trace: Trace, text: string): string {
  return isLibrary(text) ? "" : trace.about;
}

function framePrior(trace: Trace, text: string): number {
  trace.frames += 1;
  let worth = trace.frames === 1 ? NEAREST_FRAME : LIBRARY_FRAME;
  if (!isLibrary(text)) {
    worth = Math.max(FARTHEST_OWN_FRAME, OWN_FRAME - BY_DISTANCE * trace.ownFrames);
    trace.ownFrames += 1;
  }
  return worth * trace.weight;
}

function add(trace: Trace, lines: readonly Line[], at: number, length: number, grain: Partial<Grain>): number {
  const { start } = lines[at] as Line;
  const { end } = lines[at + length - 1] as Line;
  return trace.builder.add({ start, end, context: trace.about, ...grain });
}

/** How many lines below a line frames begin, or a line that opens them; 0 where none do. */
function framesBelow(lines: readonly Line[], at: number): number {
  for (let below = 1; below <= LONGEST_MESSAGE; below += 1) {
    const line = lines[at + below];
    if (line === undefined || isHeaded(line.text)) return 0;
    if (frameLength(lines, at + below) > 0 || opensFrames(line.text) || isCause(line.text)) return below;
  }
  return 0;
}
