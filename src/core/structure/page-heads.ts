/** Lines between two pages' heads at least, and pages of a text that has no form feeds. */
const SHORTEST_PAGE = 12;
const PAGES = 3;
const SHORTEST_HEAD = 5;
const LONGEST_HEAD = 120;

/** A line that comes back with every page, digits aside, and where it stands. */
export interface PageHead {
  text: string;
  lines: readonly number[];
}

/** Finds the running heads and feet of a text by its lines: what comes back a page apart. */
export function findPageHeads(lines: readonly string[]): PageHead[] {
  const seen = new Map<string, number[]>();
  for (const [at, line] of lines.entries()) {
    const key = line
      .slice(0, LONGEST_HEAD + 1)
      .trim()
      .replace(/\d+/gu, "#");
    if (key.length < SHORTEST_HEAD || key.length > LONGEST_HEAD) continue;
    const places = seen.get(key);
    if (places === undefined) seen.set(key, [at]);
    else places.push(at);
  }
  const isApart = (at: number, index: number, places: readonly number[]) =>
    index === 0 || at - (places[index - 1] as number) >= SHORTEST_PAGE;
  return [...seen]
    .filter(([, places]) => places.length >= PAGES && places.every(isApart))
    .map(([text, places]) => ({ text, lines: places }));
}
