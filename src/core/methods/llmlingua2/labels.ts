import type { ResolvedLlmlingua2Options } from "./options.js";
import type { Llmlingua2Context, Llmlingua2Word } from "./types.js";

/** Python's word characters, and the symbols that the reference counts as words of a text it leaves whole. */
const PLAIN_WORD = /[\p{L}\p{N}_]+|[<>=/!@#$%^&*()?":{}|\\`~;_+-]/gu;

/** Words of a context that is returned whole (`split_string_to_words`). */
export function plainWords(context: string): Llmlingua2Word[] {
  return Array.from(context.matchAll(PLAIN_WORD), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    label: match[0],
    keep: 1,
    kept: true,
    forced: false,
  }));
}

/**
 * Every word with its label, 1 for kept, as the reference writes them (`fn_labeled_original_prompt`).
 *
 * @param decoded Each context as its tokenizer decodes it: the words of a context that is left whole.
 */
export function labelPrompt(
  contexts: readonly Llmlingua2Context[],
  decoded: readonly string[],
  { wordSep, labelSep }: Pick<ResolvedLlmlingua2Options, "wordSep" | "labelSep">,
): string {
  return contexts
    .flatMap(({ whole, words }, index) => (whole ? plainWords(decoded[index] as string) : words))
    .map(({ label, kept }) => `${label}${labelSep}${kept ? 1 : 0}`)
    .join(wordSep);
}
