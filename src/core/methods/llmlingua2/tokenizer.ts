import { Tokenizer } from "@huggingface/tokenizers";
import { ModelLoadError } from "../../errors.js";
import { familyOf } from "../../model/load/tokenizer-family.js";
import { FAMILIES, type TokenizerFamily } from "./families.js";

/** The published rules see a checkpoint's tokenizer through this: pieces as written in its vocabulary. */
export interface CheckpointTokenizer {
  readonly family: TokenizerFamily;
  /** Pieces of a text, without special tokens. */
  tokenize(text: string): string[];
  /** Id of a piece; the unknown token's if the vocabulary lacks it. */
  id(piece: string): number;
  /** Vocabulary string of an id, so that what the vocabulary lacks reads as the unknown token. */
  piece(id: number): string;
  /** The unknown token, as written. */
  readonly unknown: string;
  /** Special tokens as written: they never become words. */
  readonly specials: ReadonlySet<string>;
  /** Ids that are before and after a sequence. */
  readonly first: number;
  readonly last: number;
}

interface TokenizerJson {
  model?: { unk_token?: string; unk_id?: number; vocab?: unknown };
  added_tokens?: { id: number; content: string; special?: boolean }[];
}

/**
 * Reads a checkpoint's tokenizer for the published rules.
 *
 * The ids around a sequence are the published ones too: the reference looks up `[CLS]` and `[SEP]` whatever
 * the tokenizer is, so that a SentencePiece model reads two unknown tokens there. Byte-level tokenizers,
 * which the reference refuses, get their own special tokens.
 *
 * @throws ModelLoadError If the tokenizer belongs to none of the three families.
 */
export function openCheckpointTokenizer(tokenizerJson: object): CheckpointTokenizer {
  const json = tokenizerJson as TokenizerJson;
  const family = FAMILIES[familyOf(tokenizerJson)];
  const tokenizer = open(tokenizerJson);
  const added = json.added_tokens ?? [];
  const special = added.filter((token) => token.special === true).map((token) => token.content);
  const unknown = unknownToken(json, special);
  const unknownId = tokenizer.token_to_id(unknown) ?? 0;
  const idOf = (piece: string): number => tokenizer.token_to_id(piece) ?? unknownId;
  const known = (candidates: readonly string[]): number =>
    candidates.map((token) => tokenizer.token_to_id(token)).find((id) => id !== undefined) ?? unknownId;
  const ownTokens = family.name === "byte-level";
  return {
    family,
    tokenize: (text) => tokenizer.tokenize(text),
    id: idOf,
    piece: (id) => tokenizer.id_to_token(id) ?? unknown,
    unknown,
    specials: new Set([...special, unknown]),
    first: known(ownTokens ? ["[CLS]", "<s>"] : ["[CLS]"]),
    last: known(ownTokens ? ["[SEP]", "</s>"] : ["[SEP]"]),
  };
}

function unknownToken(json: TokenizerJson, special: readonly string[]): string {
  if (typeof json.model?.unk_token === "string") return json.model.unk_token;
  const entry = Array.isArray(json.model?.vocab) ? (json.model.vocab[json.model.unk_id ?? 0] as unknown) : undefined;
  if (Array.isArray(entry) && typeof entry[0] === "string") return entry[0];
  return special.find((token) => /unk/i.test(token)) ?? "<unk>";
}

function open(tokenizerJson: object): Tokenizer {
  try {
    return new Tokenizer(tokenizerJson, {});
  } catch (cause) {
    throw new ModelLoadError(`Expected a readable tokenizer.json, got ${String(cause)}.`, { cause });
  }
}
