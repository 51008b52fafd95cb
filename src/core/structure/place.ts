import type { Sliced } from "../runtime/event-loop.js";
import { type Grain, LONGEST_CONTEXT } from "./outline.js";

/** A name that things stand under (a heading, a key, a section), and the place that it stands in itself. */
export interface Place {
  words: string;
  readonly parent: Place | undefined;
  /** What {@link contextOf} found; the names must not change after it. */
  context?: string;
}

/** Names above a grain that are told at most. */
const MOST_NAMES = 16;

/** The names that lead to a place, outermost first. Where they are too long, the outermost are left out. */
export function contextOf(place: Place | undefined): string {
  if (place === undefined) return "";
  if (place.context === undefined) {
    const names: string[] = [];
    let length = 0;
    let steps = 0;
    for (let at: Place | undefined = place; at !== undefined && steps < MOST_NAMES; at = at.parent) {
      steps += 1;
      length += at.words.length + 1;
      if (names.length > 0 && length > LONGEST_CONTEXT) break;
      if (at.words !== "") names.push(at.words);
    }
    place.context = names.reverse().join(" ").slice(0, LONGEST_CONTEXT);
  }
  return place.context;
}

/** Grains that are told their context in one go. */
const GRAINS_PER_SLICE = 2048;

/** Tells each grain the names that lead to it, once all names are known. `places` has one entry a grain. */
export function* tellContexts(grains: readonly Grain[], places: readonly (Place | undefined)[]): Sliced<void> {
  for (const [index, grain] of grains.entries()) {
    grain.context = contextOf(places[index]);
    if (index % GRAINS_PER_SLICE === GRAINS_PER_SLICE - 1) yield;
  }
}
