import {
  BPE,
  ByteLevelPreTokenizer,
  MetaspacePreTokenizer,
  type PortByteLevel,
  type PortPreTokenizer,
  type PortTokenizer,
  type PortUnigram,
  SequencePreTokenizer,
  Unigram,
} from "./tokenizers-port.js";

/** How a tokenizer cuts a text into pieces that its model never looks across, and what one piece costs. */
export interface PieceModel {
  /** Cuts a section (a normalized text between added tokens) into pieces. */
  cut(section: string, sectionIndex: number): readonly string[];
  /** Tokens of one piece. */
  countPiece(piece: string): number;
}

// Stands for a space in vocabularies of SentencePiece's kind.
const SPACE_MARK = "\u2581";

/**
 * The pieces of a tokenizer.json. Pieces come from its pre-tokenizer; if that leaves whole sentences in one
 * piece (Llama 2, Gemma), they are cut before each space mark that no token of the vocabulary reaches across:
 * neither merges nor a best path can then cross the border, so the sum over pieces is the count of the whole.
 *
 * `splitsMetaspace`: the file's Metaspace starts a piece at each mark, which the port leaves out.
 */
export function pieceModel(tokenizer: PortTokenizer, splitsMetaspace: boolean): PieceModel {
  const model = tokenizer.model;
  const countPiece = model instanceof Unigram ? unigramCounter(model) : (piece: string) => model([piece]).length;

  const steps = stepsOf(tokenizer.pre_tokenizer);
  const last = steps.at(-1);
  if (last instanceof ByteLevelPreTokenizer && !last.add_prefix_space) {
    return byteLevelPieces(steps.slice(0, -1), last, countPiece);
  }
  const recut = last instanceof MetaspacePreTokenizer && splitsMetaspace ? cutAtEachMark : cutAtHardMarks(tokenizer);
  const preTokenize = preTokenizeBy(steps);
  return { cut: (section, index) => preTokenize(section, index).flatMap(recut), countPiece };
}

/** Pieces are kept as the text they are, which is shorter and quicker than their bytes spelled as characters. */
function byteLevelPieces(
  steps: readonly PortPreTokenizer[],
  byteLevel: PortByteLevel,
  countPiece: (piece: string) => number,
): PieceModel {
  const preTokenize = preTokenizeBy(steps);
  const spellBytes = new ByteLevelPreTokenizer({ type: "ByteLevel", add_prefix_space: false, use_regex: false });
  return {
    cut(section, index) {
      const pieces = preTokenize(section, index);
      return byteLevel.use_regex ? pieces.flatMap((piece) => piece.match(byteLevel.pattern) ?? []) : pieces;
    },
    countPiece: (piece) => countPiece(spellBytes.pre_tokenize([piece], { section_index: 0 })[0] ?? ""),
  };
}

function stepsOf(preTokenizer: PortPreTokenizer | null): PortPreTokenizer[] {
  if (preTokenizer === null) return [];
  if (preTokenizer instanceof SequencePreTokenizer) return preTokenizer.tokenizers.flatMap(stepsOf);
  return [preTokenizer];
}

function preTokenizeBy(steps: readonly PortPreTokenizer[]): (section: string, sectionIndex: number) => string[] {
  return (section, sectionIndex) => {
    let pieces = [section];
    for (const step of steps) pieces = step.pre_tokenize(pieces, { section_index: sectionIndex });
    return pieces;
  };
}

function cutAtEachMark(piece: string): string[] {
  return piece.match(/\u2581[^\u2581]*|[^\u2581]+/gu) ?? [];
}

function cutAtHardMarks(tokenizer: PortTokenizer): (piece: string) => readonly string[] {
  const model = tokenizer.model;
  const whole = (piece: string): readonly string[] => [piece];
  const merges = [BPE, Unigram].some((kind) => model instanceof kind);
  if (!merges || !model.tokens_to_ids.has(SPACE_MARK)) return whole;
  const crossed = new Set<string>();
  for (const token of tokenizer.get_vocab(false).keys()) {
    for (const [, before] of token.matchAll(/([^\u2581])(?=\u2581)/gu)) crossed.add(before as string);
  }
  return (piece) => {
    const pieces: string[] = [];
    let start = 0;
    for (const { index } of piece.matchAll(/(?<=[^\u2581])\u2581/gu)) {
      if (crossed.has(characterBefore(piece, index))) continue;
      pieces.push(piece.slice(start, index));
      start = index;
    }
    pieces.push(piece.slice(start));
    return pieces;
  };
}

function characterBefore(text: string, index: number): string {
  return Array.from(text.slice(Math.max(0, index - 2), index)).at(-1) ?? "";
}

/** A best path by the port; unknown characters in a row are one unknown token, or their bytes if it falls back. */
function unigramCounter(model: PortUnigram): (piece: string) => number {
  const byteFallback = model.config.byte_fallback ?? false;
  return (piece) => {
    let count = 0;
    let unknownBefore = false;
    for (const token of model.tokenize(piece)) {
      const id = model.tokens_to_ids.get(token) ?? model.unk_token_id;
      const unknown = id === model.unk_token_id;
      if (unknown && byteFallback) count += Buffer.byteLength(token, "utf8");
      else if (!unknown || !unknownBefore) count += 1;
      unknownBefore = unknown;
    }
    return count;
  };
}
