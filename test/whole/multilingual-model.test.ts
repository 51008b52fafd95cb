import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { MULTILINGUAL_MODEL } from "../support/bundled-model.js";
import { expectFaithful } from "../support/invariants.js";

const isAtHand = existsSync(join(MULTILINGUAL_MODEL, "model.int8.onnx_data"));

const GERMAN = [
  "Die Bäckerei am Markt öffnet um sechs. Der Besitzer heißt Albers. Montags bleibt das Geschäft zu.",
  "Der Stausee fasst neun Millionen Kubikmeter. Im Sommer darf man darin baden. Angeln ist nicht erlaubt.",
  "Die Straßenbahn der Linie 4 fährt alle zehn Minuten. Nach Mitternacht fährt sie nur noch stündlich.",
];
const JAPANESE = [
  "市場のパン屋は六時に開く。店主の名前は森田だ。月曜日は休みである。",
  "このダムの水量は九百万立方メートルだ。夏には泳ぐことができる。釣りは禁止されている。",
  "四番線の路面電車は十分おきに走る。深夜を過ぎると一時間に一本しかない。",
];
const ENGLISH = [
  "The bakery on the market opens at six. Its owner is called Albers. It is closed on Mondays.",
  "The reservoir holds nine million cubic metres. In summer you may bathe in it. Fishing is not allowed.",
  "The tram of line 4 runs every ten minutes. After midnight it runs only once an hour.",
];

describe.skipIf(!isAtHand)("the multilingual model", () => {
  let sieve: Sieve;
  let auto: Sieve;
  beforeAll(async () => {
    sieve = await createSieve({ model: "multilingual", cache: false, threads: 2 });
    auto = await createSieve({ model: "auto", cache: false, threads: 2 });
  });
  afterAll(() => Promise.all([sieve?.dispose(), auto?.dispose()]));

  it("says what it is", () => {
    expect(sieve.info).toMatchObject({ model: "contextsieve-multilingual", dimension: 384 });
    expect(auto.info.model).toBe("contextsieve-small + contextsieve-multilingual");
  });

  it.each([
    ["German", GERMAN, "Darf man im Wasser schwimmen?", "baden"],
    ["Japanese", JAPANESE, "水の中に入って遊んでもいいですか。", "泳ぐ"],
    ["German, asked in English", GERMAN, "Is swimming allowed?", "baden"],
    ["Japanese, asked in English", JAPANESE, "Who owns the bakery?", "森田"],
    ["English, asked in German", ENGLISH, "Darf man im Wasser schwimmen?", "bathe"],
  ])("finds an answer by its meaning: %s", async (_, documents, query, answer) => {
    for (const own of [sieve, auto]) {
      const result = await own.compress({ documents, query, rate: 0.45 });
      expect(result.text).toContain(answer);
      expect(result.tokens).toBeLessThanOrEqual(0.45 * result.originalTokens);
      for (const document of result.documents) expectFaithful(documents[document.index] as string, document);
    }
  });

  it("leaves words out, and what decides stays", async () => {
    const text =
      "Die neue Pumpe, die der Mechaniker am letzten Dienstag eingebaut hat, darf auf keinen Fall ohne Wasser laufen, weil sonst die Dichtung verbrennt.";
    const { text: kept } = await sieve.compress({ documents: [text], rate: 0.6 });
    expect(kept.length).toBeLessThan(text.length);
    if (/laufen/u.test(kept)) expect(kept).toMatch(/keinen/u);
  });

  it("says the same of a text whoever else is read with it", async () => {
    const alone = await sieve.compress({ documents: [GERMAN[1] as string], rate: 1, explain: true });
    const together = await sieve.compress({ documents: [...GERMAN, ...JAPANESE], rate: 1, explain: true });
    const scores = ({ words = [] }: { words?: { keep: number }[] }) => words.map(({ keep }) => keep);
    const same = together.documents.find(({ index }) => index === 1) ?? {};
    for (const [word, keep] of scores(same).entries())
      expect(keep).toBeCloseTo(scores(alone.documents[0] ?? {})[word] as number, 5);
  });
});
