import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CutTarget, cutTexts, toolDefaults } from "../../../src/agents/tools/cut-texts.js";
import { type CompressOptions, countTokens, createSieve, type Sieve } from "../../../src/core/index.js";
import { hasBundledModel } from "../../support/bundled-model.js";

const NOTE = "shortened; in full: read_original 0123456789ab";
const TRACE = `Error: connect ECONNREFUSED 127.0.0.1:5432\n${"    at connect (/srv/app/store/pool.js:41:7)\n".repeat(8)}`;
const TABLE = "name,default,unit\nwait,250,ms\nlimit,16,jobs\nretries,3,times\npause,10,s\nburst,64,jobs\nfloor,1,jobs";
const ORDERS = Array.from({ length: 30 }, (_, index) => ({ id: `A-${index}`, status: index === 7 ? "late" : "sent" }));
const JOIN = "\n\n";

let sieve: Sieve;

/** The texts as an adapter cuts them. */
async function cut(
  sources: readonly string[],
  target: CutTarget,
  options: Partial<CompressOptions> & { isNoted?: boolean } = {},
): Promise<readonly string[]> {
  const { isNoted = false, ...settings } = options;
  const left = await cutTexts({
    sources,
    target,
    noteOf: isNoted ? () => NOTE : undefined,
    async compress(wanted, template) {
      const { documents } = await sieve.compress({
        ...{ ...toolDefaults(sieve), ...settings, ...wanted },
        ...{ template, documents: sources },
      });
      return new Map(documents.map((document) => [document.index, document]));
    },
  });
  return left.map(({ text }) => text);
}

describe.skipIf(!hasBundledModel)("texts of a tool (with the bundled model)", () => {
  beforeAll(async () => {
    sieve = await createSieve();
  });
  afterAll(() => sieve.dispose());

  it("are themselves under the ceiling, also those that are not relevant enough", async () => {
    const sources = ["Fourteen pods are up."];
    expect(await cut(sources, { maxTokens: 100 })).toEqual(sources);
    expect(await cut(sources, { maxTokens: 100 }, { query: "go on", minRelevance: 1 })).toEqual(sources);
  });

  it("that are blank stay so beside others", async () => {
    const [blank, table] = await cut([" \n", TABLE], { maxTokens: 40 }, { query: "What is the default of burst?" });
    expect(blank).toBe(" \n");
    expect(table).toContain("burst,64,jobs");
  });

  it.each([
    [TRACE, { maxTokens: 8 }],
    [TRACE, { maxTokens: 20 }],
    [TABLE, { maxTokens: 10 }],
    [TABLE, { rate: 0.2 }],
    [JSON.stringify(ORDERS), { maxTokens: 12 }],
  ] as [string, CutTarget][])("never become nothing, under the ceiling: %#", async (source, target) => {
    for (const isNoted of [false, true]) {
      const [text = ""] = await cut([source], target, { isNoted });
      const ceiling = target.maxTokens ?? Math.floor((target.rate as number) * (await countTokens(source)));
      expect(text.trim()).not.toBe("");
      expect(await countTokens(text)).toBeLessThanOrEqual(ceiling);
    }
  });

  it("are a row without its header, or begin as one does, if nothing whole has room", async () => {
    const [text = ""] = await cut([TABLE], { maxTokens: 8 });
    expect(text).not.toBe("");
    expect(TABLE).toContain(text.replace(/\n?\[shortened\]$/u, ""));
  });

  it("that are gone beside others get a note too, inside the ceiling", async () => {
    const sources = [TABLE.repeat(3), TRACE];
    const texts = await cut(sources, { maxTokens: 60 }, { query: "What is the default of burst?", isNoted: true });
    for (const text of texts) expect(text).toContain(NOTE);
    expect(await countTokens(texts.join(JOIN))).toBeLessThanOrEqual(60);
  });

  it("of JSON are JSON again, with the note inside", async () => {
    const options = { query: "Which order is late?", isNoted: true };
    const [text = ""] = await cut([JSON.stringify(ORDERS, null, 2)], { maxTokens: 80 }, options);
    const kept = JSON.parse(text) as unknown[];
    expect(kept.at(-1)).toBe(NOTE);
    for (const order of kept.slice(0, -1)) expect(ORDERS).toContainEqual(order);
    expect(kept).toContainEqual(ORDERS[7]);
  });
});
