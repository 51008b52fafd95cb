import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Llmlingua2Options } from "../../../../src/core/methods/llmlingua2/options.js";

/** The fixtures' folder. */
export const FIXTURES = new URL("../../../fixtures/llmlingua2/", import.meta.url);

/** An option set as `training/reference/options.py` writes it. */
export interface OptionSet {
  id: string;
  joined?: number;
  group?: number;
  every?: number;
  options: Record<string, unknown>;
}

/** What the reference said of one text under one option set. */
export interface GoldenCase {
  text: number;
  set: string;
  prompt?: string;
  words?: string;
  labels?: string;
  error?: string;
}

export interface Golden {
  versions: Record<string, string>;
  /** SHA-256 of the texts it was recorded on. */
  texts: string;
  /** SHA-256 of the weights it was recorded on, where they are not the fixture's own. */
  weights?: string;
  optionSets: OptionSet[];
  cases: GoldenCase[];
}

/** Reads a golden file: a header line, then a line a case. */
export function readGolden(url: URL): Golden {
  const [header, ...cases] = gunzipSync(readFileSync(url))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { ...header, cases };
}

export function readTexts(url: URL): string[] {
  return readFileSync(url, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).text as string);
}

/** The contexts of a case, as `contexts_of` in `training/reference/options.py` makes them. */
export function contextsOf(texts: readonly string[], index: number, set: OptionSet): string[] {
  const following = (count: number) =>
    Array.from({ length: count }, (_, place) => texts[(index + place) % texts.length] as string);
  return set.joined ? [following(set.joined).join("\n")] : following(set.group ?? 1);
}

const NAMES: Record<string, keyof Llmlingua2Options> = { target_token: "maxTokens" };

/** The reference's option names in ours. */
export function camelOptions(options: Record<string, unknown>): Llmlingua2Options {
  const entries = Object.entries(options).map(([name, value]) => [
    NAMES[name] ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as Llmlingua2Options;
}

/** Hash of a case's words, as `golden.py` writes it. */
export function wordsHash(words: readonly string[]): string {
  return createHash("sha256").update(words.join("\n")).digest("hex").slice(0, 16);
}

/**
 * The form in which outputs are compared: lower-case, decomposed, without white space and combining marks.
 *
 * @param compatible True for tokenizers that replace compatibility forms (`①` by `1`).
 */
export function normalForm(text: string, compatible: boolean): string {
  return text
    .toLowerCase()
    .normalize(compatible ? "NFKD" : "NFD")
    .toLowerCase()
    .replace(/[\s\p{M}\p{Z}]/gu, "");
}
