import { oncePerDocument } from "../document/derived.js";
import type { AnalyzedDocument, Unit } from "../document/types.js";
import { surfaceOf } from "../text/words.js";

/** Words that join what follows them to what precedes them, and say nothing at the end of what is kept. */
const JOINERS = new Set(
  (
    "of by for with from to in on at across below above into onto over under between among through during upon within " +
    "along around toward towards as and or nor that which who whom whose the a an its their his her this these those is are was were be been has had"
  ).split(" "),
);
/** What parts a word from what is kept behind it. */
const BORDER = /[,;:.!?()[\]—–]/u;

/**
 * Whether a kept unit joins something that is left out: `of` in front of a cut that reaches to the next mark or the
 * sentence's end. In front of a word that is kept it stays, whatever is left out between.
 *
 * @param kept One flag per unit.
 */
export function isDangling(document: AnalyzedDocument, index: number, kept: Uint8Array): boolean {
  const joiners = joinersOf(document);
  if (joiners[index] !== 1) return false;
  const { units } = document;
  const { sentence } = units[index] as Unit;
  let isCut = false;
  for (let next = index + 1; units[next]?.sentence === sentence; next += 1) {
    if (kept[next] === 1 && joiners[next] !== 1) return isCut && hasBorder(document, index, next);
    if (kept[next] !== 1) isCut = true;
  }
  return isCut;
}

/** Whether a mark stands between two units. */
function hasBorder({ text, words, units }: AnalyzedDocument, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const { endWord, isSolid, firstWord } = units[index] as Unit;
    const next = units[index + 1] as Unit;
    if (BORDER.test(surfaceOf({ text, words }, isSolid ? endWord : firstWord, next.firstWord))) return true;
  }
  return false;
}

/** One flag per unit: 1 for a joiner that nothing protects and that has no mark at its sides. */
const joinersOf = oncePerDocument(({ text, words, units }: AnalyzedDocument) =>
  Uint8Array.from(units, ({ leadWord, firstWord, endWord, trailWord, isProtected, isPivot }) => {
    const isBare = leadWord === firstWord && trailWord === endWord && endWord === firstWord + 1;
    if (!isBare || isProtected || isPivot) return 0;
    return JOINERS.has(surfaceOf({ text, words }, firstWord).toLowerCase()) ? 1 : 0;
  }),
);
