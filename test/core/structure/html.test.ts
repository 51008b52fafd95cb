import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/html.js";
import type { Grain } from "../../../src/core/structure/outline.js";
import { textOf } from "../../contract/outline-text.js";
import { expectEveryChoiceValid, expectProperOrNone, grainWith, outlineOf, printed } from "../../support/outlines.js";

const PAGE = `<!doctype html><html><head><title>Harbour pool</title><style>p{color:red}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/times">Times</a></li></ul></nav>
<div class="cookie-banner"><p>We use cookies.</p><button>Accept</button></div>
<main><h1>Harbour pool</h1><p>The pool is <b>not</b> heated in winter.</p>
<h2>Prices</h2><table><tr><th>Ticket</th><th>Price</th></tr>
<tr><td>Adult</td><td>4.20&nbsp;euros</td></tr><tr><td>Child</td><td>2.10&nbsp;euros</td></tr></table>
<h2>Rules</h2><ul><li>Towels<ul><li>One per guest</li><li>None in the sauna</li></ul></li><li>No glass<br>at the pool</li></ul>
<dl><dt>Locker</dt><dd>Free with a coin</dd><dt>Parking</dt><dd>Two hours</dd></dl>
<script>track("pool");</script></main><footer>Call 555 0100</footer></body></html>`;

describe("HTML", () => {
  it("hides all markup but that of rows, scripts and styles", () => {
    const outline = outlineOf(parse, PAGE);
    const all = textOf(
      PAGE,
      outline,
      [...outline.grains.keys()].filter((index) => outline.grains[index]?.role !== "waste"),
    );
    expect(all.replace(/^<tr>.*$/gmu, "")).not.toMatch(/[<>]|track|color/u);
    expect(all).toContain("The pool is not heated in winter.");
  });

  it("brings the headings above a paragraph and the header above a row", () => {
    expect(printed(parse, PAGE, "not</b> heated")).toBe("Harbour pool\n\nThe pool is not heated in winter.");
    expect(printed(parse, PAGE, "Child")).toMatch(
      /Prices\s+<tr><th>Ticket<\/th><th>Price<\/th><\/tr>\s+<tr><td>Child<\/td><td>2\.10&nbsp;euros<\/td><\/tr>$/u,
    );
  });

  it("brings the label of a list and the term of a description", () => {
    expect(printed(parse, PAGE, "None in the sauna")).toMatch(/Rules\s+Towels\s+None in the sauna$/u);
    expect(printed(parse, PAGE, "Two hours")).toMatch(/Rules\s+Parking\s+Two hours$/u);
  });

  it("takes cookie notices for waste, and navigation and footers for little", () => {
    expect(grainWith(parse, PAGE, "We use cookies").role).toBe("waste");
    expect(grainWith(parse, PAGE, "Home").prior).toBeLessThan(0.3);
    expect(grainWith(parse, PAGE, "555 0100")).toMatchObject({ role: "content", head: -1, prior: 0.1 });
  });

  it("tells by the context under which headings and columns a grain stands", () => {
    expect(grainWith(parse, PAGE, "Adult").context).toBe("Harbour pool Prices Ticket Price");
    expect(grainWith(parse, PAGE, "Free with").context).toBe("Harbour pool Rules Locker");
  });

  it("prints a row of a table with the tags that part its cells, unless they are long, open, or hold a script", () => {
    const table = (row: string) => `<h2>Prices</h2><table><tr><th>Part</th><th>Price</th></tr>\n${row}\n</table>`;
    const row = (text: string) => /Part.*\n(?<row>.*)$/u.exec(printed(parse, table(text), "shoe"))?.groups?.row;
    const short = '<tr><td>brake <b>shoe</b></td><td class="num">&euro;&nbsp;7850</td></tr>';
    expect(row(short)).toBe(short);
    expect(row(`<tr><td class="${"wide ".repeat(20)}">shoe</td><td>78</td></tr>`)).toBe("shoe 78");
    expect(row("<tr><td>shoe<td>78</tr>")).toBe("shoe 78");
    expect(row("<tr><td>shoe<script>a()</script></td><td>78</td></tr>")).toBe("shoe 78");
  });

  it("parts short lines at a line break and joins lines that were wrapped", () => {
    const text = "<p>Small. Fast.<br>Choose two of the three that we have on offer for all of<br>you here.</p>";
    expect(outlineOf(parse, text).grains.map(({ start, end }) => text.slice(start, end))).toEqual([
      "Small. Fast.",
      "Choose two of the three that we have on offer for all of<br>you here.",
    ]);
  });

  it("reads a long block of code line by line and a short one whole", () => {
    const line = "  <span>total</span> += price * count;\n";
    const long = `<pre><code>sum();\n${line.repeat(20)}</code></pre>`;
    expect(printed(parse, long, "sum")).toBe("sum();");
    expect(outlineOf(parse, long).grains.filter(({ kind }) => kind === "code")).toHaveLength(21);
    expect(outlineOf(parse, `<pre>sum();\n${line}</pre>`).grains).toHaveLength(1);
  });

  it("reads code inside of a table in the order of the text", () => {
    const text = "<table><tr><td>Start<td><pre>run();</pre><td>End</table>";
    expect(outlineOf(parse, text).grains.map(({ start, end }) => text.slice(start, end))).toEqual([
      "Start",
      "run();",
      "End",
    ]);
  });

  it("ends what stands under a heading where the section ends", () => {
    const text = "<h1>Pool</h1><article><h2>News</h2><p>Closed today.</p></article><p>Open to all.</p>";
    expect(printed(parse, text, "Open to all")).toBe("Pool\n\nOpen to all.");
  });

  it("reads the rest of a page behind a drawing that nothing closes", () => {
    expect(printed(parse, "<p>One</p><svg><p>Two</p>", "Two")).toBe("Two");
  });

  it("is nothing for a text without tags", () => {
    for (const text of ["", "a < b and b > c", "plain words", "List<String> names"]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("reads a hundred thousand nested tags", () => {
    for (const tag of ["div", "ul", "nav", "table", "i"]) {
      const text = `${`<${tag}>`.repeat(100_000)}x${`</${tag}>`.repeat(50_000)}y`;
      expect(runAtOnce(parse(text))?.grains.length).toBeGreaterThanOrEqual(1);
    }
  });

  it("prints every choice without markup and with the header of each row", () => {
    expectEveryChoiceValid(
      parse,
      page,
      (text) => {
        expect(text.replace(ROW, "")).not.toMatch(/<\/?[a-z]/u);
        if (text.includes("cell")) expect(text).toMatch(/column/u);
        if (text.includes("para")) expect(text).toMatch(/^title/u);
      },
      300,
    );
  });

  it("gives a proper outline of any text, or none", () => {
    expectProperOrNone(parse, page, soup);
  });

  it("gives every grain of a heading's section that heading", () => {
    const outline = outlineOf(parse, "<h1>A</h1><p>x</p><h2>B</h2><p>y</p><h1>C</h1><p>z</p>");
    const headOf = (grain: Grain | undefined) => outline.grains[grain?.head ?? -1];
    expect(outline.grains.map((grain) => outline.grains.indexOf(headOf(grain) as Grain))).toEqual([-1, 0, 0, 2, -1, 4]);
  });
});

/** A row as it is printed: with its tags from the first to the last, or without any. */
const ROW = /<tr>(?:(?!<\/?tr>)[\s\S])*<\/tr>/gu;

const inline = fc
  .array(
    fc.constantFrom("para ", "<b>bold</b> ", "&nbsp;", "a &amp; b ", "<i>it", "</i>", "<br>", "\n  ", "<img src=x>"),
  )
  .map((parts) => `para ${parts.join("")}`);
const row = fc
  .array(inline, { minLength: 2, maxLength: 3 })
  .map((cells) => `<tr>${cells.map((cell) => `<td>cell ${cell}</td>`).join("\n")}</tr>`);
const block = fc.oneof(
  inline.map((text) => `<p>${text}</p>`),
  inline.map((text) => `<ul><li>${text}<li>${text}</ul>`),
  inline.map((text) => `<pre>${text}\n  ${text}</pre>`),
  row.map((text) => `<table><tr><th>column</th><th>two</th></tr>\n${text}</table>`),
);
const page = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) => `<h1>title</h1>\n${blocks.join("\n")}`);
const soup = fc
  .array(
    fc.constantFrom(
      ..."<p> </p> <div> </div> <li> <ul> </ul> <dl> <dt> <dd> </dl> <table> <tr> <td> <th> </table> <h1> <h2> </h1> <nav> </nav> <svg> </svg> <pre> </pre> <br> <script> </script> <!-- --> <caption> <section> </section> & < > a words".split(
        " ",
      ),
    ),
  )
  .map((parts) => parts.join(""));
