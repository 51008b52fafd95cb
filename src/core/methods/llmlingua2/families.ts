import type { FamilyName } from "../../model/load/tokenizer-family.js";
import type { Surface } from "./align.js";

/**
 * What the reference knows of a tokenizer (`is_begin_of_new_word`, `get_pure_token` and the tokenizer's
 * own `convert_tokens_to_string` of llmlingua 0.2.2), for each family.
 */
export interface TokenizerFamily {
  readonly name: FamilyName;
  /** True if a piece begins a new word, whatever the caller forces. */
  beginsWord(piece: string): boolean;
  /** The piece without the mark of its family. */
  pure(piece: string): string;
  /** Forms of a piece that are compared with the caller's forced tokens. */
  forcedForms(piece: string): readonly string[];
  /** A word as the reference prints it in its labels. */
  label(word: string): string;
  /** A word as its length in cl100k tokens is counted. */
  counted(word: string): string;
  /** Texts that pieces stand for, which concatenate to the decoded text. */
  decode(pieces: readonly string[]): string[];
}

/** BERT's and its multilingual, distilled and mobile kin. */
export const wordPieceFamily: TokenizerFamily = {
  name: "wordpiece",
  beginsWord: (piece) => !piece.startsWith("##"),
  pure: (piece) => piece.replace(/^#+/, ""),
  forcedForms: (piece) => [piece.replace(/^#+/, "")],
  label: (word) => word,
  counted: (word) => word,
  // The decoder's clean-up sees one piece at a time, so of its replacements only these can happen.
  decode: (pieces) =>
    pieces.map((piece, index) => {
      if (index === 0) return piece;
      if (piece.startsWith("##")) return piece.slice(2);
      return /^[.?!,]/.test(piece) ? piece : ` ${piece}`;
    }),
};

/** Python's `string.punctuation`; the reference asks whether a piece is any stretch of it. */
const PYTHON_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** XLM-RoBERTa's and other SentencePiece vocabularies. */
export const unigramFamily: TokenizerFamily = {
  name: "unigram",
  beginsWord: (piece) => PYTHON_PUNCTUATION.includes(piece) || piece.startsWith("▁"),
  pure: (piece) => piece.replace(/^▁+/, ""),
  forcedForms: (piece) => [piece],
  label: (word) => word.replace(/^▁+/, ""),
  // With its mark, as published: three bytes that the target model never sees.
  counted: (word) => word,
  decode: (pieces) => pieces.map((piece, index) => piece.replaceAll("▁", index === 0 ? "" : " ")),
};

/** Marks of a space, a line feed, a tab and a carriage return before a byte-level word. */
const BYTE_LEVEL_SPACE = /^[ĠĊĉč\s]/u;

/**
 * RoBERTa's and ModernBERT's. The reference refuses these tokenizers; the rules are those of `unigram`
 * with their own mark of a space.
 */
export const byteLevelFamily: TokenizerFamily = {
  name: "byte-level",
  beginsWord: (piece) => PYTHON_PUNCTUATION.includes(piece) || BYTE_LEVEL_SPACE.test(piece),
  pure: (piece) => piece.replace(/^[ĠĊĉč\s]+/u, ""),
  forcedForms: (piece) => [piece],
  label: (word) => {
    const written = decodeBytes([word]).join("");
    return written.trimStart() || written;
  },
  counted: (word) => decodeBytes([word]).join(""),
  decode: decodeBytes,
};

/** The reference's rules for each family. */
export const FAMILIES: Readonly<Record<FamilyName, TokenizerFamily>> = {
  wordpiece: wordPieceFamily,
  unigram: unigramFamily,
  "byte-level": byteLevelFamily,
};

/** Texts of the pieces as the aligner compares them: decoded, one by one. */
export function surfacesOf(family: TokenizerFamily, pieces: readonly string[], unknown: string): Surface[] {
  return family.decode(pieces).map((text, index) => ({ text, unknown: pieces[index] === unknown }));
}

const BYTE_OF = byteAlphabet();

/** A character whose bytes lie in several pieces belongs to the first of them. */
function decodeBytes(pieces: readonly string[]): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts: string[] = [];
  let open: number[] = [];
  let openedBy = 0;
  const texted = (index: number, bytes: number[]) => {
    texts[index] = (texts[index] ?? "") + decoder.decode(Uint8Array.from(bytes));
  };
  for (const [index, piece] of pieces.entries()) {
    texts[index] = "";
    for (const character of piece) {
      const byte = BYTE_OF.get(character);
      if (byte === undefined) {
        texts[index] += character;
        continue;
      }
      if (open.length > 0 && (byte & 0xc0) !== 0x80) {
        texted(openedBy, open);
        open = [];
      }
      if (open.length === 0) openedBy = index;
      open.push(byte);
      if (open.length === lengthOfSequence(open[0] as number)) {
        texted(openedBy, open);
        open = [];
      }
    }
  }
  if (open.length > 0) texted(openedBy, open);
  return texts;
}

function lengthOfSequence(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

/** GPT-2's alphabet: a visible character for each byte. */
function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let next = 256;
  for (let byte = 0; byte < 256; byte += 1) {
    const visible = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    alphabet.set(String.fromCharCode(visible ? byte : next++), byte);
  }
  return alphabet;
}
