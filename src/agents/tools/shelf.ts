import { sha256, utf16Bytes } from "../../core/runtime/hash.js";

/** Texts as they were before they were cut, by id: those of one conversation, which nobody else can read. */
export interface Shelf {
  /** @returns The text's id, which is made of the text alone. */
  keep(text: string): string;
  /** Undefined for what was never kept, and for what is long gone. */
  read(id: string): string | undefined;
}

const MOST_ORIGINALS = 200;
const MOST_CODE_UNITS = 256 * 2 ** 20;
const ID_DIGITS = 12;

/** The id of an original: the same text has the same id on every run, so that it is cut to the same text. */
export function originalId(text: string): string {
  return sha256(utf16Bytes(text)).toString("hex").slice(0, ID_DIGITS);
}

/** Keeps a conversation's newest originals in this process. */
export function createShelf(): Shelf {
  const texts = new Map<string, string>();
  let units = 0;
  const forget = (id: string) => {
    units -= texts.get(id)?.length ?? 0;
    texts.delete(id);
  };
  return {
    keep(text) {
      const id = originalId(text);
      forget(id);
      texts.set(id, text);
      units += text.length;
      for (const oldest of texts.keys()) {
        if ((texts.size <= MOST_ORIGINALS && units <= MOST_CODE_UNITS) || oldest === id) break;
        forget(oldest);
      }
      return id;
    },
    read: (id) => texts.get(id),
  };
}
