import { expect, expectKnown, InvalidOptionError, isInteger } from "../core/index.js";
import type { NamedSources } from "./sources.js";
import { READ_TOOL } from "./tool-results.js";

/** Name of the tool that compresses. */
export const COMPRESS = "compress";
/** Name of the tool that counts. */
export const COUNT_TOKENS = "count_tokens";

/** What `compress` and `count_tokens` are asked. */
export interface CallArguments extends NamedSources {
  question?: string | undefined;
  maxTokens?: number | undefined;
}

const SOURCES = ["texts", "files", "urls"] as const;

/** The server's tools: without roots, texts alone can be compressed. */
export function toolsFor(roots: readonly string[], maxTokens: number) {
  const list = (description: string) => ({ type: "array", items: { type: "string" }, description });
  const where = `Only from ${roots.join(", ")}.`;
  const isUrl = (root: string) => /^https?:/iu.test(root);
  const sources = {
    texts: list("Texts as they are."),
    ...(roots.every(isUrl) ? {} : { files: list(`Paths of files. ${where}`) }),
    ...(roots.some(isUrl) ? { urls: list(`Addresses of pages. ${where}`) } : {}),
  };
  const annotations = { readOnlyHint: true, openWorldHint: roots.some(isUrl) };
  return [
    {
      name: COMPRESS,
      description: `Shortens texts, files or pages together to at most maxTokens tokens: what the question needs stays, word for word.`,
      inputSchema: {
        type: "object" as const,
        properties: {
          ...sources,
          question: { type: "string", description: "What you need to know from them, in a sentence." },
          maxTokens: {
            type: "integer",
            minimum: 1,
            maximum: maxTokens,
            description: `At most ${maxTokens}, which is the default.`,
          },
        },
      },
      annotations,
    },
    {
      name: COUNT_TOKENS,
      description: "Counts the tokens of texts, files or pages.",
      inputSchema: { type: "object" as const, properties: sources },
      annotations,
    },
    READ_TOOL,
  ];
}

/**
 * Checks a call's arguments.
 *
 * @throws InvalidOptionError
 */
export function checkArguments(args: Record<string, unknown>, most: number): CallArguments {
  expectKnown(args, [...SOURCES, "question", "maxTokens"]);
  for (const name of SOURCES) {
    const value = args[name];
    const isList = value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"));
    expect(isList, name, "an array of strings", value);
  }
  const { question, maxTokens } = args;
  expect(question === undefined || typeof question === "string", "question", "a string", question);
  const isCeiling = maxTokens === undefined || (isInteger(maxTokens, 1) && maxTokens <= most);
  expect(isCeiling, "maxTokens", `an integer from 1 to ${most}`, maxTokens);
  const named = SOURCES.flatMap((name) => (args[name] as string[] | undefined) ?? []);
  if (named.length === 0) throw new InvalidOptionError(`Expected one of ${SOURCES.join(", ")}, got none.`);
  return args as CallArguments;
}
