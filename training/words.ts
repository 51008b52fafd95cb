import { readFileSync, writeFileSync } from "node:fs";
import { splitUnits } from "../src/core/document/units.js";
import { segmentText } from "../src/core/text/segment.js";
import { wordShape } from "../src/core/text/shapes.js";

/**
 * Cuts the texts of a JSONL file (`{"id","domain","text"}`) into words, shapes and sentences, as the library does,
 * for the Python side, and names the words that its rules protect: `npx tsx training/words.ts passages.jsonl words.jsonl`.
 */
async function main(source: string, target: string): Promise<void> {
  const rows: string[] = ['{"kind":"header"}'];
  for (const line of readFileSync(source, "utf8").split("\n").filter(Boolean)) {
    const { id, domain, text } = JSON.parse(line) as { id: string; domain: string; text: string };
    const { words, sentences } = await segmentText(text, { kind: "prose" });
    let previousEnd = 0;
    const shapes = words.map((word) => {
      const shape = wordShape(text, word, previousEnd);
      previousEnd = word.end;
      return shape;
    });
    const units = splitUnits(text, words, sentences).filter(({ isProtected }) => isProtected);
    rows.push(
      JSON.stringify({
        id,
        domain,
        words: words.map((word) => text.slice(word.start, word.end)),
        shapes,
        sentences: sentences.map((sentence) => [sentence.firstWord, sentence.endWord]),
        ruled: units.map(({ firstWord, endWord }) => [firstWord, endWord]),
      }),
    );
  }
  writeFileSync(target, `${rows.join("\n")}\n`);
}

const [source, target] = process.argv.slice(2);
if (!source || !target) throw new Error("Expected two file names: the texts to read and the words to write.");
await main(source, target);
