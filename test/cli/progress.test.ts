import { expect, it } from "vitest";
import { describeWindows } from "../../src/cli/open-sieve.js";

it.each([
  [{ given: 0, done: 0 }, ""],
  [{ given: 1, done: 0 }, ""],
  [{ given: 6000, done: 0 }, ", 0% read"],
  [{ given: 6000, done: 2039 }, ", 33% read"],
  [{ given: 6000, done: 6000 }, ", 100% read"],
])("one large text of which the model has answered %j is shown as%s", (progress, words) => {
  expect(describeWindows(progress)).toBe(words);
});
