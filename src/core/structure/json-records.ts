import type { Sliced } from "../runtime/event-loop.js";
import type { JsonNode, Tape } from "./json-tape.js";
import { createPace } from "./lines.js";
import { countColumns, spread, templateOf } from "./priors.js";

// What tells the records of a JSON text apart: the members that name them, and those that stand out.

/** What a member's key says of its object, the strongest first: a name, a number or key, what it is, when it was. */
const KEYS: readonly (readonly string[])[] = [
  [
    "name",
    "title",
    "label",
    "subject",
    "displayname",
    "fullname",
    "username",
    "login",
    "user",
    "customer",
    "email",
    "hostname",
    "host",
  ],
  ["number", "key", "sku", "code", "ref", "slug", "path", "file", "filename", "id", "uuid", "guid", "url"],
  ["kind", "type", "category"],
  ["ts", "timestamp", "time", "date", "datetime", "createdat"],
];
const RANKS = new Map(KEYS.flatMap((keys, group) => keys.map((key, rank) => [key, { group, rank }] as const)));
const NAMING_SUFFIX = /(?:id|name|number|code|key|title)$/iu;
const SEPARATORS = /[_\-. ]/gu;
const EMPTY = /^(?:null|true|false|""|NaN)$/u;
/** Members that name an object at most. */
const MOST_NAMES = 2;
/** Code units of a value that may name its object. */
const LONGEST_NAME = 90;
/** Where Kubernetes keeps an object's name. */
const NAMED_INSIDE = "metadata";

/** A member's key as it is written, without its quotes; empty for an element of an array. */
export function keyOf(text: string, { start, keyEnd }: JsonNode): string {
  return keyEnd === start ? "" : text.slice(start + 1, keyEnd - 1);
}

/** Places on the tape of the direct children of a container, comments aside. */
export function childrenOf(tape: Tape, index: number): number[] {
  const children: number[] = [];
  const { next } = tape[index] as JsonNode;
  for (let child = index + 1; child < next; child = (tape[child] as JsonNode).next) {
    if (tape[child]?.kind !== "comment") children.push(child);
  }
  return children;
}

const NO_TWINS: ReadonlyMap<number, number> = new Map();

/** Members of an object whose key comes more than once, each with the last of that key. */
export function findTwins(text: string, tape: Tape, object: number): ReadonlyMap<number, number> {
  if (tape[object]?.kind !== "object") return NO_TWINS;
  const members = childrenOf(tape, object);
  const lasts = new Map<string, number>();
  const keys = members.map((member) => plainKey(keyOf(text, tape[member] as JsonNode)));
  for (const [place, key] of keys.entries()) lasts.set(key, members[place] as number);
  if (lasts.size === members.length) return NO_TWINS;
  const twins = new Map<number, number>();
  for (const [place, key] of keys.entries()) twins.set(members[place] as number, lasts.get(key) as number);
  return twins;
}

/** A key as it reads without escape sequences. */
function plainKey(key: string): string {
  if (!key.includes("\\")) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return key;
  }
}

/** What a key says of its object, by groups of {@link KEYS}. */
interface KeyRank {
  group: number;
  rank: number;
}

/** A key that ends in a word that names, and one that does not. */
const BY_ENDING: KeyRank = { group: KEYS.length, rank: 0 };
const NO_NAME: KeyRank = { group: KEYS.length + 1, rank: 0 };

/** Tells which members name an object. */
export type FindNames = (index: number) => number[];

/**
 * Finds the members that say which object it is, at most two, in the order of the text: a name and a number or key
 * before what kind it is and its date; else the first short one. May give `metadata`, whose own members name it then.
 */
export function findNames(text: string, tape: Tape): FindNames {
  const ranks = new Map<string, KeyRank>();
  const rankOf = (key: string): KeyRank => {
    let rank = ranks.get(key);
    if (rank === undefined) {
      const bare = key.replace(SEPARATORS, "").toLowerCase();
      rank = RANKS.get(bare) ?? (NAMING_SUFFIX.test(key) ? BY_ENDING : NO_NAME);
      ranks.set(key, rank);
    }
    return rank;
  };
  return (index) => {
    const best: (number | undefined)[] = [];
    const bestRanks: number[] = [];
    for (const member of childrenOf(tape, index)) {
      const node = tape[member] as JsonNode;
      const key = keyOf(text, node);
      if (node.kind === "object" && key === NAMED_INSIDE) best[0] ??= member;
      if (!isScalar(node)) continue;
      const { group, rank } = rankOf(key);
      if (rank < (bestRanks[group] ?? Number.POSITIVE_INFINITY) && isShort(text, node)) {
        best[group] = member;
        bestRanks[group] = rank;
      }
    }
    const names = best.slice(0, KEYS.length).filter((member) => member !== undefined);
    if (names.length > 0) return names.slice(0, MOST_NAMES).sort((a, b) => a - b);
    return best.filter((member) => member !== undefined).slice(0, 1);
  };
}

function isShort(text: string, { value, end }: JsonNode): boolean {
  return end - value <= LONGEST_NAME && !EMPTY.test(text.slice(value, end));
}

/** Elements that a list has at least for one to stand out. */
const FEWEST_RECORDS = 4;
/** Worth of the first record, which shows what the others look like, and of the others at least. */
const PATTERN = 1.3;
const LIKE_OTHERS = 0.6;
const BY_SPREAD = 0.15;
const BY_ODDNESS = 0.6;

/**
 * How much more each element of an array is worth than it would be by itself: the first as the pattern of all, then
 * those with rare states or other members than the rest, then evenly spread ones.
 *
 * @param odd Takes the members whose value stands out.
 * @returns Undefined where the elements are no records.
 */
export function* weighRecords(
  text: string,
  tape: Tape,
  array: number,
  odd: Set<number>,
): Sliced<Float32Array | undefined> {
  const records = childrenOf(tape, array);
  if (records.length < FEWEST_RECORDS || tape[records[0] as number]?.kind !== "object") return undefined;
  const columns = countColumns();
  let isDue = createPace();
  const shapes = new Int32Array(records.length);
  for (const [place, record] of records.entries()) {
    let keys = "";
    for (const member of childrenOf(tape, record)) {
      const node = tape[member] as JsonNode;
      const key = keyOf(text, node);
      keys += `${key},`;
      if (isScalar(node)) columns.note(key, text.slice(node.value, node.end));
    }
    shapes[place] = templateOf(keys);
    columns.note(SHAPE, String(shapes[place]));
    if (isDue((tape[record] as JsonNode).start)) yield;
  }
  isDue = createPace();
  const factors = new Float32Array(records.length);
  for (const [place, record] of records.entries()) {
    let oddness = columns.oddness(SHAPE, String(shapes[place]));
    for (const member of childrenOf(tape, record)) {
      const node = tape[member] as JsonNode;
      if (!isScalar(node)) continue;
      const own = columns.oddness(keyOf(text, node), text.slice(node.value, node.end));
      if (own > 0) odd.add(member);
      oddness = Math.max(oddness, own);
    }
    factors[place] = LIKE_OTHERS + BY_ODDNESS * oddness + BY_SPREAD * spread(place, records.length);
    if (isDue((tape[record] as JsonNode).start)) yield;
  }
  factors[0] = PATTERN;
  return factors;
}
/** The column that holds which members a record has. */
const SHAPE = -1;

/** Whether a value is neither a container nor what is left of one. */
export function isScalar({ kind }: JsonNode): boolean {
  return kind === "string" || kind === "scalar";
}
