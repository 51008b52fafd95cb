import { InvalidArgumentError, Option } from "commander";
import type { MarkerOption } from "../core/index.js";

/** What `--marker` may say: the core's option but for a function. */
export type MarkerFlag = Exclude<MarkerOption, (...given: never) => unknown>;

const FLAG = "--marker";
const MEANINGS: Readonly<Record<string, MarkerFlag>> = { true: true, 1: true, false: false, 0: false, all: "all" };

/** The flag that has what is left out said in the text: bare, or for JSON too. */
export function markerOption(): Option {
  return new Option(
    `${FLAG} [all]`,
    "say in the text where and how much is left out, in the kind's own form, counted; `all` for JSON too, as a member",
  )
    .argParser(readMarker)
    .env("CONTEXTSIEVE_MARKER");
}

/**
 * The words of a command line with a value behind each bare `--marker`: the flag's own is optional, and Commander would
 * take the file after it.
 */
export function spellOutMarker(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words.map((word, place) => {
    const isBare = word === FLAG && words[place + 1] !== "all" && (end < 0 || place < end);
    return isBare ? `${FLAG}=true` : word;
  });
}

function readMarker(value: string): MarkerFlag {
  const meaning = MEANINGS[value.toLowerCase()];
  if (meaning === undefined) throw new InvalidArgumentError(`Expected true, false or all, got \`${value}\`.`);
  return meaning;
}
