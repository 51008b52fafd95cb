import fc from "fast-check";

// biome-ignore format: a list to scan, one screen and not fifty lines
const ATOMS = [
  " ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u3000", "'s", "'LL", "'ve", "'", "!", "...", "//", "#", "_",
  "<|endoftext|>", "<|im_start|>", "<mask>", "\u2581", "a", "The", "THE", "fooBar", "\u00e9", "e\u0301", "\u00df",
  "\u4f60\u597d", "\u65e5\u672c\u8a9e", "\uc548\ub155", "\u041f\u0440\u0438\u0432\u0435\u0442",
  "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u0939\u093f\u0928\u094d\u0926\u0940",
  "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "\u{1f469}\u200d\u{1f4bb}", "\u{1f1e9}\u{1f1ea}", "1", "1234567",
  "\u0663\u0664", "\u00bd", "\u0000", "\ud800", "\udc00", "\u200b", "xxxxxxxxxxxxxxxxxxxxxxxx",
];

/** Texts of many scripts and of what breaks tokenizers: surrogates, marks, runs, special tokens, white space. */
export function hardText(maxLength = 24): fc.Arbitrary<string> {
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ATOMS) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  );
  return fc.array(part, { maxLength }).map((parts) => parts.join(""));
}
