import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentTemplate, unescapeWord } from "../../src/cli/document-style.js";

const documents = [
  { id: "docs/a.md", text: "" },
  { id: 'odd "<&>\n.md', text: "", title: "A title\nof two lines" },
];
const render = (style: "plain" | "xml" | "markdown" | undefined, template: string | undefined, index: number) =>
  documentTemplate(style, template, documents)?.(documents[index] as (typeof documents)[number], "The text.");

describe("a document's style", () => {
  it("xml names the source in an attribute that nothing can leave", () => {
    expect(render("xml", undefined, 0)).toBe('<document source="docs/a.md">\nThe text.\n</document>');
    expect(render("xml", undefined, 1)).toBe(
      '<document source="odd &#34;&#60;&#38;&#62;&#10;.md" title="A title&#10;of two lines">\nThe text.\n</document>',
    );
  });

  it("markdown names it in a heading of one line", () => {
    expect(render("markdown", undefined, 0)).toBe("## docs/a.md\n\nThe text.");
    expect(render("markdown", undefined, 1)).toBe('## odd "<&> .md (A title of two lines)\n\nThe text.');
  });

  it("plain is the bare text", () => {
    expect(documentTemplate("plain", undefined, documents)).toBeUndefined();
    expect(documentTemplate(undefined, undefined, documents)).toBeUndefined();
  });
});

describe("a template of one's own", () => {
  it("has its placeholders filled in, the title by the id where there is none", () => {
    expect(render(undefined, "{index}. {title} ({id}):\\n{text}", 0)).toBe("1. docs/a.md (docs/a.md):\nThe text.");
    expect(render(undefined, "{index}. {title}\\t{text}", 1)).toBe("2. A title\nof two lines\tThe text.");
  });

  it("never reads placeholders of the documents themselves", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("{id}", "{text}", "$&", "\\n"), (before, own) => {
        const text = before + own;
        const template = documentTemplate(undefined, "<{id}>{text}", [{ id: own, text }]);
        expect(template?.({ id: own, text }, text)).toBe(`<${own}>${text}`);
      }),
    );
  });

  it.each([
    ["{name}: {text}", /Expected placeholders among \{id\}, .* got \{name\}\./u],
    ["{id}", /Expected \{text\} in --template, got none\./u],
  ])("is refused where it cannot be meant: %s", (template, message) => {
    expect(() => documentTemplate(undefined, template, documents)).toThrow(message);
  });

  it("leaves braces that hold no name, as of JSON", () => {
    expect(render(undefined, '{"source": "{id}", "text": "{text}"}', 0)).toBe(
      '{"source": "docs/a.md", "text": "The text."}',
    );
  });

  it("is refused beside a style, and {index} where ids repeat", () => {
    expect(() => documentTemplate("xml", "{text}", documents)).toThrow(/Expected one of --style and --template/u);
    const same = [
      { id: "a", text: "" },
      { id: "a", text: "" },
    ];
    expect(() => documentTemplate(undefined, "{index} {text}", same)).toThrow(/Expected ids that differ/u);
  });
});

it("a word may spell out new lines, tabs and backslashes", () => {
  expect(unescapeWord("a\\nb\\tc\\\\nd\\x")).toBe("a\nb\tc\\nd\\x");
});
