import { ModelLoadError } from "../../errors.js";

/** How a tokenizer writes where words begin: `##` inside words, `▁` or `Ġ` before them. */
export type FamilyName = "wordpiece" | "unigram" | "byte-level";

/** What is read of a `tokenizer.json`. */
interface TokenizerJson {
  model?: { type?: string; vocab?: unknown };
  pre_tokenizer?: unknown;
  decoder?: unknown;
}

/** Which family a `tokenizer.json` belongs to. @throws ModelLoadError If it belongs to none. */
export function familyOf(tokenizerJson: object): FamilyName {
  const json = tokenizerJson as TokenizerJson;
  const type = json.model?.type ?? guessType(json);
  if (type === "WordPiece") return "wordpiece";
  if (type === "Unigram") return "unigram";
  const parts = JSON.stringify([json.pre_tokenizer, json.decoder]);
  if (type === "BPE" && parts.includes('"ByteLevel"')) return "byte-level";
  if (type === "BPE" && parts.includes('"Metaspace"')) return "unigram";
  throw new ModelLoadError(
    `Expected the tokenizer to be WordPiece, Unigram or byte-level BPE, got \`${type ?? "no model type"}\`.`,
  );
}

/** Old `tokenizer.json` files leave the model's type out. */
function guessType(json: TokenizerJson): string | undefined {
  if (Array.isArray(json.model?.vocab)) return "Unigram";
  return JSON.stringify(json.decoder ?? {}).includes('"WordPiece"') ? "WordPiece" : undefined;
}
