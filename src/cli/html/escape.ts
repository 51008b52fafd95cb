/** What HTML has no place for is shown by its picture (U+2400 and after), which is as long. */
const PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";
/** Stands for control characters that have no picture. */
const UNKNOWN = "\ufffd";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what HTML cannot carry
const SPECIAL = /[&<>"'\r\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/gu;

/**
 * A text for HTML, in content and in attributes. The text that a browser makes of it has the length of the
 * source, so that offsets hold: a carriage return survives, other control characters become pictures of themselves.
 */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\r" || (code > 0x1f && code < 0x7f)) return `&#${code};`;
    if (code < 0x20) return String.fromCharCode(PICTURES + code);
    return code === 0x7f ? DELETE_PICTURE : UNKNOWN;
  });
}
