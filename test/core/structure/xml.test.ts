import fc from "fast-check";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/xml.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, printed } from "../../support/outlines.js";

const PORT = `<?xml version="1.0"?>
<!DOCTYPE port [<!ENTITY m "<metres>">]>
<port version="3">
  <!-- Depths at low tide. -->
  <pier name="north">
    <depth unit="m">7</depth>
    <crane>
      <load unit="kg">4000</load><!-- tested by the harbour office in May, again in June, with the old hooks -->
      <name>Big Olga</name>
      <built>1961, at the yard across the bay, and rebuilt twice since then by the sons of its maker</built>
    </crane>
  </pier>
  <pier name="south"><depth unit="m">4</depth></pier>
</port>
`;

const parser = new XMLParser({ ignoreAttributes: false });

function expectWellFormed(text: string): void {
  expect(XMLValidator.validate(text), text).toBe(true);
}

describe("XML", () => {
  it("brings the tags around an element, what opens the text, and what an element is called", () => {
    const text = printed(parse, PORT, "<load");
    expectWellFormed(text);
    expect(text).toMatch(
      /^<\?xml version="1\.0"\?>\s+<!DOCTYPE port \[.*\]>\s+<port version="3">\s+<pier name="north">/u,
    );
    expect(text).toContain("<name>Big Olga</name>");
    expect(text).not.toContain("1961");
    expect(grainWith(parse, PORT, "1961").context).toBe("port pier north crane Big Olga");
  });

  it("keeps small elements whole", () => {
    expect(printed(parse, PORT, "south")).toContain('<pier name="south"><depth unit="m">4</depth></pier>');
  });

  it("opens the outermost element, however small", () => {
    const config = '<quay>\n  <pump name="north" on="false"/>\n  <pump name="south" on="true"/>\n</quay>';
    expect(printed(parse, config, "north")).toBe('<quay>\n  <pump name="north" on="false"/>\n</quay>');
  });

  it("cuts XML without line breaks", () => {
    const text = `<a>${"<b><c>1</c><d>2</d></b>".repeat(20)}</a>`;
    expect(printed(parse, text, "<b>").startsWith("<a><b><c>")).toBe(true);
  });

  it("lets words of long plain text go, and keeps entities and CDATA whole", () => {
    const long = "The tide turns twice. ".repeat(30);
    const kindOf = (inner: string) => grainWith(parse, `<a><b>${inner}</b><c/></a>`, "tide turns").kind;
    expect(kindOf(long)).toBe("prose");
    expect(kindOf(`${long}&amp; so on`)).toBe("data");
    expect(kindOf(`<![CDATA[${long}]]>`)).toBe("data");
  });

  it("refuses what is not well-formed", () => {
    for (const text of [
      "",
      "words",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a/>words",
      "<a b=c/>",
      "<a b/>",
      "<a><b></a></b>",
      "</a>",
      "<!-- only -->",
      "<a",
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("reads a hundred thousand nested elements", () => {
    const text = `${"<a>".repeat(100_000)}x${"</a>".repeat(100_000)}`;
    expect(runAtOnce(parse(text))?.grains.length).toBeGreaterThan(100_000);
  });

  it("prints well-formed XML for every choice", () => {
    const keys = (value: unknown): string[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [key, ...keys(inner)])
        : [];
    expectEveryChoiceValid(parse, document, (text, source) => {
      expectWellFormed(text);
      const known = new Set(keys(parser.parse(source)));
      expect(keys(parser.parse(text)).filter((key) => !known.has(key))).toEqual([]);
    });
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, document, soup);
  });
});

const words = fc.constantFrom("plain", "two words", "a &amp; b", "<![CDATA[a < b]]>", "long text ".repeat(30), "&#65;");
const tag = fc.constantFrom("name", "id", "pier", "x:depth", "item");
const attributes = fc.constantFrom("", ' id="1"', " name='a b'", ' k="a>b"', ` long="${"v".repeat(200)}"`);
const element: fc.Arbitrary<string> = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      tag,
      attributes,
      fc.oneof(
        { maxDepth: 4 },
        words,
        fc
          .array(fc.oneof(tie("element"), fc.constantFrom("\n  ", "<!-- c -->", "mixed "), words), { maxLength: 6 })
          .map((parts) => parts.join("")),
      ),
    )
    .map(([name, values, inner]) => (inner === "" ? `<${name}${values}/>` : `<${name}${values}>${inner}</${name}>`)),
})).element;
const document = fc
  .tuple(
    fc.constantFrom("", '<?xml version="1.0"?>\n', "<?xml version='1.0'?><!-- c -->\n<!DOCTYPE r>\n"),
    fc.array(element, { minLength: 1, maxLength: 5 }),
  )
  .map(([prolog, elements]) => `${prolog}<r xmlns:x="u">${elements.join("\n")}</r>\n`);
const soup = fc
  .array(
    fc.constantFrom(
      "<a>",
      "</a>",
      "<b/>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?x",
      "?>",
      "<!D [",
      "]>",
      "a",
      " ",
      "\n",
      "<a b='",
      "'",
      ">",
      "&",
    ),
  )
  .map((parts) => parts.join(""));
