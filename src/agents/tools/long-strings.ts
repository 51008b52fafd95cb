import { type CompressOptions, countTokens, type Sieve } from "../../core/index.js";
import { toolDefaults } from "./cut-texts.js";

/** A string of so many code units, with spaces in it, is a text that happens to stand in data. */
const LONG = 400;
/** Less than this share of the ceiling is no room for texts: the data around them is what is long. */
const LEAST_SHARE = 0.3;
/** Escapes make a text longer than it was counted. */
const TRIES = 4;
const SHRINK = 0.85;

/** How the strings are cut: as `compress` is told. */
export type StringSettings = Omit<CompressOptions, "documents" | "template" | "rate" | "threshold" | "kind">;

/**
 * Cuts the texts that stand in data as its strings, such as a page in `{"url": ..., "content": "..."}`, and leaves the
 * data around them. Undefined if the text is no JSON, has no such strings, or is long without them.
 *
 * @param settings `maxTokens` is the ceiling of the JSON that comes back.
 */
export async function cutLongStrings(
  source: string,
  settings: StringSettings & { maxTokens: number },
  sieve: Sieve,
): Promise<string | undefined> {
  const data = parsed(source);
  const texts = data === undefined ? [] : longStringsOf(data);
  if (texts.length === 0) return undefined;
  const { maxTokens, tokenizer } = settings;
  const room = maxTokens - (await countTokens(JSON.stringify(withStrings(data, new Map(), "")), tokenizer));
  if (room < LEAST_SHARE * maxTokens) return undefined;
  let budget = Math.floor(room * SHRINK);
  for (let attempt = 0; attempt < TRIES && budget >= 1; attempt += 1) {
    const { documents } = await sieve.compress({
      ...toolDefaults(sieve),
      ...settings,
      documents: texts,
      maxTokens: budget,
    });
    const left = new Map(documents.map(({ index, text }) => [texts[index] as string, text]));
    const cut = JSON.stringify(withStrings(data, left, ""));
    if (documents.length > 0 && (await countTokens(cut, tokenizer)) <= maxTokens) return cut;
    budget = Math.floor(budget * SHRINK);
  }
  return undefined;
}

/** Data in which other texts stand for its long strings. */
function withStrings(data: unknown, texts: ReadonlyMap<string, string>, otherwise: string): unknown {
  if (typeof data === "string") return isLong(data) ? (texts.get(data) ?? otherwise) : data;
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => withStrings(item, texts, otherwise));
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, withStrings(value, texts, otherwise)]));
}

/** Each of them once. */
function longStringsOf(data: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown) => {
    if (typeof value === "string" && isLong(value)) found.add(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(data);
  return [...found];
}

function isLong(text: string): boolean {
  return text.length >= LONG && /\s/u.test(text);
}

/** Undefined if the text is no JSON of an object or an array. */
function parsed(text: string): unknown {
  if (!/^\s*[[{]/u.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
