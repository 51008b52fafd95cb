/**
 * How each family of encodings cuts a text into pieces, across which it never merges: the patterns of OpenAI's
 * tiktoken (tiktoken_ext/openai_public.py, version 0.14), in JavaScript's words. Three things differ between the
 * two languages and are spelled out here: white space is Unicode's property (JavaScript's `\s` counts the byte
 * order mark and not U+0085), a case-insensitive `s` is also the long s (U+017F), and possessive quantifiers are
 * plain ones, which match the same in these patterns.
 */
export const SPLIT_PATTERNS = {
  r50k: new RegExp(r50kSource(), "gu"),
  cl100k: new RegExp(cl100kSource(), "gu"),
  o200k: new RegExp(o200kSource(), "gu"),
} as const;

function r50kSource(): string {
  return [
    "'(?:[sdmt]|ll|ve|re)",
    String.raw` ?\p{L}+`,
    String.raw` ?\p{N}+`,
    String.raw` ?[^\p{White_Space}\p{L}\p{N}]+`,
    String.raw`\p{White_Space}+(?!\P{White_Space})`,
    String.raw`\p{White_Space}`,
  ].join("|");
}

function cl100kSource(): string {
  return [
    contraction(),
    String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*`,
    String.raw`\p{White_Space}+$`,
    String.raw`\p{White_Space}*[\r\n]`,
    String.raw`\p{White_Space}+(?!\P{White_Space})`,
    String.raw`\p{White_Space}`,
  ].join("|");
}

function o200kSource(): string {
  const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
  const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
  const lead = String.raw`[^\r\n\p{L}\p{N}]?`;
  return [
    `${lead}${upper}*${lower}+(?:${contraction()})?`,
    `${lead}${upper}+${lower}*(?:${contraction()})?`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\p{White_Space}\p{L}\p{N}]+[\r\n/]*`,
    String.raw`\p{White_Space}*[\r\n]+`,
    String.raw`\p{White_Space}+(?!\P{White_Space})`,
    String.raw`\p{White_Space}+`,
  ].join("|");
}

function contraction(): string {
  return "'(?:[sS\u017f]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE])";
}
