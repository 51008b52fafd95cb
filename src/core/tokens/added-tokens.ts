/** A token that a tokenizer.json adds to its vocabulary: found in the text before anything else is done to it. */
export interface AddedToken {
  content: string;
  /** Found only where no word character touches it. */
  single_word?: boolean;
  /** Takes the white space on its left with it. */
  lstrip?: boolean;
  /** Takes the white space on its right with it. */
  rstrip?: boolean;
  special?: boolean;
  /** Found in the normalized text, not in the text as it came. @default !special */
  normalized?: boolean;
}

/** A text cut at its added tokens: what is between them, in order, and how many there were. */
export interface AddedTokenSplit {
  sections: string[];
  tokens: number;
}

const WORD_CHARACTER = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u;

/**
 * Prepares cutting texts at added tokens: the leftmost, and of those that begin there the longest, as
 * `tokenizers` (Rust) does. Sections may be empty; the first is what is before the first token.
 */
export function addedTokenSplitter(tokens: readonly AddedToken[]): (text: string) => AddedTokenSplit {
  const byFirstUnit = new Map<number, AddedToken[]>();
  for (const token of tokens.toSorted((a, b) => b.content.length - a.content.length)) {
    if (token.content === "") continue;
    const unit = token.content.charCodeAt(0);
    byFirstUnit.set(unit, [...(byFirstUnit.get(unit) ?? []), token]);
  }

  const tokenAt = (text: string, index: number): AddedToken | undefined =>
    byFirstUnit
      .get(text.charCodeAt(index))
      ?.find(
        (token) => text.startsWith(token.content, index) && (!token.single_word || standsAlone(text, token, index)),
      );

  return (text) => {
    const sections: string[] = [];
    let found = 0;
    let start = 0;
    let stripNext = false;
    const closeSection = (end: number, stripEnd: boolean): void => {
      let section = text.slice(start, end);
      if (stripNext) section = section.trimStart();
      sections.push(stripEnd ? section.trimEnd() : section);
    };
    for (let index = 0; index < text.length; index += 1) {
      const token = tokenAt(text, index);
      if (token === undefined) continue;
      closeSection(index, token.lstrip ?? false);
      found += 1;
      stripNext = token.rstrip ?? false;
      start = index + token.content.length;
      index = start - 1;
    }
    closeSection(text.length, false);
    return { sections, tokens: found };
  };
}

function standsAlone(text: string, token: AddedToken, index: number): boolean {
  const end = index + token.content.length;
  return !WORD_CHARACTER.test(text.charAt(index - 1)) && !WORD_CHARACTER.test(text.charAt(end));
}
