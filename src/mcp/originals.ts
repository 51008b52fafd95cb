import { createHash } from "node:crypto";

/** Texts as they were before they were cut, by id: those of one session, which nobody else can read. */
export interface Originals {
  /** @returns The text's id, which is made of the text alone. */
  keep(text: string): string;
  read(id: string): string | undefined;
}

const MOST_ORIGINALS = 200;
const MOST_CODE_UNITS = 256 * 2 ** 20;

/** The id of an original: the same text has the same id on every run. */
export function originalId(text: string): string {
  return createHash("sha256").update(text, "utf16le").digest("hex").slice(0, 12);
}

/** Keeps a session's newest originals in this process. */
export function createOriginals(): Originals {
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
