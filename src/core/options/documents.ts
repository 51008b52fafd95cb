import type { DocumentInput, SourceDocument } from "../types.js";
import { expect } from "./expect.js";

/** @throws InvalidOptionError */
export function checkDocuments(documents: readonly DocumentInput[]): (SourceDocument & { id: string })[] {
  const isFilled = Array.isArray(documents) && documents.length > 0;
  expect(isFilled, "documents", "an array of at least one document", documents);
  return documents.map((input: DocumentInput, index) => {
    const document: SourceDocument = typeof input === "string" ? { text: input } : input;
    const name = `documents[${index}]`;
    expect(typeof document === "object" && document !== null, name, "a string or an object with `text`", input);
    const { id, text, title, score, pinned } = document;
    expect(typeof text === "string", `${name}.text`, "a string", text);
    expect(id === undefined || typeof id === "string", `${name}.id`, "a string", id);
    expect(title === undefined || typeof title === "string", `${name}.title`, "a string", title);
    expect(score === undefined || Number.isFinite(score), `${name}.score`, "a finite number", score);
    expect(pinned === undefined || typeof pinned === "boolean", `${name}.pinned`, "a boolean", pinned);
    return { ...document, id: id ?? String(index) };
  });
}

/** Texts to embed: an array of strings, also an empty one. @throws InvalidOptionError */
export function checkTexts(texts: readonly string[]): readonly string[] {
  expect(Array.isArray(texts), "texts", "an array of strings", texts);
  for (const [index, text] of texts.entries()) expect(typeof text === "string", `texts[${index}]`, "a string", text);
  return texts;
}

/** @throws InvalidOptionError */
export function checkQuery(query: string): string {
  expect(typeof query === "string", "query", "a string", query);
  return query;
}
