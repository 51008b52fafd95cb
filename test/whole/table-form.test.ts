import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { countTokens, createSieve } from "../../src/core/index.js";
import { CASES } from "../support/arbitraries.js";

const sieve = await createSieve();
afterAll(() => sieve.dispose());

const BOATS = Array.from({ length: 40 }, (_, id) => ({ id, port: { name: "Lund", pier: id % 7 }, state: "moored" }));
const JSON_TEXT = JSON.stringify({ harbour: "North", boats: BOATS }, null, 2);
const LOG = Array.from(
  { length: 50 },
  (_, minute) => `2026-03-01 10:${10 + minute}:00 INFO tide is at ${minute} cm`,
).join("\n");
const GREP = Array.from(
  { length: 30 },
  (_, line) => `src/deep/path/of/tides/tide.ts:${line + 4}:  stop(${line});`,
).join("\n");
const compactTokens = await countTokens(JSON.stringify(JSON.parse(JSON_TEXT)));

describe('the form "table"', () => {
  it("has all of an array of like objects where the compact form does not fit, and says what is not of the source", async () => {
    const maxTokens = Math.floor(compactTokens * 0.7);
    const { documents, text, tokens } = await sieve.compress({ documents: [JSON_TEXT], maxTokens, form: "table" });
    const [document] = documents;
    expect(document).toMatchObject({ kind: "json", lossless: true, omitted: [] });
    expect(text).toContain("[40]{id,port.name,port.pier,state}\n0,Lund,0,moored\n1,Lund,1,moored");
    expect(tokens).toBeLessThanOrEqual(maxTokens);
    const inserted = document?.inserted?.map(([start, end]) => text.slice(start, end));
    expect(inserted?.[0]).toBe("[40]{id,port.name,port.pier,state}\n");
    for (const [start, end] of document?.spans ?? []) expect(text).toContain(JSON_TEXT.slice(start, end));
  });

  it("is not taken where the text fits, where its compact form does, and where neither the table does", async () => {
    const compress = (maxTokens: number) => sieve.compress({ documents: [JSON_TEXT], maxTokens, form: "table" });
    expect((await compress(await countTokens(JSON_TEXT))).text).toBe(JSON_TEXT);
    expect(JSON.parse((await compress(compactTokens)).text)).toEqual(JSON.parse(JSON_TEXT));
    const cut = await compress(Math.floor(compactTokens * 0.2));
    const same = await sieve.compress({
      documents: [JSON_TEXT],
      maxTokens: Math.floor(compactTokens * 0.2),
      form: "compact",
    });
    expect(cut.text).toBe(same.text);
    expect(cut.documents[0]?.lossless).toBe(false);
  });

  it("tells alike lines of a log once, save under a question, and says which went", async () => {
    const maxTokens = Math.floor((await countTokens(LOG)) * 0.3);
    const [folded] = (await sieve.compress({ documents: [LOG], maxTokens, form: "table" })).documents;
    expect(folded?.text.trimEnd()).toBe(
      "2026-03-01 10:10:00 INFO tide is at 0 cm (50 lines like this, the last at 2026-03-01 10:59:00)",
    );
    expect(folded?.lossless).toBe(false);
    expect(folded?.omitted[0]).toMatchObject({ firstLine: 2, unit: "lines" });
    const asked = await sieve.compress({ documents: [LOG], maxTokens, form: "table", query: "When was it at 31 cm?" });
    expect(asked.text).toContain("tide is at 31 cm");
    expect(asked.text).not.toContain("lines like this");
  });

  it("tells a path once, and leaves a pinned document as it is", async () => {
    const maxTokens = Math.floor((await countTokens(GREP)) * 0.8);
    const [found] = (await sieve.compress({ documents: [GREP], maxTokens, form: "table" })).documents;
    expect(found).toMatchObject({ kind: "grep", lossless: true });
    expect(found?.text.match(/tide\.ts/gu)).toHaveLength(1);
    const pinned = await sieve.compress({
      documents: [{ text: GREP, pinned: true }, JSON_TEXT],
      maxTokens: (await countTokens(GREP)) + Math.floor(compactTokens * 0.75),
      form: "table",
    });
    expect(pinned.documents[0]?.text).toBe(GREP);
    expect(pinned.documents[1]?.text).toContain("[40]{id,port.name");
  });

  it("keeps the ceiling and has exact spans for any records, at any budget", async () => {
    const record = fc.record(
      { id: fc.nat(999), name: fc.string({ maxLength: 9 }), at: fc.record({ pier: fc.nat(9), deep: fc.boolean() }) },
      { requiredKeys: ["id", "at"] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 3, maxLength: 9 }),
        fc.integer({ min: 3, max: 99 }),
        async (records, share) => {
          const source = JSON.stringify(records, null, 1);
          const maxTokens = Math.max(1, Math.floor(((await countTokens(source)) * share) / 100));
          const { text, documents } = await sieve.compress({ documents: [source], maxTokens, form: "table" });
          expect(await countTokens(text)).toBeLessThanOrEqual(maxTokens);
          const [document] = documents;
          const inserted = document?.inserted ?? [];
          const length = (list: readonly (readonly [number, number])[]) =>
            list.reduce((sum, [from, to]) => sum + to - from, 0);
          if (document?.text.startsWith("[") && inserted.length > 0) {
            expect(length(inserted) + length(document.spans)).toBe(text.length);
            expect(document.lossless).toBe(true);
          }
        },
      ),
      { numRuns: Math.ceil(CASES / 20) },
    );
  });
});
