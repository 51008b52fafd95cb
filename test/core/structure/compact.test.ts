import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { compactOutline } from "../../../src/core/structure/compact.js";
import { type Outline, TEXT_KINDS } from "../../../src/core/structure/outline.js";
import { readOutline } from "../../../src/core/structure/read.js";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { expectOutline, textOf } from "../../contract/outline-text.js";
import { CASES } from "../../support/arbitraries.js";
import { KIND_TEXTS } from "../../support/kind-texts.js";

async function compactOf(text: string): Promise<Outline> {
  const outline = runAtOnce(compactOutline(text, await readOutline(text)));
  expectOutline(text, outline);
  return outline;
}

/** All of a text in its compact form. */
async function compact(text: string): Promise<string> {
  const outline = await compactOf(text);
  return textOf(text, outline, wanted(outline));
}

function wanted({ grains }: Outline): number[] {
  return [...grains.keys()].filter((index) => grains[index]?.role !== "waste");
}

describe("the compact form", () => {
  it("prints JSON without white space, and nothing else changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(1, 2, "\t"), async (value, indent) => {
        const text = JSON.stringify({ value, more: [value, "a  b\n"] }, null, indent);
        expect(await compact(text)).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: CASES / 2 },
    );
  });

  it("prints any choice of JSON's members without white space, and it parses", async () => {
    const text = JSON.stringify(
      Array.from({ length: 12 }, (_, id) => ({ id, name: `boat ${id}`, crew: { size: id, at: "pier 4" } })),
      null,
      2,
    );
    const outline = await compactOf(text);
    const chosen = wanted(outline).filter((index) => outline.grains[index]?.role === "content");
    for (const every of [2, 3, 7]) {
      const out = textOf(
        text,
        outline,
        chosen.filter((_, index) => index % every === 0),
      );
      expect(out).toBe(JSON.stringify(JSON.parse(out)));
    }
  });

  it("keeps JSON lines one a line, and comments in their line", async () => {
    expect(await compact('{ "id": 1 }\n{ "id": 2 }\n')).toBe('{"id":1}\n{"id":2}');
    expect(await compact('{\n  // ports\n  "a": 1\n}')).toMatch(/^\{\/\/ ports\n\s*"a":1\}$/u);
  });

  it("drops the indentation of XML, and keeps white space that is text", async () => {
    const text =
      '<?xml version="1.0"?>\n<boats>\n  <boat id="1">\n    <name>Meer kat</name>\n    <note>a <b>b</b> <i>c</i></note>\n  </boat>\n</boats>\n';
    const out = await compact(text);
    expect(out).toBe(
      '<?xml version="1.0"?><boats><boat id="1"><name>Meer kat</name><note>a <b>b</b> <i>c</i></note></boat></boats>',
    );
    const parser = new XMLParser({ ignoreAttributes: false });
    expect(parser.parse(out)).toEqual(parser.parse(text));
    const kept = '<poem xml:space="preserve">\n  <line>1</line>\n  <line>2</line>\n  <line>3</line>\n</poem>\n';
    expect(await compact(kept)).toContain("\n  <line>2</line>");
  });

  it("tells HTML by the marks of Markdown", async () => {
    const text =
      "<!doctype html><html><head><title>Tides</title><script>let a = 1;</script></head><body><h1>Tides</h1><p>High at <b>noon</b> &ndash; mostly.</p><h2>Boats</h2><ul><li>Meerkat</li><li>Otter &amp; sons</li></ul><table><tr><th>Pier</th><th>Level</th></tr><tr><td>North</td><td>2.5</td></tr></table></body></html>";
    const out = await compact(text);
    expect(out).toContain("# Tides\n");
    expect(out).toContain("High at noon – mostly.");
    expect(out).toContain("## Boats\n");
    expect(out).toMatch(/- Meerkat\n+- Otter & sons/u);
    expect(out).toContain("Pier | Level\nNorth | 2.5");
    expect(out).not.toMatch(/[<>]|let a/u);
  });

  it("keeps one space around the bars of a table, and two between columns", async () => {
    expect(await compact(KIND_TEXTS.table[1] as string)).toMatch(
      /^ ?id \| item \| stock *\n---\+---\+---\n *1 \| rope \| 12/u,
    );
    expect(await compact(KIND_TEXTS.table[3] as string)).toContain("tide-web  1/1  Running  0  3d");
  });

  it("leaves columns as they are where a cell is empty, which only its place tells", async () => {
    const text =
      "NAME       STATUS      PORTS\nweb        running     80\napi                    81\ndb         running     82\nmail       running     25\n";
    expect(await compact(text)).toContain("api                    81");
  });

  it("drops the numbers of subtitles and quoted history of mail", async () => {
    expect(await compact(KIND_TEXTS.subtitles[0] as string)).toMatch(
      /^00:00:01,000 --> 00:00:02,960\nIt has been a long day\.\n+00:00:03,230/u,
    );
    const mail =
      "From: Ann <ann@example.org>\nTo: bo@example.org\nSubject: boat\n\nShall we sail on Monday, when the wind is back?\n\nFrom: Bo <bo@example.org>\nTo: ann@example.org\nSubject: Re: boat\n\nYes.\n\n> Shall we sail on Monday, when the wind is back?\n";
    expect((await compact(mail)).match(/Shall we sail/gu)).toHaveLength(1);
  });

  it("keeps one blank line of many", async () => {
    const text = "import os\n\n\n\n\ndef tide(a):\n    return a\n\n\n\ndef boat(b):\n    return b\n";
    expect(await compact(text)).toBe("import os\n\ndef tide(a):\n    return a\n\ndef boat(b):\n    return b");
  });

  it("is proper, holds every word that is no waste, and is never longer, for all kinds but HTML to the letter", async () => {
    for (const kind of TEXT_KINDS) {
      for (const text of KIND_TEXTS[kind]) {
        const source = await readOutline(text);
        const out = await compact(text);
        if (kind === "html") continue;
        expect(out.length, text).toBeLessThanOrEqual(text.length);
        expect(wordsOf(out), text).toEqual(
          wordsOf(textOf(text, source, wanted(source))).filter((word) => kind !== "subtitles" || !/^\d$/u.test(word)),
        );
      }
    }
  });
});

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}
