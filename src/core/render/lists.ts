import type { AnalyzedDocument } from "../document/types.js";
import type { SentenceOutline } from "../structure/sentence-outline.js";
import type { Sentence } from "../types.js";
import { isMarkedByMember, type Marker } from "./markers.js";
import { omissionOf } from "./omitted.js";
import type { SliceWriter } from "./slice-writer.js";

/** The lists of a document: objects and arrays, whose members are parted by separators. */
export interface KeptLists {
  /** True if what is left out is noted inside of its list, as a member. */
  readonly areNoted: boolean;
  /** Whether no later member of the sentence's list is kept: then no separator stands behind it. */
  isLast(sentence: number): boolean;
  /** Adds, in front of the sentence that closes a list, a member that says what is left out of it. */
  note(closer: number, marker: Marker, writer: SliceWriter): void;
}

/** The lists of a document, by what of it is kept: one flag per unit. */
export function keptLists(document: AnalyzedDocument, outline: SentenceOutline, kept: Uint8Array): KeptLists {
  const { text, sentences, sentenceUnits } = document;
  const isKept = (sentence: number) => kept[sentenceUnits[sentence] as number] === 1;
  const last = new Map<number, number>();
  for (const [sentence, list] of outline.within.entries()) if (isKept(sentence)) last.set(list, sentence);
  return {
    areNoted: isMarkedByMember(outline.kind),
    isLast: (sentence) => last.get(outline.within[sentence] as number) === sentence,
    note(closer, marker, writer) {
      if (!isMarkedByMember(outline.kind)) return;
      const list = outline.closes[closer] as number;
      const members = listMembers(document, list);
      const left = members.filter((member) => !isKept(member));
      const [first] = left;
      if (first === undefined) return;
      const omission = omissionOf(document, first, (left.at(-1) as number) + 1);
      if (!omission) return;
      const said = JSON.stringify(marker({ ...omission, items: left.length, of: members.length, unit: "items" }));
      const isArray = text[(sentences[list] as Sentence).end - 1] === "[";
      writer.insert(`${left.length < members.length ? "," : ""}${isArray ? said : `"...":${said}`}`);
    },
  };
}

/** The members of a list, by the sentence that opens it. */
function listMembers({ outline }: AnalyzedDocument, list: number): number[] {
  const { within, closes, length } = { ...outline, length: outline?.within.length ?? 0 };
  const members: number[] = [];
  for (let sentence = list + 1; sentence < length; sentence += 1) {
    if (closes?.[sentence] === list) break;
    if (within?.[sentence] === list && closes?.[sentence] === -1) members.push(sentence);
  }
  return members;
}
