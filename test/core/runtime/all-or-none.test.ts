import { expect, it } from "vitest";
import { allOrNone } from "../../../src/core/runtime/all-or-none.js";

it("gives all that was opened, in its order", async () => {
  const closed: number[] = [];
  const close = async (opened: number) => void closed.push(opened);
  expect(await allOrNone([Promise.resolve(1), Promise.resolve(2)], close)).toEqual([1, 2]);
  expect(closed).toEqual([]);
});

it("closes what was opened, also after the failure, and throws it", async () => {
  const closed: number[] = [];
  const close = async (opened: number) => void closed.push(opened);
  const late = new Promise<number>((resolve) => setTimeout(resolve, 5, 3));
  const opening = [Promise.resolve(1), Promise.reject(new Error("no room")), late];
  await expect(allOrNone(opening, close)).rejects.toThrow("no room");
  expect(closed).toEqual([1, 3]);
});
