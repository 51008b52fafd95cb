/** Member in which a cut JSON object carries a note. */
const NOTE_MEMBER = "contextsieve";
/** Member for what a JSON text began with, if nothing of it found a place. */
const BEGINNING_MEMBER = "begins";

/** How a text is written, as far as a note must heed it. */
export type NoteForm = "json" | "ndjson" | "text";

/** Whether a text is JSON, or JSON a line: read whole, since brackets alone also open log lines. */
export function noteFormOf(text: string): NoteForm {
  if (!/^\s*[[{]/u.test(text)) return "text";
  if (isJson(text)) return "json";
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 1 && lines.every(isJson) ? "ndjson" : "text";
}

/**
 * A text that was cut, with a note at its end. JSON stays JSON: an array has the note as its last item, an object as its
 * member `contextsieve`, and JSON lines have a line more.
 */
export function withNote(text: string, note: string, form: NoteForm): string {
  if (form === "ndjson") return `${text.trimEnd()}\n${JSON.stringify({ [NOTE_MEMBER]: note })}`;
  const whole = text.trimEnd();
  const closer = whole.at(-1);
  if (form === "text" || (closer !== "]" && closer !== "}")) return `${text}\n[${note}]`;
  const before = whole.slice(0, -1).trimEnd();
  const comma = /[[{]$/u.test(before) ? "" : ",";
  const said = JSON.stringify(note);
  return `${before}${comma}${closer === "]" ? said : `${JSON.stringify(NOTE_MEMBER)}:${said}`}${closer}`;
}

/** What stands for a text of which nothing found a place: how it begins, and a note. */
export function beginningWith(beginning: string, note: string, form: NoteForm): string {
  if (form === "text") return beginning === "" ? `[${note}]` : `${beginning}\n[${note}]`;
  return JSON.stringify({ [NOTE_MEMBER]: note, ...(beginning === "" ? {} : { [BEGINNING_MEMBER]: beginning }) });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
