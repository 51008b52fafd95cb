// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a terminal obeys
const OBEYED = /\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/gu;

/**
 * A text whose control characters are spelled out (`\u001b`), so that a terminal shows them and does not obey
 * them: C0, DEL and C1, a carriage return that ends no line among them. Tabs and line ends stay. Inside JSON
 * the spelling reads as the same character.
 */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same on one line: what stands in a message, such as a file's name. */
export function visibleLine(text: string): string {
  return visible(text.replace(/\s+/gu, " ").trim());
}
