import { type DocumentInput, type SourceDocument, TEXT_KINDS, type TextForm, type TextKind } from "../types.js";
import { expect } from "./expect.js";

/** @throws InvalidOptionError */
export function checkDocuments(documents: readonly DocumentInput[]): (SourceDocument & { id: string })[] {
  const isFilled = Array.isArray(documents) && documents.length > 0;
  expect(isFilled, "documents", "an array of at least one document", documents);
  // A hole in the array is no document.
  return Array.from(documents, (input: DocumentInput, index) => {
    const document: SourceDocument = typeof input === "string" ? { text: input } : input;
    if (typeof input !== "string") checkDocument(input, `documents[${index}]`);
    return { ...document, id: document.id ?? String(index) };
  });
}

function checkDocument(document: SourceDocument, name: string): void {
  expect(typeof document === "object" && document !== null, name, "a string or an object with `text`", document);
  const { id, text, title, score, pinned, kind } = document;
  expect(typeof text === "string", `${name}.text`, "a string", text);
  expect(id === undefined || typeof id === "string", `${name}.id`, "a string", id);
  expect(title === undefined || typeof title === "string", `${name}.title`, "a string", title);
  expect(score === undefined || Number.isFinite(score), `${name}.score`, "a finite number", score);
  expect(pinned === undefined || typeof pinned === "boolean", `${name}.pinned`, "a boolean", pinned);
  expectKind(`${name}.kind`, kind);
}

/** One of the kinds of text, or none. @throws InvalidOptionError */
export function expectKind(name: string, kind: TextKind | undefined): void {
  expect(kind === undefined || TEXT_KINDS.includes(kind), name, `one of ${TEXT_KINDS.join(", ")}`, kind);
}

const TEXT_FORMS: readonly TextForm[] = ["same", "compact", "table"];

/** A form, `"same"` by default. @throws InvalidOptionError */
export function expectForm(form: TextForm = "same"): TextForm {
  expect(TEXT_FORMS.includes(form), "form", '"same", "compact" or "table"', form);
  return form;
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
