import type { AnalyzedDocument } from "../document/types.js";

/** Log-odds that a grain gains that holds a name of the question to the letter, and not only the words that it is made of. */
const HELD = 3;
/** A name with signs inside: a file, a path, an address, a version, a package. */
const SIGNED = /(?<![\p{L}\p{N}_-])[\p{L}\p{N}_][\p{L}\p{N}_-]{0,64}(?:[./:@\\]{1,3}[\p{L}\p{N}_-]{1,64}){1,16}/gu;
/** Code units of a name at least. */
const SHORTEST = 5;
const WITHIN = /[\p{L}\p{N}_]/u;

/** The names with signs inside that a question holds: `charge.ts`, `src/pay`, `10.2.0.9`. */
export function signedNames(question: string): string[] {
  return [...new Set(question.match(SIGNED) ?? [])].filter((name) => name.length >= SHORTEST);
}

/** Adds to the gains of the grains that are no prose and hold a name to the letter. Nothing is lowered. */
export function addExactNames(
  names: readonly string[],
  { text, sentences, outline }: AnalyzedDocument,
  gains: Float32Array,
): void {
  if (!outline) return;
  for (const name of names) {
    let last = -1;
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      if (!standsAlone(text, at, at + name.length)) continue;
      while (last + 1 < sentences.length && (sentences[last + 1]?.start ?? 0) <= at) last += 1;
      const sentence = sentences[last];
      if (sentence === undefined || sentence.kind === "prose" || at >= sentence.end) continue;
      const isNew = text.slice(sentence.start, at + name.length).indexOf(name) === at - sentence.start;
      if (isNew) gains[last] = (gains[last] as number) + HELD;
    }
  }
}

/** Whether a name is no part of a longer one: `pay.ts` is not in `repay.ts`, nor in `pay.ts.map`. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? "";
  const after = text[end] ?? "";
  if (WITHIN.test(before) || WITHIN.test(after)) return false;
  if (before === "." && WITHIN.test(text[start - 2] ?? "")) return false;
  return !(/[.-]/u.test(after) && WITHIN.test(text[end + 1] ?? ""));
}
