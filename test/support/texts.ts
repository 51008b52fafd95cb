import { readdirSync, readFileSync } from "node:fs";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const EXAMPLES = new URL("../../examples/data/", import.meta.url);

/** The hard texts by language: sixteen files, eleven scripts, emoji and a mix of all. */
export const HARD_TEXTS: ReadonlyMap<string, string> = new Map(
  readdirSync(new URL("hard/", FIXTURES))
    .filter((file) => file.endsWith(".txt"))
    .sort()
    .map((file) => [file.replace(".txt", ""), readFileSync(new URL(`hard/${file}`, FIXTURES), "utf8")]),
);

/** One text for each of ten scripts: Latin, Arabic, Greek, Hebrew, Devanagari, Japanese, Hangul, Cyrillic, Tamil, Thai, Han. */
export const SCRIPTS = ["en", "ar", "el", "he", "hi", "ja", "ko", "ru", "ta", "th", "zh"] as const;

export interface Passage {
  id: string;
  text: string;
  domain: string;
}

/** Passages over ten domains, some hundred words each. */
export const PASSAGES: readonly Passage[] = readLines<Passage>("passages.jsonl");

/** Short passages in twelve languages, and one of several. */
export const MULTILINGUAL_PASSAGES: readonly Passage[] = readLines<Passage>("passages-multilingual.jsonl");

export interface ProtectCase extends Passage {
  mustKeep: string[];
}

/** Passages with what must survive in each. */
export const PROTECT_CASES: readonly ProtectCase[] = readLines<ProtectCase>("protect.jsonl");

/** The example documents: a handbook, a log, a transcript, API docs and a JSON tool result. */
export const EXAMPLE_DOCUMENTS: ReadonlyMap<string, string> = new Map(
  ["handbook.md", "incident-log.txt", "meeting.txt", "api-docs.md", "tool-result.json"].map((file) => [
    file,
    readFileSync(new URL(file, EXAMPLES), "utf8"),
  ]),
);

function readLines<Row>(file: string): Row[] {
  return readFileSync(new URL(file, FIXTURES), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row);
}
