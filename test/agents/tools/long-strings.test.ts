import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutLongStrings } from "../../../src/agents/tools/long-strings.js";
import { countTokens } from "../../../src/index.js";
import { type FakeSieve, openFakeSieve } from "../../support/fake-sieve.js";

const PAGE = Array.from({ length: 40 }, (_, index) => `Berth ${index} lies beside shed ${index + 100} "north".`).join(
  "\n",
);

describe("cutLongStrings", () => {
  let fake: FakeSieve;
  beforeAll(async () => {
    fake = await openFakeSieve();
  });
  afterAll(() => fake.close());

  it.each([40, 80, 200])(
    "cuts a text that stands in data to %i tokens, and leaves the data around it",
    async (maxTokens) => {
      const data = { url: "https://harbour.example/berths", pages: [{ number: 1, text: PAGE }], ok: true };
      const cut = await cutLongStrings(JSON.stringify(data), { maxTokens, query: "berth 7" }, fake.sieve);
      expect(await countTokens(cut as string)).toBeLessThanOrEqual(maxTokens);
      const { pages, ...rest } = JSON.parse(cut as string) as typeof data;
      expect(rest).toEqual({ url: data.url, ok: true });
      expect(pages[0]?.number).toBe(1);
      expect(pages[0]?.text.length).toBeGreaterThan(0);
      expect(pages[0]?.text.length).toBeLessThan(PAGE.length);
    },
  );

  it.each([
    ["a text", PAGE],
    ["data without long texts", JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ id, name: `keeper ${id}` })))],
    ["a long string that is no text", JSON.stringify({ data: "x".repeat(5000) })],
    ["data that is long without its texts", JSON.stringify([...Array(400).keys(), PAGE])],
    ["JSON that is broken", `${JSON.stringify({ text: PAGE })},`],
  ])("has nothing to say of %s", async (_, source) => {
    expect(await cutLongStrings(source, { maxTokens: 60 }, fake.sieve)).toBeUndefined();
  });
});
