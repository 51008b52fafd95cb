/** A JSON schema, as far as it is read here. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Keywords that hold of a part when they hold of the whole. */
const KEPT = new Set(["type", "title", "description", "$ref", "$schema"]);
/** Keywords whose members are schemas by name. */
const BY_NAME = new Set(["properties", "patternProperties", "$defs", "definitions"]);
/** Keywords that hold lists of schemas, and what they are called where less is asked. */
const LISTS: Readonly<Record<string, string>> = { anyOf: "anyOf", oneOf: "anyOf", allOf: "allOf" };

/**
 * The schema of a result that may have lost members, items and words: names, types and descriptions stay; what asks for
 * members, lengths, or certain words goes.
 */
export function schemaOfCut(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (KEPT.has(keyword)) return [[keyword, value]];
    const list = LISTS[keyword];
    if (list !== undefined && Array.isArray(value)) return [[list, value.map(schemaOfPart)]];
    if (!isObject(value)) return [];
    if (BY_NAME.has(keyword)) {
      return [[keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, schemaOfPart(part)]))]];
    }
    return keyword === "items" ? [[keyword, schemaOfPart(value)]] : [];
  });
  return Object.fromEntries(entries);
}

/** A schema may also be `true` or `false`. */
function schemaOfPart(part: unknown): unknown {
  return isObject(part) ? schemaOfCut(part) : part;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
