/** Stands for the text in an instruction. */
export const TEXT_PLACEHOLDER = "{text}";

/**
 * What a teacher is told: shorten by deletion alone. After the instruction of LLMLingua-2
 * (remove only, keep order, words and spelling, add nothing, as short as possible), with two additions:
 * what flips a meaning stays, and the core is marked with « ».
 */
export const DELETION_INSTRUCTION = `Shorten the passage at the end by striking out words, so that another language model could rebuild the passage from what you leave and answer any question about it.

You may do one thing only: delete words and punctuation.
- Leave the remaining words in their order.
- Leave each remaining word exactly as it is spelled: no other tense, number, case, synonym or translation ("running" must not turn into "run").
- Write no abbreviation, symbol or word that the passage does not hold at that place ("three plus four" must not turn into "3+4", "without" not into "w/o").
- Keep the mark that ends a sentence if anything of the sentence remains, and the line break between turns, list items or paragraphs that remain.

Always keep:
- what turns a statement around or limits it: not, no, never, none, without, unless, except, only, must, may, cannot, if;
- numbers with their units, dates, names, comparisons, and which speaker says what;
- code, commands, flags, paths, addresses and error codes.

Delete first: articles, forms of "to be", auxiliaries, fillers, courtesies, repetition, adjectives and connectives that add nothing, and whole sentences that say nothing. Be as brief as you can while nothing is lost: between a third and half of the words usually remain.

Then mark the core: put « before and » behind each run of words that you would still keep if only a fifth of the passage could stay. Never set a mark inside a word. If nothing in the passage is worth keeping, answer with «» alone.

Answer with the shortened passage and nothing else.

Passage:
${TEXT_PLACEHOLDER}`;

/** What a teacher is told to undo a compression, as the paper does to see what a compression lost. */
export const REBUILD_INSTRUCTION = `Words were deleted from a passage to save space. The order of the words that remain is untouched. Write the whole passage again as it most likely stood: put back articles, auxiliaries, prepositions, connectives and punctuation. Keep every word, name, number, negation and line break that is there, and add no fact that is not. Answer with the passage and nothing else.

What remains:
${TEXT_PLACEHOLDER}`;

/** Puts a text into an instruction; without a placeholder it goes behind the instruction. */
export function fillInstruction(instruction: string, text: string): string {
  const place = instruction.indexOf(TEXT_PLACEHOLDER);
  if (place < 0) return `${instruction}\n\n${text}`;
  return instruction.slice(0, place) + text + instruction.slice(place + TEXT_PLACEHOLDER.length);
}

/**
 * A teacher's answer without what chat models like to put around it: a code fence or quotation marks around the
 * whole, unless the source has them there too.
 */
export function cleanAnswer(answer: string, source: string): string {
  let text = answer.trim();
  const fence = /^```[^\n]*\n([\s\S]*?)\n?```$/u.exec(text);
  if (fence && !source.trimStart().startsWith("```")) text = (fence[1] as string).trim();
  const quoted = /^"([^"]*)"$/u.exec(text);
  if (quoted && !source.includes('"')) text = (quoted[1] as string).trim();
  return text;
}
