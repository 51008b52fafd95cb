import type { Query } from "../core/index.js";
import { isApproval, withoutAnnouncements } from "./speech.js";

/** What there is to tell an agent's question from, newest last. */
export interface Situation {
  /** What the user said, oldest first. */
  user: readonly string[];
  /** What the assistant said beside the call, or last. */
  assistant?: string | undefined;
  /** The tool that was called, and its arguments. */
  call?: { name: string; args: unknown } | undefined;
}

/** The user's messages that count: further back the task has often changed. */
const RECENT_MESSAGES = 2;
/** Code units of one part: the beginning of a pasted text says what is wanted as a rule. */
const LONGEST_PART = 600;
const LONGEST_CALL = 200;
/** Arguments that are carried out, by their names. */
const COMMAND_NAMES: ReadonlySet<string> = new Set(["command", "cmd", "commands", "script", "code"]);
const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * What an agent is looking for, weightiest first: what the model said beside its call, the recent messages of the user
 * that are more than an approval, the call itself.
 */
export function questionsOf({ user, assistant = "", call }: Situation): string[] {
  const asked = user.filter((text) => text.trim() !== "" && !isApproval(text));
  const recent = asked.slice(-RECENT_MESSAGES).reverse();
  const said = [withoutAnnouncements(assistant), ...recent].filter((text) => text.trim() !== "");
  return said.map((text) => shortened(text, LONGEST_PART)).concat(call ? described(call, said.length === 0) : []);
}

/** Questions as `compress` takes them: any of several may be the one that is meant. Undefined if nothing is asked. */
export function queryOf(questions: string | readonly string[] | undefined): Query | undefined {
  const asked = [questions ?? []].flat().filter((text) => text.trim() !== "");
  return asked.length > 1 ? { anyOf: asked } : asked[0];
}

/**
 * A call in words: the values of its arguments, but for paths, which say where to look and not for what, and commands,
 * whose words stand in most lines of what they print; if nothing else is known, all of it.
 */
function described({ name, args }: { name: string; args: unknown }, isAll: boolean): string[] {
  const words = name.split(/[_-]|(?<=[a-z])(?=[A-Z])/u).join(" ");
  const said = isAll ? [words, ...valuesOf(args)] : valuesOf(args, COMMAND_NAMES).filter(isWorded);
  return said.length === 0 ? [] : [shortened(said.join(" "), LONGEST_CALL)];
}

function valuesOf(args: unknown, without: ReadonlySet<string> = NO_NAMES): string[] {
  if (typeof args === "string" || typeof args === "number") return [String(args)];
  if (typeof args !== "object" || args === null) return [];
  return Object.entries(args).flatMap(([name, value]) => (without.has(name) ? [] : valuesOf(value, without)));
}

/** False for a path, an address, a file's name, a number. */
function isWorded(value: string): boolean {
  const isOne = !/\s/u.test(value);
  const isPlace = /[/\\]/u.test(value) || /\.[a-z]{1,5}$/iu.test(value) || !/\p{L}/u.test(value);
  return !(isOne && isPlace);
}

/** The beginning and the end of a text of more than `most` code units: what is asked stands at either. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text.trim();
  const half = Math.floor(most / 2);
  return `${text.slice(0, half).trim()} … ${text.slice(-half).trim()}`;
}
