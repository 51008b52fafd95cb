import { InvalidOptionError } from "../errors.js";
import type { TokenizerOption } from "../tokens/counter.js";
import type { DocumentInput, MarkerOption, SourceDocument, TextForm, TextKind } from "../types.js";
import { checkDocuments, expectForm, expectKind } from "./documents.js";
import { expect, expectKnown, expectSignal, isInRange, isInteger, isText } from "./expect.js";
import { returningText } from "./returned-text.js";

/** What one call of `compress` takes: documents, and exactly one of `maxTokens`, `rate`, `threshold`. */
export interface CompressOptions {
  /** Texts, or texts with what is known of them. At least one. Never mutated. */
  documents: readonly DocumentInput[];
  /**
   * The question that the context is for. One of several parts ("What caused it, and how long did it last?") is told
   * apart, and the budget is shared among the parts; an array gives them as they are. `{ anyOf: [...] }` gives several
   * questions that share nothing, such as what a user said and what an agent looks for: what any of them needs most comes
   * first, and one that the documents say nothing of takes no room.
   * @default none: what is informative in itself stays
   */
  query?: string | readonly string[] | { readonly anyOf: readonly string[] } | undefined;
  /** Hard ceiling for the whole result, in target tokens; an integer of at least 1. */
  maxTokens?: number | undefined;
  /** Share of the tokens to keep, in (0, 1]. */
  rate?: number | undefined;
  /** Lowest score of a kept word, in [0, 1]; the same text and question give the same output in any company. */
  threshold?: number | undefined;
  /** Encoding name, folder with a `tokenizer.json`, or a function. @default "o200k_base" */
  tokenizer?: TokenizerOption | undefined;
  /** What kind of text the documents are, unless they say so themselves. @default told by each document */
  kind?: TextKind | undefined;
  /**
   * How texts that must be cut are printed: to the letter (JSON of which not one member fits so, without its
   * indentation), or first without what carries nothing. If that fits, nothing is lost, and the result says so.
   * @default "same"
   */
  form?: TextForm | undefined;
  /**
   * Whether and how what is left out is said in the text: `true` for a note in the kind's own form (none in JSON),
   * `"all"` for JSON too, or a function that gives the note. Counted inside the ceiling. @default false
   */
  marker?: MarkerOption | undefined;
  /** How the caller will render a document; counted inside the ceiling. @default the text alone */
  template?: ((document: SourceDocument, text: string) => string) | undefined;
  /** Joins the documents. @default "\n\n" */
  separator?: string | undefined;
  /**
   * What the question does not need is left out even if there is room. `"auto"` leaves out what is far less relevant than
   * the best that there is; a number, in [0, 1], is held against each sentence's relevance as it is, which differs from
   * question to question. Under a `threshold` `"auto"` leaves out nothing.
   * @default 0
   */
  minRelevance?: number | "auto" | undefined;
  /** Phrases kept wherever their sentence is kept, compared to the letter. @default [] */
  forcePhrases?: readonly string[] | undefined;
  /** Weight of the caller's own `score` (standardised over the documents) in the ranking of documents, at least 0. @default 0 */
  scoreWeight?: number | undefined;
  /** Let near-duplicate sentences fill the budget once only. @default true */
  dedupe?: boolean | undefined;
  /** Add every word with its scores and fate. @default false */
  explain?: boolean | undefined;
  /** Stops the call with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A question, the parts of one, or several questions any of which may be meant. */
export type Query = NonNullable<CompressOptions["query"]>;

/** How much is to stay. */
export type Target =
  | { kind: "maxTokens"; maxTokens: number }
  | { kind: "rate"; rate: number }
  | { kind: "threshold"; threshold: number };

/** Options of one call, checked and complete. */
export interface CheckedRequest {
  documents: (SourceDocument & { id: string })[];
  /** Questions any of which may be meant, as a rule one: each a text, or its parts. Never blank. */
  query: readonly (string | readonly string[])[] | undefined;
  target: Target;
  kind: TextKind | undefined;
  form: TextForm;
  marker: MarkerOption;
  tokenizer: TokenizerOption | undefined;
  template: ((document: SourceDocument, text: string) => string) | undefined;
  separator: string;
  minRelevance: number | "auto";
  phrases: string[];
  scoreWeight: number;
  dedupe: boolean;
  explain: boolean;
  signal: AbortSignal | undefined;
}

/** A record, so that an option that is new in `CompressOptions` cannot be forgotten here. */
const NAMES: Record<keyof CompressOptions, true> = {
  documents: true,
  query: true,
  maxTokens: true,
  rate: true,
  threshold: true,
  kind: true,
  form: true,
  marker: true,
  tokenizer: true,
  template: true,
  separator: true,
  minRelevance: true,
  forcePhrases: true,
  scoreWeight: true,
  dedupe: true,
  explain: true,
  signal: true,
};

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkRequest(options: CompressOptions): CheckedRequest {
  expect(typeof options === "object" && options !== null, "options", "an object", options);
  expectKnown(options, Object.keys(NAMES));
  const { query, kind, template, separator = "\n\n", signal, tokenizer } = options;
  expectKind("kind", kind);
  const { minRelevance = 0, scoreWeight = 0, dedupe = true, explain = false, forcePhrases = [] } = options;
  const { marker = false, form = "same" } = options;
  expectForm(form);
  const isMarker = marker === "all" || typeof marker === "boolean" || typeof marker === "function";
  expect(isMarker, "marker", 'a boolean, "all" or a function', marker);
  expect(template === undefined || typeof template === "function", "template", "a function", template);
  expect(typeof separator === "string", "separator", "a string", separator);
  const isLeast = minRelevance === "auto" || isInRange(minRelevance, 0, 1);
  expect(isLeast, "minRelevance", 'in [0, 1] or "auto"', minRelevance);
  expect(isInRange(scoreWeight, 0, Number.MAX_VALUE), "scoreWeight", "a number of at least 0", scoreWeight);
  expect(typeof dedupe === "boolean", "dedupe", "a boolean", dedupe);
  expect(typeof explain === "boolean", "explain", "a boolean", explain);
  expectSignal(signal);
  expect(
    tokenizer === undefined || typeof tokenizer === "string" || typeof tokenizer === "function",
    "tokenizer",
    "an encoding name, a folder or a function",
    tokenizer,
  );
  const target = checkTarget(options);
  return {
    documents: checkDocuments(options.documents),
    query: checkQuestion(query),
    target,
    kind,
    form,
    marker: typeof marker === "function" ? returningText("marker", marker) : marker,
    tokenizer,
    template: template && returningText("template", template),
    separator,
    // Far from the best of others says nothing where each text is on its own.
    minRelevance: minRelevance === "auto" && target.kind === "threshold" ? 0 : minRelevance,
    phrases: checkPhrases("forcePhrases", forcePhrases),
    scoreWeight,
    dedupe,
    explain,
    signal,
  };
}

/**
 * The questions that say something, each as a text or its parts; undefined if nothing is asked.
 *
 * @throws InvalidOptionError
 */
export function checkQuestion(query: Query | undefined): CheckedRequest["query"] {
  const isText = query === undefined || typeof query === "string";
  const texts: unknown = isText || Array.isArray(query) ? query : (query as { anyOf?: unknown } | null)?.anyOf;
  const isParts = Array.isArray(texts) && texts.every((part) => typeof part === "string");
  expect(isText || isParts, "query", "a string, an array of strings, or `anyOf` such an array", query);
  const said = [texts ?? []].flat().filter((part) => (part as string).trim() !== "") as string[];
  if (said.length === 0) return undefined;
  return Array.isArray(query) ? [said] : said;
}

/** Strings that are not empty. @throws InvalidOptionError */
export function checkPhrases(name: string, phrases: readonly string[]): string[] {
  const holds = Array.isArray(phrases) && phrases.every(isText);
  expect(holds, name, "an array of strings that are not empty", phrases);
  return [...phrases];
}

function checkTarget({ maxTokens, rate, threshold }: CompressOptions): Target {
  const given = Object.entries({ maxTokens, rate, threshold }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => `\`${name}\``).join(" and ") || "none";
    throw new InvalidOptionError(`Expected exactly one of \`maxTokens\`, \`rate\` and \`threshold\`, got ${names}.`);
  }
  if (maxTokens !== undefined) {
    expect(isInteger(maxTokens, 1), "maxTokens", "an integer of at least 1", maxTokens);
    return { kind: "maxTokens", maxTokens };
  }
  if (rate !== undefined) {
    expect(isInRange(rate, 0, 1) && rate !== 0, "rate", "in (0, 1]", rate);
    return { kind: "rate", rate };
  }
  expect(isInRange(threshold, 0, 1), "threshold", "in [0, 1]", threshold);
  return { kind: "threshold", threshold: threshold as number };
}
