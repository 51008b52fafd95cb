import { sha256, utf16Bytes } from "../../core/runtime/hash.js";
import type { CheckedHistory } from "./options.js";
import type { NeutralMessage } from "./types.js";

/** A key for each prefix of the history under these options: a chain of hashes. */
export function prefixKeys<View>(
  messages: readonly NeutralMessage[],
  options: CheckedHistory<View>,
  hasOriginals: boolean,
): string[] {
  const { passed, promptCache: _promptCache, onTrim: _onTrim, counting: _counting, ...own } = options;
  const { signal: _signal, ...rest } = passed;
  const settings = Object.entries({ ...own, ...rest, hasOriginals }).map(([name, value]) => [
    name,
    typeof value === "function" ? `function ${identityOf(value)}` : value,
  ]);
  let key = hash(JSON.stringify(settings));
  return messages.map(({ role, parts, continues }) => {
    key = hash(`${key}${JSON.stringify([role, parts, continues])}`);
    return key;
  });
}

function hash(text: string): string {
  return sha256(utf16Bytes(text)).toString("base64");
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identityOf(value: object): number {
  const known = identities.get(value) ?? nextIdentity++;
  identities.set(value, known);
  return known;
}
