import { expect, expectKnown, isInteger, type Sieve, type TokenizerOption } from "../../core/index.js";
import { readText } from "./read-text.js";
import type { Shelf } from "./shelf.js";

/** Name of the tool that reads back what was cut. */
export const READ_ORIGINAL = "read_original";

/** What models are told of the tool: its name, its description, and a JSON schema of its input. */
export const READ_ORIGINAL_TOOL = {
  name: READ_ORIGINAL,
  description:
    "Reads what was shortened: all of it in pages, or what answers a question, holds a pattern, or stands in some lines.",
  inputSchema: {
    type: "object",
    properties: {
      id: { type: "string", description: "The id that the shortened result names." },
      question: { type: "string", description: "What you want to find out: gives the parts that tell." },
      pattern: {
        type: "string",
        description:
          "Words to look for: gives their lines. `*` stands for anything within a line, `|` is between alternatives.",
      },
      lines: { type: "string", description: 'Lines to read, as "40-80".' },
      offset: { type: "integer", minimum: 0, description: "Where to read on, in characters. 0 by default." },
    },
    required: ["id"],
    additionalProperties: false,
  },
} as const;

/** Where originals are, and how much of one is given at a time. */
export interface ReadingSettings {
  openSieve: () => Promise<Sieve>;
  /** Ceiling of what one call gives, in tokens. */
  maxTokens: number;
  tokenizer?: TokenizerOption | undefined;
}

const FIGURE = /^\d{1,15}$/u;
const TEXTS = ["question", "pattern", "lines"] as const;

/**
 * Answers a call of the tool.
 *
 * @param asked What the model gave; what is null counts as not given, and figures may be written as texts.
 *
 * @throws InvalidOptionError for input that is none, and for an id that nothing is kept under; or the signal's reason
 */
export async function readOriginal(
  shelf: Shelf,
  asked: Record<string, unknown>,
  settings: ReadingSettings & { signal?: AbortSignal | undefined },
): Promise<string> {
  const input = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
  if (typeof input.offset === "string" && FIGURE.test(input.offset)) input.offset = Number(input.offset);
  expectKnown(input, Object.keys(READ_ORIGINAL_TOOL.inputSchema.properties));
  const { id, offset } = input;
  expect(typeof id === "string", "id", "a string", id);
  expect(offset === undefined || isInteger(offset, 0), "offset", "an integer of at least 0", offset);
  for (const name of TEXTS) {
    const value = input[name];
    expect(value === undefined || typeof value === "string", name, "a string", value);
  }
  const text = shelf.read(id);
  const kept =
    "an id under which an original is kept; they are not kept for ever: call the tool again whose result it was";
  expect(text !== undefined, "id", kept, id);
  return readText({ ...(input as { id: string }), ...settings, text });
}
