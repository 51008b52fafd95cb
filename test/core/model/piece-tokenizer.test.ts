import { afterAll, describe, expect, it } from "vitest";
import { ModelLoadError } from "../../../src/core/errors.js";
import { loadModel } from "../../../src/core/model/load/manifest.js";
import { createPieceTokenizer, pieceTokenizerOf, prepareTokenizer } from "../../../src/core/model/piece-tokenizer.js";
import { splitWords } from "../../../src/core/text/words.js";
import { fakeTokenizerJson, writeFakeModel } from "../../support/fake-model.js";

const fake = writeFakeModel();
afterAll(() => fake.dispose());
const model = await loadModel(fake.folder);
const vocabulary = (fakeTokenizerJson() as { model: { vocab: Record<string, number> } }).model.vocab;

function piecesOf(text: string, tokenizer = createPieceTokenizer(model)) {
  const words = splitWords(text);
  const { ids, starts, types } = tokenizer.pieces(text, words);
  return { words: words.map((_, word) => [...ids.subarray(starts[word], starts[word + 1])]), types: [...types], ids };
}

describe("word pieces", () => {
  it("are each word's own, found by greedy longest match, lower-cased", () => {
    const id = (piece: string) => vocabulary[piece] as number;
    expect(piecesOf("The cat, NOT me.").words).toEqual([
      [id("the")],
      ["c", "##a", "##t"].map(id),
      [id(",")],
      [id("not")],
      ["m", "##e"].map(id),
      [id(".")],
    ]);
  });

  it("of a word that the vocabulary does not hold are one unknown token, never none", () => {
    const { unk } = model.manifest.specialTokens;
    expect(piecesOf("жук \u0301 🙂 x").words.slice(0, -1)).toEqual([[unk], [unk], [unk]]);
  });

  it("of a text that reads like special tokens are those of its letters", () => {
    const { cls, sep, pad } = model.manifest.specialTokens;
    for (const special of [cls, sep, pad]) expect(piecesOf("[CLS] [SEP] [PAD]").ids).not.toContain(special);
  });

  it("of an endless word are bounded", () => {
    expect(piecesOf(`a ${"b".repeat(100_000)} c`).words.map((pieces) => pieces.length)).toEqual([1, 1, 1]);
    expect(piecesOf("z".repeat(90)).words[0]).toHaveLength(32);
  });

  it("carry the word's shape where the model reads shapes, and zeros where it does not", () => {
    expect(piecesOf("One two").types).toEqual([10, 5]);
    const plain = createPieceTokenizer({ ...model, manifest: { ...model.manifest, tokenTypes: "zero" } });
    expect(piecesOf("One two", plain).types).toEqual([0, 0]);
  });

  it("are remembered without being mixed up", () => {
    const tokenizer = createPieceTokenizer(model);
    const first = piecesOf("the cat the dog", tokenizer);
    expect(piecesOf("the cat the dog", tokenizer)).toEqual(first);
    expect(first.words[0]).toEqual(first.words[2]);
  });
});

describe("a tokenizer made ahead of time", () => {
  it("is the one that its model gets, and reads as a new one does", () => {
    const own = { ...model };
    prepareTokenizer(own);
    expect(pieceTokenizerOf(own)).toBe(pieceTokenizerOf(own));
    expect(piecesOf("The cat, NOT me.", pieceTokenizerOf(own))).toEqual(piecesOf("The cat, NOT me."));
  });

  it("complains of a broken file when it is asked for, not before", () => {
    const broken = { ...model, tokenizerJson: { model: { type: "nothing known" } } };
    expect(() => prepareTokenizer(broken)).not.toThrow();
    expect(() => pieceTokenizerOf(broken)).toThrow(ModelLoadError);
  });
});

describe("pieces of a vocabulary that marks spaces", () => {
  const pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁to", "to", "▁day", "day", "東京", "は", "!", "。"];
  const tokenizerJson = {
    added_tokens: [],
    normalizer: { type: "NFKC" },
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "never", split: false },
    post_processor: null,
    decoder: null,
    model: { type: "Unigram", unk_id: 3, vocab: pieces.map((piece, place) => [piece, -place]) },
  };
  const tokenizer = createPieceTokenizer({ ...model, tokenizerJson });
  const read = (text: string) => piecesOf(text, tokenizer).words.map((ids) => ids.map((id) => pieces[id]));

  it("begin with the mark behind white space only: at a text's start too, inside an unspaced text not", () => {
    expect(read("to day!")).toEqual([["▁to"], ["▁day"], ["!"]]);
    expect(read("!to")).toEqual([["▁", "!"], ["to"]]);
    expect(read("東京は東京。")).toEqual([["▁", "東京"], ["は"], ["東京"], ["。"]]);
  });

  it("are remembered apart for a word behind a space and the same word glued", () => {
    expect(read("to !to to!to")).toEqual([["▁to"], ["▁", "!"], ["to"], ["▁to"], ["!"], ["to"]]);
  });
});

describe("a tokenizer file that the library cannot read", () => {
  it("is a model that cannot be loaded", () => {
    for (const tokenizerJson of [{}, { model: { type: "Nothing" } }, []]) {
      expect(() => createPieceTokenizer({ ...model, tokenizerJson })).toThrow(
        expect.objectContaining({
          name: "ModelLoadError",
          message: expect.stringMatching(/^Expected tokenizer\.json of fake to be a tokenizer\.json, got /u),
        }),
      );
    }
  });
});
