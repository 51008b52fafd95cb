import type { Grain } from "./outline.js";

/** Heads that are looked at on the way up. Deeper trees are no texts that people write. */
const DEEPEST_CHAIN = 1000;

/**
 * Lets a grain come only together with another one, besides the heads that it has: the other one becomes a head in its
 * chain, at the place where the chains of both part. Heads that the chain had stay in it.
 *
 * @returns False where the chains are too long to be followed.
 */
export function requireGrain(grains: readonly Grain[], index: number, needed: number): boolean {
  const chain = chainOf(grains, index);
  const other = chainOf(grains, needed);
  if (chain === undefined || other === undefined) return false;
  const own = new Set(chain);
  if (own.has(needed)) return true;
  const shared = other.find((head) => own.has(head)) ?? -1;
  // What needs something of its own is whole already.
  if (shared === index) return true;
  const last = chain.find((head) => grains[head]?.head === shared) as number;
  (grains[last] as Grain).head = needed;
  return true;
}

function chainOf(grains: readonly Grain[], index: number): number[] | undefined {
  const chain: number[] = [];
  for (let at = index; at >= 0; at = grains[at]?.head ?? -1) {
    chain.push(at);
    if (chain.length > DEEPEST_CHAIN) return undefined;
  }
  return chain;
}
