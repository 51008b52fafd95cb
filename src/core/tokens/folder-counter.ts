import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InvalidOptionError } from "../errors.js";
import { type AddedToken, addedTokenSplitter } from "./added-tokens.js";
import type { TokenCounter } from "./counter.js";
import { pieceModel } from "./folder-pieces.js";
import { PieceCache } from "./piece-cache.js";
import { type PortTokenizer, Tokenizer } from "./tokenizers-port.js";

/**
 * The counter of a folder that holds a `tokenizer.json` (Llama, Qwen, Mistral, Gemma, ...). Counts what
 * `tokenizers` (Rust) gives with `add_special_tokens=False`: nothing is put around the text, and an added
 * token that the text spells out (`<|im_end|>`) is that one token, as it is when the model is served.
 * @throws InvalidOptionError if the file cannot be read or is no tokenizer
 */
export async function loadFolderCounter(folder: string): Promise<TokenCounter> {
  const path = join(resolve(folder), "tokenizer.json");
  try {
    return createCounter(folder, parseTokenizer(await readFile(path, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidOptionError(
      `Expected \`tokenizer\` to name a folder with a usable tokenizer.json, got \`${folder}\`: ${reason}`,
      { cause: error },
    );
  }
}

/** Kinds of models that are counted; the port takes any other for one of these. */
const MODEL_TYPES = ["BPE", "Unigram", "WordPiece"];

interface TokenizerFile {
  model: object;
  normalizer: object | null;
  pre_tokenizer: PreTokenizerEntry | null;
  post_processor: object | null;
  decoder: object | null;
  added_tokens: AddedToken[];
}

interface PreTokenizerEntry {
  type: string;
  /** Metaspace only. @default true */
  split?: boolean;
  pretokenizers?: PreTokenizerEntry[];
}

function parseTokenizer(json: string): TokenizerFile {
  const parsed: unknown = JSON.parse(json);
  if (
    typeof parsed !== "object" ||
    parsed === null ||
    !("model" in parsed) ||
    typeof parsed.model !== "object" ||
    parsed.model === null
  ) {
    throw new Error("it holds no `model`");
  }
  const { type } = parsed.model as { type?: unknown };
  if (type !== undefined && !MODEL_TYPES.includes(type as string)) {
    throw new Error(`its \`model.type\` is ${JSON.stringify(type)}, none of ${MODEL_TYPES.join(", ")}`);
  }
  // The port insists on every field; files in the wild leave out those that are null.
  const absent = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, added_tokens: [] };
  return { ...absent, ...(parsed as { model: object }) };
}

function createCounter(name: string, file: TokenizerFile): TokenCounter {
  const tokenizer = new Tokenizer(file, {});
  const cutSections = sectionCutter(tokenizer, file.added_tokens);
  const pieces = pieceModel(tokenizer, splitsMetaspace(file.pre_tokenizer));
  const countPiece = cached(pieces.countPiece);

  const cut = (text: string): { pieces: string[]; tokens: number } => {
    const { texts, tokens } = cutSections(text);
    return { pieces: texts.flatMap(({ section, index }) => pieces.cut(section, index)), tokens };
  };
  const count = (text: string): number => {
    const parts = cut(text);
    return parts.pieces.reduce((total, piece) => total + countPiece(piece), parts.tokens);
  };
  // Incremental if a count costs as much as the text's new words, and not as much as all of the text.
  const incremental = cut("a sentence of some words").pieces.length > 1;
  return { name, incremental, count, pieceCount: cached(count) };
}

function splitsMetaspace(entry: PreTokenizerEntry | null): boolean {
  if (entry?.type === "Sequence") return (entry.pretokenizers ?? []).some(splitsMetaspace);
  return entry?.type === "Metaspace" && entry.split !== false;
}

interface Sections {
  /** Normalized texts between added tokens, with the index of the section each came from. */
  texts: { section: string; index: number }[];
  /** Added tokens found. */
  tokens: number;
}

/** Added tokens are found in the text as it came or in the normalized text, by what each of them says. */
function sectionCutter(tokenizer: PortTokenizer, added: readonly AddedToken[]): (text: string) => Sections {
  const normalize = (text: string): string => tokenizer.normalizer?.normalize(text) ?? text;
  const inNormalized = (token: AddedToken): boolean =>
    tokenizer.normalizer !== null && (token.normalized ?? !token.special);
  const splitRaw = addedTokenSplitter(added.filter((token) => !inNormalized(token)));
  const splitNormalized = addedTokenSplitter(
    added.filter(inNormalized).map((token) => ({ ...token, content: normalize(token.content) })),
  );

  return (text) => {
    const texts: Sections["texts"] = [];
    const raw = splitRaw(text);
    let tokens = raw.tokens;
    // Sections are numbered as the port numbers them: tokens count, empty texts do not.
    let index = 0;
    for (const [place, rawSection] of raw.sections.entries()) {
      if (place > 0) index += 1;
      if (rawSection === "") continue;
      const normalized = splitNormalized(normalize(rawSection));
      tokens += normalized.tokens;
      for (const section of normalized.sections) if (section !== "") texts.push({ section, index });
      index += 1;
    }
    return { texts, tokens };
  };
}

function cached(count: (text: string) => number): (text: string) => number {
  const cache = new PieceCache();
  return (text) => {
    const known = cache.get(text);
    if (known !== undefined) return known;
    const total = count(text);
    cache.set(text, total);
    return total;
  };
}
