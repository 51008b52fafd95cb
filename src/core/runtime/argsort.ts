import type { Sliced } from "./event-loop.js";

/** Runs of this length are sorted by insertion before they are merged. */
const RUN = 16;
/** Values that are merged before the event loop may run; a power of 2. */
const VALUES_PER_SLICE = 32_768;

/**
 * The order of values, highest first; equal ones in the order they came. A merge sort of its own, since a typed
 * array's sort calls its comparator for each pair and cannot be interrupted.
 *
 * @returns Indices of `values`.
 */
export function* argsort(values: Float64Array): Sliced<Uint32Array> {
  const { length } = values;
  let from = new Uint32Array(length);
  for (let index = 0; index < length; index += 1) from[index] = index;
  let into = new Uint32Array(length);
  for (let start = 0; start < length; start += RUN) sortRun(values, from, start, Math.min(length, start + RUN));
  for (let width = RUN; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width) {
      const middle = Math.min(length, start + width);
      const end = Math.min(length, start + 2 * width);
      let left = start;
      let right = middle;
      for (let place = start; place < end; place += 1) {
        const takesLeft =
          left < middle &&
          (right === end || (values[from[left] as number] as number) >= (values[from[right] as number] as number));
        into[place] = from[takesLeft ? left++ : right++] as number;
        if ((place & (VALUES_PER_SLICE - 1)) === VALUES_PER_SLICE - 1) yield;
      }
    }
    [from, into] = [into, from];
  }
  return from;
}

function sortRun(values: Float64Array, order: Uint32Array, start: number, end: number): void {
  for (let next = start + 1; next < end; next += 1) {
    const index = order[next] as number;
    const value = values[index] as number;
    let place = next;
    for (; place > start && (values[order[place - 1] as number] as number) < value; place -= 1) {
      order[place] = order[place - 1] as number;
    }
    order[place] = index;
  }
}
