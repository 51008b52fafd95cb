import type { Grain } from "./outline.js";

/** What a heading with nothing under it is worth. */
const PRIOR = 0.3;

/** Lets shells that head nothing and that nothing closes stand for themselves: a heading with nothing under it is all that there is. */
export function freeBareShells(grains: readonly Grain[]): void {
  const isHead = new Uint8Array(grains.length);
  for (const { head, closes } of grains) {
    if (head >= 0) isHead[head] = 1;
    if (closes >= 0) isHead[closes] = 1;
  }
  for (const [index, grain] of grains.entries()) {
    if (grain.role !== "shell" || grain.closes >= 0 || isHead[index]) continue;
    grain.role = "content";
    grain.prior = Math.min(grain.prior, PRIOR);
  }
}
