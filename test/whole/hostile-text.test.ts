import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseStructured } from "../../src/core/methods/llmlingua2/segments.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { HOSTILE_TEXTS } from "../support/hostile-texts.js";
import { watchEventLoop } from "../support/stall.js";

const KILOBYTE = 1024;
const SIZES = [16, 64, 256].map((kilobytes) => kilobytes * KILOBYTE);
/** Time may grow with this power of the length: linear, with room for logarithms, caches and a busy machine. */
const MOST_GROWTH = 1.3;
/** Times below this are noise, in milliseconds. */
const FLOOR_MS = 400;
/** What a short time may be off by, in milliseconds. */
const NOISE_MS = 10;
/** A text that takes no longer than so many times ordinary prose of its length is no attack, however short ones are read. */
const MOST_OF_PROSE = 8;
/** A time that seems to grow too fast is taken again so often: what is quadratic is so each time. */
const TRIES = 4;

const prose = (length: number) =>
  Array.from({ length: length / 32 }, (_, n) => `Ferry ${n} left pier ${n % 9} at noon.`).join(" ");

/** Fails where time grows faster than it may from the first size to one of the others. */
async function expectNearlyLinear(
  run: (length: number) => unknown,
  ofProse: readonly number[] = SIZES.map(() => 0),
): Promise<void> {
  const best = SIZES.map(() => Number.POSITIVE_INFINITY);
  const isTooSlow = () =>
    best.some((time, place) => {
      const factor = (SIZES[place] as number) / (SIZES[0] as number);
      return (
        time > FLOOR_MS &&
        time > MOST_OF_PROSE * (ofProse[place] as number) &&
        time > ((best[0] as number) + NOISE_MS) * factor ** MOST_GROWTH
      );
    });
  for (let attempt = 0; attempt === 0 || (attempt < TRIES && isTooSlow()); attempt += 1) {
    for (const [place, length] of SIZES.entries()) {
      const started = performance.now();
      await run(length);
      best[place] = Math.min(best[place] as number, performance.now() - started);
    }
  }
  expect(isTooSlow(), `times of ${SIZES.join(", ")} code units: ${best.map(Math.round).join(", ")} ms`).toBe(false);
}

const BESIDE = "The ferry left at noon.";

describe("time grows with the length of the text, and no faster,", () => {
  let fake: FakeSieve;
  let published: FakeSieve;
  const ofProse: number[] = [];
  beforeAll(async () => {
    fake = await openFakeSieve();
    published = await openFakeSieve({
      manifest: { outputs: { logits: "logits", labels: ["drop", "keep"] } },
      backend: { dimension: 0 },
      sieve: { method: "llmlingua2" },
    });
    for (const { sieve } of [fake, published]) {
      await sieve.compress({ documents: [BESIDE.repeat(2000)], maxTokens: 40 });
    }
    for (const length of SIZES) {
      const started = performance.now();
      await fake.sieve.compress({ documents: [prose(length), BESIDE], rate: 0.5 });
      ofProse.push(performance.now() - started);
    }
  });
  afterAll(() => Promise.all([fake.close(), published.close()]));

  it.each(Object.entries(HOSTILE_TEXTS))("in a text of %s", async (_, make) => {
    await expectNearlyLinear(
      (length) => fake.sieve.compress({ documents: [make(length), BESIDE], rate: 0.5 }),
      ofProse,
    );
  });

  // The published rule reads texts in its own way; its tokenizer is a package of others.
  it.each(["backticks", "slashes", "camel case", "a letter between apostrophes", "calls in calls"])(
    "in a text of %s by the published rule",
    async (name) => {
      const make = HOSTILE_TEXTS[name] as (length: number) => string;
      await expectNearlyLinear((length) => published.sieve.compress({ documents: [make(length)], rate: 0.5 }));
    },
  );

  it.each<[string, (length: number) => string]>([
    ["tags that nothing closes", (length) => "<llmlingua>".repeat(length / 11)],
    ["a tag with spaces in it", (length) => `<llmlingua, rate=0.5, compress=True${" ".repeat(length)}x`],
    ["a tag with commas in it", (length) => `<llmlingua${" , ".repeat(length / 3)}x`],
    ["a tag with rates without an end", (length) => `<llmlingua${" rate=1".repeat(length / 7)}x`],
    ["a tag with attributes far apart", (length) => `<llmlingua${" ".repeat(length)}rate=0.5>x</llmlingua>`],
    ["tags side by side", (length) => "<llmlingua, rate=0.5>a</llmlingua>".repeat(length / 34)],
  ])("in %s", async (_, make) => {
    await expectNearlyLinear((length) => {
      const context = make(length);
      try {
        parseStructured(context);
      } catch {
        // Not well formed: what counts is that it says so at once.
      }
    });
  });
});

it("a long word, run or tower leaves others their turns", async () => {
  const fake = await openFakeSieve();
  for (const name of ["a sequence of bases", "full stops", "brackets that do not match", "a banner"]) {
    const make = HOSTILE_TEXTS[name] as (length: number) => string;
    const watch = watchEventLoop();
    await fake.sieve.compress({ documents: [make(256 * KILOBYTE), BESIDE], maxTokens: 40 });
    expect(watch.stop(), name).toBeLessThan(2000);
  }
  await fake.close();
});
