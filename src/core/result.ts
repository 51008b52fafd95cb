import { InvalidOptionError } from "./errors.js";
import { explainWords } from "./explain.js";
import type { CheckedRequest } from "./options.js";
import type { RenderedDocument } from "./render.js";
import type { TokenCounter } from "./tokens/counter.js";
import { textCounter } from "./tokens/joined.js";
import type { CompressedDocument, SourceDocument } from "./types.js";
import type { RankedDocument } from "./value.js";

/** A document that stays, with what was counted on the way. */
export interface KeptDocument {
  ranked: RankedDocument;
  rendered: RenderedDocument;
  tokens: number;
  originalTokens: number;
  /** Calibrated relevance, 0..1. */
  relevance: number;
}

/** A document's text, kept or whole, with its place among the caller's documents. */
export interface IndexedText {
  index: number;
  text: string;
}

/**
 * Tokens of documents' texts joined as the caller will: each through the template, with the separator between.
 *
 * @throws InvalidOptionError Where the template gives anything but a string.
 */
export function countJoined(
  request: CheckedRequest,
  counter: TokenCounter,
  texts: readonly IndexedText[],
): number | Promise<number> {
  const { documents, template, separator } = request;
  if (!template)
    return textCounter(counter).countJoined(
      texts.map(({ text }) => text),
      separator,
    );
  const rendered = texts.map(({ index, text }) => checkRendered(template(documents[index] as SourceDocument, text)));
  return counter.count(rendered.join(separator));
}

/** What is no string would be counted as another text than the caller will print. */
function checkRendered(rendered: unknown): string {
  if (typeof rendered === "string") return rendered;
  // What a promise rejects with is beside the point: there should be none.
  if (isThenable(rendered)) rendered.then(undefined, () => undefined);
  throw new InvalidOptionError(`Expected \`template\` to return a string, got ${kindOf(rendered)}.`);
}

function kindOf(value: unknown): string {
  if (isThenable(value)) return "a promise";
  if (value === undefined) return "`undefined`: is a `return` missing?";
  const isPlain = value === null || (typeof value !== "object" && typeof value !== "function");
  return isPlain ? `\`${String(value)}\`` : `a value of type ${typeof value}`;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** One document of the result, with the caller's own fields. */
export function describeDocument(request: CheckedRequest, kept: KeptDocument): CompressedDocument {
  const { ranked, rendered, tokens, originalTokens, relevance } = kept;
  const { id, title, metadata, score } = request.documents[ranked.index] as CheckedRequest["documents"][number];
  return {
    id,
    index: ranked.index,
    text: rendered.text,
    ...(title === undefined ? {} : { title }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(score === undefined ? {} : { score }),
    tokens,
    originalTokens,
    relevance,
    spans: rendered.spans,
    ...(request.explain ? { words: explainWords(ranked, rendered.spans) } : {}),
  };
}

/** The document as it came. */
export function wholeDocument(text: string): RenderedDocument {
  return { text, spans: text === "" ? [] : [[0, text.length]] };
}
