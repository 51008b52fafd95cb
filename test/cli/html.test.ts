import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { escapeHtml } from "../../src/cli/html/escape.js";
import { renderReport } from "../../src/cli/html/page.js";
import { SCRIPT } from "../../src/cli/html/script.js";
import { PALETTES } from "../../src/cli/html/style.js";
import { packWords } from "../../src/cli/html/words.js";
import type { CompressResult, ExplainedWord, SourceDocument } from "../../src/core/index.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { PASSAGES } from "../support/texts.js";

const WICKED = `Not 5 <script>alert("x")</script> & <img src=x onerror=y>\r\n</pre>\u001b[31m\0 \u009b <!-- "'\``;
/** The most that a report may weigh, as a multiple of its source. */
const HEAVIEST = 6;

let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

async function reportOf(documents: SourceDocument[], rate = 0.4, query?: string) {
  const asked = query === undefined ? {} : { query };
  // Copies are wanted: they make a long text.
  const result = await fake.sieve.compress({ documents, rate, explain: true, dedupe: false, ...asked });
  return { result, html: renderReport({ documents, result, query, encodeMs: 1234 }) };
}

/** The text of each `pre`, as a browser reads it: the first line end is the parser's. */
function texts(html: string): string[] {
  return [...html.matchAll(/<pre[^>]*>\n([\s\S]*?)<\/pre>/gu)].map(([, inner = ""]) =>
    inner.replace(/<[^>]+>/gu, "").replace(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code))),
  );
}

describe("the report", () => {
  it("shows each source whole, and exactly the text that the model gets", async () => {
    const documents = PASSAGES.slice(0, 3).map(({ id, text }) => ({ id, text }));
    const { html, result } = await reportOf(documents, 0.3);
    const [model, ...sources] = texts(html);
    expect(model).toBe(result.text);
    expect(sources.sort()).toEqual(documents.map(({ text }) => text).sort());
  });

  it("marks what was kept, and nothing else", async () => {
    const document = { id: "a", text: PASSAGES[0]?.text as string };
    const { html, result } = await reportOf([document]);
    const source = html.slice(html.indexOf("data-words"));
    const marked = [...source.matchAll(/<mark[^>]*>([\s\S]*?)<\/mark>/gu)].map(([, inner = ""]) => inner).join("");
    const plain = texts(`<pre>\n${marked}</pre>`)[0]?.replace(/\s/gu, "");
    const words = result.documents[0]?.words ?? [];
    const kept = words.filter((word) => word.kept).map(({ start, end }) => document.text.slice(start, end));
    expect(plain).toBe(kept.join("").replace(/\s/gu, ""));
    expect(source).toContain("<u>");
  });

  it("takes nothing of a document, name or question for its own: no tag, no attribute, no control character", async () => {
    const { html } = await reportOf([{ id: WICKED, text: WICKED }], 1, WICKED);
    const foreign = html.replace(SCRIPT, "").replace(/<style>[\s\S]*?<\/style>/u, "");
    expect(foreign).not.toMatch(/<(?:img|link|iframe|a|!--)|\b(?:src|href)\s*=\s*["']|onerror=[^y]|@import|url\(/iu);
    expect(foreign.match(/<script/gu)).toHaveLength(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what HTML cannot carry
    expect(foreign).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/u);
    expect(texts(html)[0]).toHaveLength(WICKED.length);
  });

  it("escapes any text without changing its length, so that offsets hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = texts(`<pre>\n${escapeHtml(text)}</pre>`)[0];
        expect(shown).toHaveLength(text.length);
      }),
    );
  });

  it("allows no script and no style but its own, and no request", async () => {
    const { html } = await reportOf([{ id: "a", text: "Some text." }], 1);
    const hash = (content: string) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/u.exec(html) ?? [];
    const [, script = ""] = /<script>([\s\S]*?)<\/script>/u.exec(html) ?? [];
    expect(html).toContain(`content="default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}"`);
    expect(html).not.toMatch(/\sstyle=|\son\w+=/u);
  });

  it("tells the time that encoding took besides the time of fitting", async () => {
    const { html } = await reportOf([{ id: "a", text: "Some text." }], 1);
    expect(html).toContain("<b>1234 ms</b><span>encoding</span>");
    expect(html).toMatch(/<b>\d+ ms<\/b><span>fitting<\/span>/u);
  });

  it.each([0.05, 0.3, 0.6])("weighs at most six times its source of 200 kB, at rate %s", async (rate) => {
    let text = "";
    for (let index = 0; text.length < 200_000; index += 1) text += `${PASSAGES[index % PASSAGES.length]?.text}\n\n`;
    const { html } = await reportOf([{ id: "a", text }], rate);
    expect(Buffer.byteLength(html)).toBeLessThan(HEAVIEST * Buffer.byteLength(text));
  });

  it("holds each word's place and scores, which its script reads back", async () => {
    const { result } = await reportOf([{ id: "a", text: `${PASSAGES[0]?.text} ${"x".repeat(20_000)} end` }], 0.5);
    const document = result.documents[0] as CompressResult["documents"][number];
    const [digits] = /const DIGITS = .*/u.exec(SCRIPT) ?? [];
    const [unpack] = /function unpack[\s\S]*?\n\}\n/u.exec(SCRIPT) ?? [];
    const read = new Function("packed", `${digits}\n${unpack}\nreturn unpack(packed);`);
    const words: { start: number; end: number; scores: number[] }[] = read(packWords(document));
    expect(words.map(({ start, end }) => [start, end])).toEqual(document.words?.map(({ start, end }) => [start, end]));
    for (const [index, { scores }] of words.entries()) {
      const { keep, core, pivot, relevance } = (document.words as ExplainedWord[])[index] as ExplainedWord;
      for (const [place, score] of [keep, core, pivot, relevance].entries())
        expect(scores[place]).toBeCloseTo(score, 1.9);
    }
    const best = document.words?.reduce((a, b) => (b.value > a.value ? b : a));
    const rank = (word: { start: number } | undefined) => words.find(({ start }) => start === word?.start)?.scores[4];
    expect(Math.max(...words.map(({ scores }) => scores[4] as number))).toBe(rank(best));
  });
});

describe("the report's colours", () => {
  it.each(Object.entries(PALETTES))("stand out from their ground as WCAG's AA asks, %s", (_, palette) => {
    for (const [text, ground] of [
      [palette.text, palette.page],
      [palette.dim, palette.page],
      [palette.kept, palette.keptBackground],
      [palette.protected, palette.protectedBackground],
      [palette.buttonText, palette.button],
    ] as const) {
      expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    // What is no text: the ring around a focused element.
    expect(contrast(palette.button, palette.page)).toBeGreaterThanOrEqual(3);
  });
});

/** Contrast ratio of WCAG 2.2, 1 to 21. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const channels = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255);
  const [red, green, blue] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (red as number) + 0.7152 * (green as number) + 0.0722 * (blue as number);
}
