import { runSliced } from "../runtime/event-loop.js";
import { parseCode } from "./code.js";
import type { KindHint } from "./detect.js";
import { parse as parseHtml } from "./html.js";
import { parse as parseJson } from "./json.js";
import type { Outline, Parse } from "./outline.js";
import { parse as parseProse } from "./prose.js";

/** TEMPORARY */
export async function readOutline(text: string, hint?: KindHint): Promise<Outline> {
  const first = /^\s*[[{]/.test(text);
  const parsers: Parse[] = first
    ? [parseJson]
    : /^\s*<[a-z!]/i.test(text)
      ? [parseHtml]
      : hint?.kind === "code"
        ? [parseCode as Parse]
        : [];
  for (const parse of parsers) {
    const outline = await runSliced(parse(text));
    if (outline) return outline;
  }
  return (await runSliced(parseProse(text))) as Outline;
}
