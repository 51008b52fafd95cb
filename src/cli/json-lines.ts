import { InvalidOptionError, type SourceDocument, TEXT_KINDS, type TextKind } from "../core/index.js";
import { visibleLine } from "./visible.js";

/** So much of a line goes into an error, in code units. */
const QUOTED_LINE = 60;

/**
 * Documents of JSON lines: `{"id","text","title","score","pinned","kind","metadata"}`, all but `text` optional, null
 * as if absent. A number as `id` becomes a string; a document without one is called by its file and line.
 * Blank lines are passed over.
 *
 * @param name What errors and ids call the file.
 * @param firstLine Number of the text's first line in its file.
 * @throws InvalidOptionError Naming the line, and the field where it is one.
 */
export function parseDocuments(text: string, name: string, firstLine = 1): SourceDocument[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    const number = firstLine + index;
    const where = `${name}, line ${number}`;
    return [readDocument(parseLine(line, where), `${name}:${number}`, where)];
  });
}

function parseLine(line: string, where: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw new InvalidOptionError(`Expected ${where} to be a JSON object with \`text\`, got no JSON.`, { cause });
  }
  if (typeof parsed !== "object" || parsed === null || typeof (parsed as SourceDocument).text !== "string") {
    const quoted = visibleLine(line.slice(0, QUOTED_LINE));
    throw new InvalidOptionError(`Expected ${where} to be a JSON object with \`text\`, got ${quoted}.`);
  }
  return parsed as Record<string, unknown>;
}

function readDocument(line: Record<string, unknown>, ownId: string, where: string): SourceDocument {
  const take = <T>(field: string, expected: string, fits: (value: unknown) => value is T): T | undefined => {
    const value = line[field] ?? undefined;
    if (value === undefined || fits(value)) return value;
    const got = visibleLine(JSON.stringify(value).slice(0, QUOTED_LINE));
    throw new InvalidOptionError(`Expected \`${field}\` in ${where} to be ${expected}, got ${got}.`);
  };
  const id = take("id", "a string or a number", isName);
  const title = take("title", "a string", isString);
  const score = take("score", "a number", isNumber);
  const pinned = take("pinned", "true or false", isBoolean);
  const kind = take("kind", `one of ${TEXT_KINDS.join(", ")}`, isKind);
  const metadata = take("metadata", "an object", isRecord);
  return {
    id: id === undefined ? ownId : String(id),
    text: line.text as string,
    ...(title === undefined ? {} : { title }),
    ...(score === undefined ? {} : { score }),
    ...(pinned === undefined ? {} : { pinned }),
    ...(kind === undefined ? {} : { kind }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function isName(value: unknown): value is string | number {
  return typeof value === "string" || isNumber(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isKind(value: unknown): value is TextKind {
  return (TEXT_KINDS as readonly unknown[]).includes(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
