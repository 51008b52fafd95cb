import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRoom, type Place, type RoomUse } from "../../../src/core/cache/room.js";

describe("room for what is remembered", () => {
  it("never holds more than its bytes, nor more plans than there may be, whatever is taken, used and freed", () => {
    const step = fc.tuple(fc.constantFrom<RoomUse>("scores", "plans"), fc.nat(60), fc.nat(4), fc.nat(50));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const room = createRoom(100, 25);
        const held: { use: RoomUse; bytes: number; place: Place }[] = [];
        const sum = (uses: readonly RoomUse[]) =>
          held.filter(({ use }) => uses.includes(use)).reduce((bytes, own) => bytes + own.bytes, 0);
        for (const [use, bytes, action, which] of steps) {
          const other = held[which % Math.max(1, held.length)];
          if (action === 0) other?.place.touch();
          if (action === 1 && other) {
            other.place.free();
            held.splice(held.indexOf(other), 1);
          }
          const own = { use, bytes } as (typeof held)[number];
          const place = room.take(use, bytes, () => held.splice(held.indexOf(own), 1));
          if (place) held.push(Object.assign(own, { place }));
          expect(sum(["plans"])).toBeLessThanOrEqual(25);
          expect(sum(["plans", "scores"])).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it("holds no more plans than it has bytes for, which scores do not count into", () => {
    const room = createRoom(1000, 10);
    const gone: string[] = [];
    for (const name of ["first", "second", "third"]) room.take("plans", 5, () => gone.push(name));
    expect(gone).toEqual(["first"]);
    expect(room.take("plans", 11, () => undefined)).toBeUndefined();
    expect(room.take("scores", 900, () => undefined)).toBeDefined();
  });

  it("lets plans go before scores, the one used longest ago first, and no scores for a plan", () => {
    const room = createRoom(100, 25);
    const gone: string[] = [];
    const take = (use: RoomUse, name: string, bytes: number) => room.take(use, bytes, () => gone.push(name));
    const first = take("plans", "first plan", 10);
    take("plans", "second plan", 10);
    take("scores", "first scores", 40);
    take("scores", "second scores", 40);
    first?.touch();
    take("scores", "third scores", 10);
    expect(gone).toEqual(["second plan"]);
    take("scores", "fourth scores", 50);
    expect(gone).toEqual(["second plan", "first plan", "first scores"]);
    expect(take("plans", "third plan", 20)).toBeUndefined();
    expect(take("scores", "too much", 101)).toBeUndefined();
  });

  it("keeps what was used in a turn from going for what is new in it: of too much that is asked for again and again a part stays", () => {
    const room = createRoom(80, 20);
    const held = new Map<number, Place>();
    const ask = (turn: number) => {
      const found = [...Array(10).keys()].filter((item) => held.has(item));
      for (const item of found) held.get(item)?.touch(turn);
      for (let item = 0; item < 10; item += 1) {
        if (held.has(item)) continue;
        const place = room.take("plans", 5, () => held.delete(item), turn);
        if (place) held.set(item, place);
      }
      return found;
    };
    expect(ask(1)).toEqual([]);
    expect(ask(2)).toEqual([0, 1, 2, 3]);
    expect(ask(3)).toEqual([0, 1, 2, 3]);
    const other = room.take("plans", 5, () => undefined, 4);
    expect(other).toBeDefined();
    expect([...held.keys()]).toEqual([1, 2, 3]);
  });

  it("lets plans grow as far as they may, and never back", () => {
    const room = createRoom(100, 10, 30);
    const take = (bytes: number) => room.take("plans", bytes, () => undefined);
    expect([take(15), room.planBytes]).toEqual([undefined, 10]);
    room.growTo(15);
    expect([take(15) === undefined, room.planBytes]).toEqual([false, 15]);
    for (const bytes of [12, 1000]) room.growTo(bytes);
    expect([room.planBytes, room.mostPlanBytes, take(31)]).toEqual([30, 30, undefined]);
  });
});
