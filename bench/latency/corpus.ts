import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countTokens } from "gpt-ranks/encoding/o200k_base";
import { ROOT } from "../machine.js";
import { randomStream } from "./statistics.js";

/** Sentences that follow one another in a document before it turns to another passage. */
const RUN = 4;

interface Passage {
  text: string;
}

/**
 * Documents for timing: runs of sentences from the committed passages of ten domains, put together anew by a
 * seed, so that any number of different documents reads like text and has nearly the length asked for.
 *
 * @param tokens Length of each document in o200k tokens, met within a sentence.
 */
export function makeDocuments(count: number, tokens: number, seed: number): string[] {
  const passages = sentencesByPassage();
  const random = randomStream(seed);
  const pick = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const parts: string[] = [];
    let length = 0;
    while (length < tokens) {
      const sentences = passages[pick(passages.length)] as Sentence[];
      const first = pick(sentences.length);
      for (const sentence of sentences.slice(first, first + RUN)) {
        if (length >= tokens) break;
        parts.push(sentence.text);
        length += sentence.tokens;
      }
    }
    return parts.join(" ");
  });
}

/** Questions about those documents, different each time: "What is said about <words of a document>?" */
export function makeQuestions(documents: readonly string[], count: number, seed: number): string[] {
  const random = randomStream(seed);
  return Array.from({ length: count }, () => {
    const words = (documents[Math.floor(random() * documents.length)] as string).split(/\s+/);
    const first = Math.floor(random() * Math.max(1, words.length - 8));
    return `What is said about ${words.slice(first, first + 6).join(" ")}?`;
  });
}

interface Sentence {
  text: string;
  tokens: number;
}

let known: Sentence[][] | undefined;

function sentencesByPassage(): Sentence[][] {
  known ??= readFileSync(join(ROOT, "test/fixtures/passages.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) =>
      (JSON.parse(line) as Passage).text
        .split(/(?<=[.!?])\s+/u)
        .map((text) => ({ text, tokens: countTokens(` ${text}`) })),
    );
  return known;
}
