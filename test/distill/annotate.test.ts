import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitWords } from "../../src/core/text/words.js";
import { type AnnotateOptions, type Annotation, annotate, LABEL } from "../../src/distill/annotate.js";

function surfacesOf(source: string, annotation: Annotation, least: number = LABEL.kept): string[] {
  return annotation.words
    .filter((_, index) => (annotation.labels[index] as number) >= least)
    .map((word) => source.slice(word.start, word.end));
}

/** The source with dropped words in round and core words in square brackets. */
function marked(source: string, compressed: string, options: AnnotateOptions = {}): string {
  const { words, labels } = annotate(source, compressed, options);
  return words
    .map((word, index) => {
      const surface = source.slice(word.start, word.end);
      if (labels[index] === LABEL.dropped) return `(${surface})`;
      return labels[index] === LABEL.core ? `[${surface}]` : surface;
    })
    .join(" ");
}

const vocabulary = fc.constantFrom(
  ..."the a of to and . , : ' not dog Dog dogs city river ran run 12 30 € Ärger naïve maybe maybe".split(" "),
);
const texts = fc.array(fc.tuple(vocabulary, fc.constantFrom(" ", " ", " ", "\n", "")), { maxLength: 80 });

describe("annotate with the global alignment", () => {
  it("labels dropped, kept and core words of an unambiguous text exactly", () => {
    expect(
      marked(
        "We should probably not exceed 12 Euro, because margins shrink.",
        "should «not exceed 12 Euro», margins shrink.",
      ),
    ).toBe("(We) should (probably) [not] [exceed] [12] [Euro] , (because) margins shrink .");
  });

  it("takes a repeated word from the place where its neighbours are", () => {
    expect(marked("the cat and the dog saw the old man", "cat saw the old man")).toBe(
      "(the) cat (and) (the) (dog) saw the old man",
    );
    expect(marked("maybe we can maybe we can make the station", "we can make station")).toBe(
      "(maybe) (we) (can) (maybe) we can make (the) station",
    );
  });

  it("gives a sentence's final mark to the sentence that its words came from", () => {
    expect(marked("It rained. Nobody came. Then it stopped.", "It rained. stopped.")).toBe(
      "It rained . (Nobody) (came) (.) (Then) (it) stopped .",
    );
  });

  it("takes a speaker's label from the turn that its words came from", () => {
    expect(marked("Marketing: Oh, sorry.\nMarketing: My name is Bob.", "Marketing: name Bob.")).toBe(
      "(Marketing) (:) (Oh) (,) (sorry) (.) Marketing : (My) name (is) Bob .",
    );
  });

  it("forgives another case, an inflection and a typographic variant", () => {
    expect(marked("The engineers were asking about “costs”", 'engineer asked "costs"')).toBe(
      "(The) engineers (were) asking (about) “ costs ”",
    );
  });

  it("prefers an exact word to one that is only alike", () => {
    expect(marked("dogs bark, a dog sleeps", "dog sleeps")).toBe("(dogs) (bark) (,) (a) dog sleeps");
  });

  it("never takes one number for another", () => {
    const { labels } = annotate("It costs 120 dollars", "costs 125 dollars");
    expect([...labels]).toEqual([0, 1, 0, 1]);
  });

  it("leaves out words that the teacher invented", () => {
    const annotation = annotate("The plan works", "plan certainly works");
    expect([...annotation.matches]).toEqual([1, -1, 2]);
    expect([...annotation.labels]).toEqual([0, 1, 1]);
  });

  it("labels nothing for an empty text, an empty compression, or bare marks", () => {
    expect([...annotate("", "").labels]).toEqual([]);
    expect([...annotate("", "word").labels]).toEqual([]);
    expect([...annotate("some words", "").labels]).toEqual([0, 0]);
    expect([...annotate("some words", "«»").labels]).toEqual([0, 0]);
  });

  it("finds words of scripts without spaces wherever the segmenter cuts them", () => {
    const source = "東大寺は奈良県奈良市にある聖武天皇ゆかりの寺院である。";
    const annotation = annotate(source, "東大寺«奈良市»聖武天皇寺院。");
    expect(surfacesOf(source, annotation).join("")).toBe("東大寺奈良市聖武天皇寺院。");
    expect(surfacesOf(source, annotation, LABEL.core).join("")).toBe("奈良市");
  });

  it("keeps exactly the words that a deletion left, in order, whatever was deleted", () => {
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.boolean()), (pieces, keeps) => {
        const source = pieces.map(([word, gap]) => word + gap).join("");
        const words = splitWords(source);
        const kept = words.filter(() => keeps.next().value === true);
        const compressed = kept.map((word) => source.slice(word.start, word.end)).join(" ");
        const annotation = annotate(source, compressed);
        expect(surfacesOf(source, annotation)).toEqual(kept.map((word) => source.slice(word.start, word.end)));
        expect([...annotation.matches]).toEqual([...annotation.matches].sort((a, b) => a - b));
        expect(annotation.matches.every((index) => index >= 0)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("recovers every label where no word stands twice", () => {
    const distinct = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,9}$/u), { maxLength: 60 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.constantFrom(0, 1, 2)), (words, fates) => {
        const labels = words.map(() => fates.next().value as number);
        const compressed = words
          .map((word, index) => ["", word, `«${word}»`][labels[index] as number] as string)
          .filter((word) => word !== "")
          .join(" ");
        expect([...annotate(words.join(" "), compressed).labels]).toEqual(labels);
      }),
      { numRuns: 200 },
    );
  });

  it("matches any two texts without an error, each source word once and in order", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 80 }),
        fc.string({ unit: "grapheme", maxLength: 80 }),
        (source, compressed) => {
          const annotation = annotate(source, compressed);
          expect(annotation.labels).toHaveLength(annotation.words.length);
          const matched = [...annotation.matches].filter((index) => index >= 0);
          expect(matched).toEqual([...matched].sort((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("annotate with the paper's window search", () => {
  const paper = { method: "llmlingua2" } as const;

  it("labels an unambiguous text as the global alignment does, but for commas", () => {
    expect(marked("We met Bob, Ann and Joe today.", "«met» Bob, Ann Joe today.", paper)).toBe(
      "(We) [met] Bob (,) Ann (and) Joe today .",
    );
  });

  it("takes the nearest word of the same lemma, where the global alignment takes the one in the run", () => {
    const source = "the man saw the old man";
    expect(marked(source, "saw old man", paper)).toBe("(the) (man) saw (the) old man");
    expect(marked(source, "the old man", paper)).toBe("the (man) (saw) (the) old man");
    expect(marked(source, "the old man")).toBe("(the) (man) (saw) the old man");
  });

  it("looks no further than its window", () => {
    expect(marked("one two three four five", "five", { ...paper, windowWords: 4 })).toBe(
      "(one) (two) (three) (four) (five)",
    );
    expect(marked("one two three four five", "five", { ...paper, windowWords: 5 })).toBe(
      "(one) (two) (three) (four) five",
    );
  });

  it("matches inflections by their lemma", () => {
    expect(marked("They went home and were asking", "go ask", paper)).toBe("(They) went (home) (and) (were) asking");
  });

  it("never throws, and labels at most as many words as the compression holds", () => {
    fc.assert(
      fc.property(texts, texts, (source, compressed) => {
        const write = (pieces: [string, string][]) => pieces.map(([word, gap]) => word + gap).join("");
        const annotation = annotate(write(source), write(compressed), paper);
        expect(annotation.labels.filter((label) => label > 0).length).toBeLessThanOrEqual(annotation.compressed.length);
      }),
    );
  });
});

describe("annotate's options", () => {
  it("rejects an unknown method by name", () => {
    expect(() => annotate("a", "a", { method: "magic" as "alignment" })).toThrow(
      "Expected `method` to be one of alignment, llmlingua2, got `magic`.",
    );
  });

  it("rejects a window below one word", () => {
    expect(() => annotate("a", "a", { method: "llmlingua2", windowWords: 0 })).toThrow(
      "Expected `windowWords` to be a whole number from 1, got `0`.",
    );
  });
});
