import { beginningWith, type NoteForm } from "./note.js";

/** A text of which nothing found a place, and the room there is for what stands in its stead. */
export interface BeginningRequest {
  text: string;
  note: string;
  form: NoteForm;
  /** Tokens. */
  room: number;
  /** Tokens of a text as the model will see it. */
  count: (text: string) => Promise<number>;
}

/** Code units that a token has at most, in texts that people read. */
const UNITS_PER_TOKEN = 16;
/** The end of a word is looked for so far ahead of a cut, in code units. */
const WORD_REACH = 24;

/**
 * As much of a text's first line as there is room for, with the note; without it if even the note alone has no room.
 * Empty only if not even the first character has.
 */
export async function beginningOf({ text, note, form, room, count }: BeginningRequest): Promise<string> {
  const line = (form === "text" ? /\S.*/u.exec(text)?.[0] : text.trim()) ?? "";
  const bare = (beginning: string) => (form === "text" ? beginning : JSON.stringify(beginning));
  for (const write of [(beginning: string) => beginningWith(beginning, note, form), bare]) {
    const length = await longest(Math.min(line.length, room * UNITS_PER_TOKEN), async (units) => {
      return (await count(write(cutAt(line, units)))) <= room;
    });
    if (length >= 0 && !(length === 0 && write === bare)) return write(cutAt(line, length));
  }
  return "";
}

/** The largest of 0 to `most` that fits, -1 if none does. */
async function longest(most: number, fits: (length: number) => Promise<boolean>): Promise<number> {
  if (!(await fits(0))) return -1;
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (await fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The first `length` code units of a line, up to the last word's end where one is near. */
function cutAt(line: string, length: number): string {
  if (length >= line.length) return line;
  const isInsidePair = /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(line.slice(length - 1, length + 1));
  const cut = line.slice(0, isInsidePair ? length - 1 : length);
  const space = cut.search(/\s\S*$/u);
  const isNear = space > 0 && cut.length - space <= WORD_REACH && /\S/u.test(line[cut.length] ?? " ");
  return (isNear ? cut.slice(0, space) : cut).trimEnd();
}
