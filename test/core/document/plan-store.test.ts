import { describe, expect, it } from "vitest";
import type { ScoreCache } from "../../../src/core/cache/cache.js";
import { createRoom } from "../../../src/core/cache/room.js";
import { openPlanStore, type PlanStore } from "../../../src/core/document/plan-store.js";
import { documentOf } from "../../support/documents.js";

const DOCUMENT = documentOf("The bridge was closed in 1961.");
const cache = (): ScoreCache => ({ get: () => undefined, set: () => undefined });

/** Asks for documents as a call does, analysing what it does not find; returns how many were found. */
function ask(store: PlanStore, names: readonly string[]): number {
  const plans = store.takeTurn();
  const missing = names.filter((name) => plans.get(name) === undefined);
  for (const name of missing) plans.set(name, DOCUMENT);
  return names.length - missing.length;
}

function namesOf(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `text-${from + index}`);
}

describe("the plans of a model", () => {
  // About 6 kB each: 16 to begin with, 160 at most.
  const open = () => {
    const room = createRoom(10_000_000, 100_000, 1_000_000);
    return { room, store: openPlanStore(room, cache(), "model") };
  };

  it("have room for all that one call takes, once it comes again", () => {
    const { room, store } = open();
    expect(ask(store, namesOf(60))).toBe(0);
    expect(room.planBytes).toBe(100_000);
    expect(ask(store, namesOf(60))).toBeLessThan(20);
    expect(ask(store, namesOf(60))).toBe(60);
    expect(room.planBytes).toBeLessThan(450_000);
  });

  it("take no more room for texts that are new, nor for a few that come again", () => {
    const { room, store } = open();
    for (let call = 0; call < 100; call += 1) ask(store, [...namesOf(4, 4 * call), `text-${2 * call}`]);
    expect(room.planBytes).toBe(100_000);
  });

  it("take more room where small calls ask for the same texts again and again, but never more than there may be", () => {
    const { room, store } = open();
    const pass = (count: number) => {
      let found = 0;
      for (let first = 0; first < count; first += 5) found += ask(store, namesOf(5, first));
      return found;
    };
    for (let round = 0; round < 20; round += 1) pass(100);
    expect(pass(100)).toBe(100);
    expect(room.planBytes).toBeLessThan(1_000_000);
    for (let round = 0; round < 20; round += 1) pass(200);
    expect(room.planBytes).toBe(1_000_000);
  });
});
