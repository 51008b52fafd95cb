import fc from "fast-check";
import type { SourceDocument } from "../../src/core/index.js";
import { EXAMPLE_DOCUMENTS, HARD_TEXTS, PASSAGES } from "./texts.js";

/** Cases of a property: 1,000, or `CASES`. */
export const CASES = Number(process.env.CASES ?? 1000);

const SOURCES = [...HARD_TEXTS.values(), ...PASSAGES.map(({ text }) => text), ...EXAMPLE_DOCUMENTS.values()];

/** A stretch of a real text, cut anywhere, also inside a word or a surrogate pair. */
export function textSlice(maxLength = 600): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(SOURCES.length - 1), fc.nat(100_000), fc.integer({ min: 0, max: maxLength }))
    .map(([source, start, length]) => {
      const text = SOURCES[source] as string;
      const from = start % text.length;
      return text.slice(from, from + length);
    });
}

const GLUE = fc.constantFrom(
  "",
  " ",
  "  ",
  "\n",
  "\r\n",
  "\n\n",
  "\r\n\r\n",
  "\t",
  " \n \n ",
  "\u2028",
  "\u00a0",
  "\0",
  "\ufeff",
);

const SHAPED = fc.constantFrom(
  "# A heading\n",
  "```ts\nconst limit = 5;\nif (limit > 3) {\n  stop();\n}\n```\n",
  "| name | size |\n| --- | --- |\n| small | 5 kg |\n",
  "- not this one\n- that one (of 3)\n",
  '{"id": 7, "name": "not a name", "tags": ["a", "b"]}\n',
  'He said: "No (not now)." And left.',
  "Dr. Smith paid $3.50, i.e. no more than 4.5 % of it.",
  "!!! ??? ... ,,, ((( )))",
  "\ud800",
  "👩🏽‍💻 ok 🇫🇮",
);

/** Anything that might come in: stretches of many scripts, structure, junk, arbitrary code units. */
export function anyText(maxPieces = 5): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { arbitrary: textSlice(), weight: 6 },
    { arbitrary: SHAPED, weight: 3 },
    { arbitrary: fc.string({ unit: "binary", maxLength: 40 }), weight: 1 },
    { arbitrary: fc.string({ maxLength: 40 }), weight: 1 },
  );
  return fc
    .array(fc.tuple(piece, GLUE), { maxLength: maxPieces })
    .map((pieces) => pieces.map(([text, glue]) => text + glue).join(""));
}

/** A document with all that a caller may say of it. */
export function anyDocument(): fc.Arbitrary<SourceDocument> {
  return fc.record(
    {
      text: anyText(),
      id: fc.string({ maxLength: 6 }),
      title: fc.string({ maxLength: 10 }),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
      metadata: fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue(), { maxKeys: 2 }),
    },
    { requiredKeys: ["text"] },
  );
}

export function anyDocuments(maxLength = 5): fc.Arbitrary<SourceDocument[]> {
  return fc.array(anyDocument(), { minLength: 1, maxLength });
}

/** Freezes a value with all that hangs on it, so that a write to it throws. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}
