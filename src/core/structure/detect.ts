import { languageOf } from "./detect-code.js";
import { CONTENT_TESTS } from "./detect-content.js";
import { kindOfFence, kindOfMediaType, kindOfName, type NamedKind } from "./detect-names.js";
import { records } from "./detect-records.js";
import { isPlainProse, sampleOf } from "./detect-sample.js";
import type { TextKind } from "./outline.js";

/** What is known of a text from outside. */
export interface KindHint {
  /** The kind that the caller gives: it holds. */
  kind?: TextKind | undefined;
  /** Programming language or dialect, where the caller knows it. */
  language?: string | undefined;
  /** File name, path or address. */
  name?: string | undefined;
  /** Media type, as in a Content-Type header. */
  mediaType?: string | undefined;
  /** What stands behind the fence that the text was in. */
  fence?: string | undefined;
}

/** The kind of a text, and who says so. */
export interface DetectedKind extends NamedKind {
  from: "caller" | "name" | "content";
}

/**
 * Tells a text's kind: by what the caller gives, else by its name, its media type, the fence it stood in, else by what
 * it looks like. Reads at most 64 kB of it. In doubt it is prose.
 */
export function detectKind(text: string, hint: KindHint = {}): DetectedKind {
  const named =
    (hint.name === undefined ? undefined : kindOfName(hint.name)) ??
    (hint.mediaType === undefined ? undefined : kindOfMediaType(hint.mediaType)) ??
    (hint.fence === undefined ? undefined : kindOfFence(hint.fence));
  if (hint.kind !== undefined) {
    const language =
      hint.language ?? (named?.kind === hint.kind ? named.language : undefined) ?? languageIn(text, hint.kind);
    return { kind: hint.kind, ...(language === undefined ? {} : { language }), from: "caller" };
  }
  if (named !== undefined) return { ...named, from: "name" };
  return { ...detectContent(text), from: "content" };
}

/** Tells a text's kind by what it looks like alone. */
export function detectContent(text: string): NamedKind {
  const sample = sampleOf(text);
  if (isPlainProse(sample) && records(sample) === undefined) return { kind: "prose" };
  for (const test of CONTENT_TESTS) {
    const kind = test(sample);
    if (kind !== undefined) return kind;
  }
  return { kind: "prose" };
}

function languageIn(text: string, kind: TextKind): string | undefined {
  if (kind !== "code") return undefined;
  return languageOf(sampleOf(text));
}
