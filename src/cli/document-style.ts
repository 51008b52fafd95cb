import { InvalidOptionError, type SourceDocument } from "../core/index.js";

/** How documents are set apart in the result. */
export const DOCUMENT_STYLES = ["plain", "xml", "markdown"] as const;
/** One of {@link DOCUMENT_STYLES}. */
export type DocumentStyle = (typeof DOCUMENT_STYLES)[number];

/** Renders what is kept of a document. */
export type DocumentTemplate = (document: SourceDocument, text: string) => string;

const PLACEHOLDERS = ["id", "title", "text", "index"] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\" };

/** A word of the command line with `\n`, `\t` and `\\` for what they stand for elsewhere. */
export function unescapeWord(word: string): string {
  return word.replace(/\\([nt\\])/gu, (_, letter: string) => ESCAPES[letter] as string);
}

/**
 * The template of a style or of the user's own words, undefined for the bare text. In the user's words `{id}`,
 * `{title}` (the id where there is none), `{text}` and `{index}` (from 1) are filled in, and `\n` is a new line.
 *
 * @throws InvalidOptionError Where both are given, a placeholder is unknown, or `{text}` is missing.
 */
export function documentTemplate(
  style: DocumentStyle | undefined,
  template: string | undefined,
  documents: readonly SourceDocument[],
): DocumentTemplate | undefined {
  if (template !== undefined && style !== undefined)
    throw new InvalidOptionError("Expected one of --style and --template, got both.");
  if (template !== undefined) return ownTemplate(unescapeWord(template), documents);
  if (style === "xml") return xmlDocument;
  if (style === "markdown") return markdownDocument;
  return undefined;
}

function xmlDocument({ id = "", title }: SourceDocument, text: string): string {
  const named = title === undefined ? "" : ` title="${escapeAttribute(title)}"`;
  return `<document source="${escapeAttribute(id)}"${named}>\n${text}\n</document>`;
}

function markdownDocument({ id = "", title }: SourceDocument, text: string): string {
  const named = title === undefined ? "" : ` (${oneLine(title)})`;
  return `## ${oneLine(id)}${named}\n\n${text}`;
}

function ownTemplate(template: string, documents: readonly SourceDocument[]): DocumentTemplate {
  const parts = template.split(/(\{[a-z]+\})/iu);
  for (const part of parts) {
    const name = /^\{(.+)\}$/u.exec(part)?.[1];
    if (name !== undefined && !(PLACEHOLDERS as readonly string[]).includes(name)) {
      const known = PLACEHOLDERS.map((placeholder) => `{${placeholder}}`).join(", ");
      throw new InvalidOptionError(`Expected placeholders among ${known} in --template, got {${name}}.`);
    }
  }
  if (!parts.includes("{text}")) throw new InvalidOptionError("Expected {text} in --template, got none.");
  const places = parts.includes("{index}") ? placesById(documents) : new Map<string, number>();
  return ({ id = "", title = id }, text) => {
    const values: Readonly<Record<string, string>> = {
      "{id}": id,
      "{title}": title,
      "{text}": text,
      "{index}": String(places.get(id)),
    };
    return parts.map((part) => values[part] ?? part).join("");
  };
}

function placesById(documents: readonly SourceDocument[]): Map<string, number> {
  const places = new Map(documents.map(({ id = "" }, index) => [id, index + 1]));
  if (places.size < documents.length)
    throw new InvalidOptionError("Expected ids that differ where --template has {index}, got some twice.");
  return places;
}

function escapeAttribute(value: string): string {
  return value.replace(/[&<>"\s]/gu, (character) => (character === " " ? character : `&#${character.charCodeAt(0)};`));
}

function oneLine(value: string): string {
  return value.replace(/\s+/gu, " ");
}
