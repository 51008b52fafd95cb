import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import type { Sliced } from "../runtime/event-loop.js";
import { createPage } from "./html-page.js";
import { isHtmlTag, UNREADABLE_TAGS } from "./html-tags.js";
import type { Outline } from "./outline.js";

/** Code units that are read in one go. */
const SLICE = 16_384;
const SPACE_ENTITY = "&nbsp;";

/**
 * Reads HTML as the text that it shows: paragraphs, list items, table rows and lines of code under their headings. All
 * markup is hidden, and so is what no reader sees (scripts, styles, comments, drawings). Navigation, footers and asides
 * have a low prior; cookie notices and what stands in for scripts are waste.
 *
 * @returns Undefined where the text has no tag of HTML.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const { outline, isCutOff } = yield* read(text, UNREADABLE_TAGS);
  // A drawing or a template that nothing closes would take the rest of the page with it.
  return isCutOff ? (yield* read(text, new Set(["script", "style"]))).outline : outline;
}

function* read(
  text: string,
  unreadable: ReadonlySet<string>,
): Sliced<{ outline: Outline | undefined; isCutOff: boolean }> {
  const page = createPage(text);
  let knownTags = 0;
  let tag = "";
  let tagStart = 0;
  let attribute = "";
  let attributes = { names: "", role: "" };
  // The unreadable element that is open, and how many of its name are.
  let skipped = "";
  let depth = 0;

  // Where the next entity of a space stands; looked for once, not from every piece of text.
  let space = -1;
  const spaceFrom = (at: number) => {
    if (space < at) space = text.indexOf(SPACE_ENTITY, at);
    if (space < 0) space = Number.POSITIVE_INFINITY;
    return space;
  };

  const opened = (isSelfClosed: boolean) => {
    if (skipped !== "") {
      if (tag === skipped && !isSelfClosed) depth += 1;
    } else if (unreadable.has(tag)) {
      if (isSelfClosed) return;
      skipped = tag;
      depth = 1;
    } else {
      page.open(tag, attributes, tagStart);
    }
  };
  const callbacks: TokenizerCallbacks = {
    onopentagname(start, end) {
      tag = text.slice(start, end).toLowerCase();
      tagStart = start - 1;
      if (isHtmlTag(tag)) knownTags += 1;
      attributes = { names: "", role: "" };
    },
    onattribname(start, end) {
      attribute = text.slice(start, end).toLowerCase();
    },
    onattribdata(start, end) {
      if (attribute === "class" || attribute === "id") attributes.names += ` ${text.slice(start, end)}`;
      else if (attribute === "role") attributes.role = text.slice(start, end);
    },
    onopentagend: () => opened(false),
    onselfclosingtag: () => opened(true),
    onclosetag(start, end) {
      const name = text.slice(start, end).toLowerCase();
      if (skipped === "") return page.close(name, end);
      if (name !== skipped) return;
      depth -= 1;
      if (depth === 0) skipped = "";
    },
    ontext(start, end) {
      if (skipped !== "") return;
      let from = start;
      for (let at = spaceFrom(from); at + SPACE_ENTITY.length <= end; at = spaceFrom(from)) {
        page.text(from, at);
        page.space();
        from = at + SPACE_ENTITY.length;
      }
      page.text(from, end);
    },
    onattribentity: () => {},
    onattribend: () => {},
    oncdata: () => {},
    oncomment: () => {},
    ondeclaration: () => {},
    onprocessinginstruction: () => {},
    ontextentity: () => {},
    onend: () => {},
  };
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: false }, callbacks);
  for (let at = 0; at < text.length; at += SLICE) {
    tokenizer.write(text.slice(at, at + SLICE));
    yield;
  }
  tokenizer.end();
  return { outline: knownTags === 0 ? undefined : page.done(), isCutOff: skipped !== "" };
}
