import type { AnalyzedDocument } from "./types.js";

/** Remembers what is computed from a document alone, for as long as the document itself is kept. */
export function oncePerDocument<Value>(
  compute: (document: AnalyzedDocument) => Value,
): (document: AnalyzedDocument) => Value {
  const known = new WeakMap<AnalyzedDocument, { value: Value }>();
  return (document) => {
    let remembered = known.get(document);
    if (!remembered) {
      remembered = { value: compute(document) };
      known.set(document, remembered);
    }
    return remembered.value;
  };
}
