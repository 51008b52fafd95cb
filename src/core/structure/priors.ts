import type { Sliced } from "../runtime/event-loop.js";
import { eachLine } from "./lines.js";
import type { Line } from "./outline.js";

// What a grain is worth without a question, by what its text says and by how it stands out among the others.

/** How bad it is what a text tells, 0..1: 0 for nothing, {@link WARNING}, {@link FAILURE}, {@link ERROR}. */
export type Severity = 0 | 0.5 | 0.8 | 1;

/** Something may go wrong. */
export const WARNING: Severity = 0.5;
/** Something did not work. */
export const FAILURE: Severity = 0.8;
/** Something is broken, and the text says so by its level or its name. */
export const ERROR: Severity = 1;

const SIGNAL =
  /\b(?:error|errors|err!?|fatal|panic(?:ked)?|critical|crit|emerg|severe|exceptions?|traceback|caused by|segfault|segmentation fault|core dumped|assertion|oomkilled|out of memory|crashloopbackoff|(fail|fails|failed|failure|failures|failing|refused|denied|timeout|timed out|abort(?:ed)?|reject(?:ed)?|unreachable|unavailable|unauthori[sz]ed|forbidden|killed|crash(?:ed)?|deadlock|corrupt(?:ed)?|exceed(?:s|ed)|overflow|violat(?:es|ed|ion)|invalid|not (?:found|ready|allowed|permitted|set)|cannot|could not|unable to|(?:exit(?:ed)?(?: with)?(?: (?:code|status))?|(?:code|status)[=:]? ?"?)[ =:]?(?:[1-9]\d{0,2})(?=\D|$)|imagepullbackoff|errimagepull|evicted|notready|unhealthy)|(warn|warnings?|deprecat(?:ed|ion)|retry(?:ing)?|slow|degraded|pending|skipp(?:ed|ing)))\b/gi;
/** Names of exceptions, system errors and codes: `StoreException`, `ECONNREFUSED`, `E1042`. */
const ERROR_NAME =
  /[a-z](?:Exception|Error)\b|\bE(?:[A-Z]{5,}|\d{3,5})\b|^(?:\W*\d\S*\s+)?[EF]\d{4} |\[[EF]\]|^E {3,}\S/;
/** Status of an HTTP answer in an access log, or named as such. */
const HTTP_FAILURE =
  /(?:HTTP\/[\d.]{1,4}"? |\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S{1,500} |\bstatus(?:[_ ]?code)?["' ]{0,2}[=:]?["' ]{0,2})(?:(5\d\d)|4\d\d)\b/i;
/** What is said not to have happened is none: `0 errors`, `failed=0`, `"error": null`. */
const DENIED_BEFORE = /(?:\b(?:0|no|zero|without|any)\s+|--?(?:\w+-){0,3})$/i;
const DENIED_AFTER = /^["']?\s*[=:]\s*(?:0\b(?!\.)|null|none|nil|false|""|''|\[\]|\{\})/i;
/** Code units looked at before a word that tells of a failure. */
const BEFORE = 16;
/** Code units of a text that are read for its severity. */
const READ_FOR_SEVERITY = 1000;

/** How bad it is what a text tells by its words, levels, names and status codes. */
export function severityOf(text: string): Severity {
  const read = text.length > READ_FOR_SEVERITY ? text.slice(0, READ_FOR_SEVERITY) : text;
  let worst: Severity = 0;
  SIGNAL.lastIndex = 0;
  for (let match = SIGNAL.exec(read); match !== null && worst < ERROR; match = SIGNAL.exec(read)) {
    const level = match[1] !== undefined ? FAILURE : match[2] !== undefined ? WARNING : ERROR;
    if (level <= worst || isDenied(read, match.index, match.index + match[0].length)) continue;
    worst = level;
  }
  if (worst < ERROR && ERROR_NAME.test(read)) return ERROR;
  if (worst < FAILURE) {
    const answer = HTTP_FAILURE.exec(read);
    if (answer !== null) return answer[1] === undefined ? WARNING : ERROR;
  }
  return worst;
}

function isDenied(text: string, start: number, end: number): boolean {
  return (
    DENIED_BEFORE.test(text.slice(Math.max(0, start - BEFORE), start)) ||
    DENIED_AFTER.test(text.slice(end, end + BEFORE))
  );
}

/** Code units of a text that make its template. */
const READ_FOR_TEMPLATE = 400;
/** Takes the place of a word that holds a digit. */
const MASK = 0x23;

/**
 * A hash of a text whose words with digits (numbers, times, hashes, ids) are masked: equal for lines that one statement
 * wrote. Two templates in 2^32 may share one, which does no harm.
 */
export function templateOf(text: string): number {
  const end = Math.min(text.length, READ_FOR_TEMPLATE);
  let hash = 5381;
  for (let at = 0; at < end; ) {
    let code = text.charCodeAt(at);
    let word = 0;
    let isMasked = false;
    // Points and colons between digits belong to the number or the time.
    for (; isWordUnit(code) || (isMasked && (code === 0x2e || code === 0x3a)); code = text.charCodeAt(at)) {
      word = Math.imul(word, 31) + code;
      isMasked ||= code < 0x3a && code > 0x2f;
      at += 1;
      if (at === end) break;
    }
    if (word !== 0) hash = Math.imul(hash, 33) ^ (isMasked ? MASK : word);
    if (at === end) break;
    hash = Math.imul(hash, 33) ^ code;
    at += 1;
  }
  return hash;
}

/** Whether a code unit is an ASCII letter or digit, or beyond ASCII. */
function isWordUnit(code: number): boolean {
  return (code > 0x2f && code < 0x3a) || (code > 0x60 && code < 0x7b) || (code > 0x40 && code < 0x5b) || code > 0x7f;
}

/** What each of a text's lines is worth without a question. */
export interface LineWorth {
  /** 0..1. */
  priors: Float32Array;
  /** Of how many lines before it each one is a copy, numbers and hashes aside. */
  copies: Uint32Array;
}

/** Worth of a line that tells nothing special. */
const PLAIN_LINE = 0.22;
/** How much more an error is worth than a plain line. */
const BY_SEVERITY = 0.55;
/** How much more a line is worth whose template stands there once. */
const BY_RARITY = 0.12;
/** How much more a line is worth that tells of a change of state, and the first and the last line. */
const BY_PLACE = 0.06;
/** What is left of the worth of a second line of a template. */
const COPY = 0.35;
/** Worth of the line that says how many failed. */
const SUM_OF_FAILURES = 0.97;
const FAILURES = /\b[1-9]\d{0,6} (?:[a-z]{1,12} ){0,2}(?:failed|failing|failures?|errors?|problems?)\b/i;
/** A rule with a title: it says where one is, not what happened. */
const TITLE = /^[^\p{L}\d_]{3,}\p{L}[\p{L} ]{0,59}[^\p{L}\d_]{3,}$/u;
/** Share of the worth by which the first of several errors is ahead of the last. */
const BY_ORDER = 0.1;
/** A letter or digit: lines without one are rules and marks. */
const VISIBLE = /[\p{L}\p{N}]/u;
const WORDED = /\p{L}/u;
/** What is left of the worth of a line of figures and marks alone. */
const WORDLESS = 0.6;
/** A program that says that it still runs, or what only its authors read. */
const ROUTINE =
  /\b(?:debug|trace|verbose|heartbeats?|keep-?alive|health(?:[ _-]?check(?:s|ed)?|z)|liveness|readiness|ping|poll(?:ed|ing)?)\b/i;
/** What is left of its worth, unless it tells of trouble. */
const BY_ROUTINE = 0.6;
/** Says why. */
const CAUSE = /\b(?:because|caused by|due to|reason|since)\b/i;
const BY_CAUSE = 0.1;
const CHANGE =
  /\b(?:start(?:ed|ing)|stop(?:ped|ping)|shut(?:ting)? ?down|listening|ready|connected|disconnected|opened|closed|switch(?:ed|ing)|leader|failover|deployed|restart(?:ed|ing)|recovered|rolled back|reload(?:ed|ing)|upgraded|summary|total|finished|completed|exit(?:ed|ing)?)\b|\S (?:->|→|=>) \S/i;

/**
 * What lines of a log are worth: errors first, then warnings, rare templates, changes of state, the first and the
 * last; the second and later copies of a template far less; equal ones spread evenly.
 */
export function* worthOfLines(lines: readonly Line[]): Sliced<LineWorth> {
  const counts = new Map<number, number>();
  const keys = new Int32Array(lines.length);
  const copies = new Uint32Array(lines.length);
  const severities = new Float32Array(lines.length);
  yield* eachLine(lines, (line, index) => {
    const severity = severityOf(line.text);
    // The status of an answer is a number that tells apart.
    const key = templateOf(line.text) ^ (severity * 10);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    keys[index] = key;
    copies[index] = count;
    severities[index] = severity;
  });
  const priors = new Float32Array(lines.length);
  const firsts = new Map<number, number>();
  let errors = 0;
  yield* eachLine(lines, (line, index) => {
    const key = keys[index] as number;
    let worth = (firsts.get(key) ?? 0) * COPY;
    if (copies[index] === 0) {
      const severity = severities[index] as number;
      worth = PLAIN_LINE + BY_SEVERITY * severity + BY_RARITY / (counts.get(key) as number);
      if (severity > WARNING) worth *= 1 - BY_ORDER + BY_ORDER / ++errors;
      if (CHANGE.test(line.text)) worth += BY_PLACE;
      if (CAUSE.test(line.text)) worth += BY_CAUSE;
      if (severity === 0 && ROUTINE.test(line.text)) worth *= BY_ROUTINE;
      if (!VISIBLE.test(line.text) || TITLE.test(line.text)) worth *= COPY;
      else if (!WORDED.test(line.text)) worth *= WORDLESS;
      else if (isShort(line.text) && FAILURES.test(line.text)) worth = Math.max(worth, SUM_OF_FAILURES);
      firsts.set(key, worth);
    }
    if (index === 0 || index === lines.length - 1) worth += BY_PLACE;
    priors[index] = clamp(worth + BY_SPREAD * spread(index, lines.length));
  });
  return { priors, copies };
}

/** Code units of a line that sums up. */
const LONGEST_SUM = 160;

function isShort(line: string): boolean {
  return line.length <= LONGEST_SUM;
}

/** Share of the worth by which evenly spread ones are ahead of those between them. */
const BY_SPREAD = 0.05;

/**
 * A rank that is spread evenly at every cut: the first has 1, then come the last, the middle, the quarters, and so on
 * down to 0.
 */
export function spread(index: number, count: number): number {
  if (index === 0) return 1;
  let step = 1;
  let levels = 1;
  while (step < count) {
    step *= 2;
    levels += 1;
  }
  if (index === count - 1) return 1 - 1 / levels;
  let level = 1;
  for (; index % step !== 0; step /= 2) level += 1;
  return 1 - level / levels;
}

/** Keeps a worth in 0..1. */
export function clamp(worth: number): number {
  return Math.min(1, Math.max(0, worth));
}

/** Values of columns (of a table, of the records of a list), to tell which stand out. */
export interface Columns {
  note(column: string | number, value: string): void;
  /** How much a value stands out in its column, 0..1; 0 in columns whose values mostly differ, as names and times do. */
  oddness(column: string | number, value: string): number;
}

/** Different values that a column may have and still be one of a few states. */
const MOST_STATES = 24;
/** Share of a column's values that a state may have and still stand out. */
const ODD_SHARE = 0.2;
/** Code units of a value that may be a state. */
const LONGEST_STATE = 48;

/** Starts counting values. */
export function countColumns(): Columns {
  const columns = new Map<string | number, { count: number; states: Map<string, number> | undefined }>();
  return {
    note(column, value) {
      let entry = columns.get(column);
      if (entry === undefined) {
        entry = { count: 0, states: new Map() };
        columns.set(column, entry);
      }
      entry.count += 1;
      if (entry.states === undefined) return;
      if (value.length > LONGEST_STATE) entry.states = undefined;
      else {
        entry.states.set(value, (entry.states.get(value) ?? 0) + 1);
        if (entry.states.size > MOST_STATES) entry.states = undefined;
      }
    },
    oddness(column, value) {
      const entry = columns.get(column);
      // Where few values come twice, none of them is a state.
      if (entry?.states === undefined || entry.states.size * 3 > entry.count) return 0;
      const share = (entry.states.get(value) ?? 0) / entry.count;
      return share >= ODD_SHARE ? 0 : 1 - share / ODD_SHARE;
    },
  };
}
