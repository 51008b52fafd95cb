import { Tokenizer } from "htmlparser2";
import type { Sliced } from "../runtime/event-loop.js";
import type { Outline } from "./outline.js";
import { outlineXml, type XmlNode } from "./xml-outline.js";

/** Code units that are read in one go. */
const SLICE = 16_384;

/**
 * Reads XML: elements under the tags that they stand in, with what an element is called as the head of what else it
 * holds. Elements with text alone, and small ones with all that they hold, are one grain.
 *
 * @returns Undefined where the text is not one well-formed element with what may stand around it.
 */
export function* parse(text: string): Sliced<Outline | undefined> {
  const nodes: XmlNode[] = [];
  const open: number[] = [];
  const begin = internalSubsetEnd(text);
  let tagStart = 0;
  let tag = "";
  /** A closing tag's end is known when the next piece of the text comes. */
  let closing = -1;
  let isBroken = false;
  let roots = 0;
  let attribute = "";
  let identity = "";

  const add = (kind: XmlNode["kind"], start: number, end: number): number => {
    nodes.push({
      kind,
      start,
      end,
      openEnd: end,
      closeStart: end,
      parent: open.at(-1) ?? -1,
      last: nodes.length,
      name: "",
      identity: "",
    });
    return nodes.length - 1;
  };
  const openElement = (end: number, isSelfClosed: boolean) => {
    if (open.length === 0) roots += 1;
    const index = add("element", tagStart, end);
    Object.assign(nodes[index] as XmlNode, { name: tag, identity });
    if (!isSelfClosed) open.push(index);
  };
  const tokenizer = new Tokenizer(
    { xmlMode: true, decodeEntities: false },
    {
      onopentagname(start, end) {
        tagStart = start - 1;
        tag = text.slice(start, end);
        identity = "";
      },
      onattribname(start, end) {
        attribute = text.slice(start, end);
      },
      onattribdata(start, end) {
        if (identity === "" && /^(?:id|name|key|title)$/iu.test(attribute)) identity = text.slice(start, end);
      },
      onattribend(quote) {
        // Well-formed values are quoted.
        if (quote < 2) isBroken = true;
      },
      onopentagend: (end) => openElement(end + 1, false),
      onselfclosingtag: (end) => openElement(end + 1, true),
      onclosetag(start, end) {
        const index = open.pop();
        const node = nodes[index ?? -1];
        if (node === undefined || node.name !== text.slice(start, end)) {
          isBroken = true;
          return;
        }
        closing = text.indexOf(">", end);
        if (closing < 0 || text.slice(end, closing).trim() !== "") isBroken = true;
        node.closeStart = start - 2;
        node.end = closing + 1;
        node.last = nodes.length - 1;
      },
      ontext(pieceStart, end) {
        const start = Math.max(pieceStart, begin);
        if (text.slice(start, end).trim() === "") return;
        const before = nodes.at(-1);
        if (before?.kind === "text" && before.end === start) before.end = end;
        else add("text", start, end);
        if (open.length === 0) isBroken = true;
      },
      oncdata(start, end) {
        add("text", start - "<![CDATA[".length, end + 1);
        if (open.length === 0) isBroken = true;
      },
      oncomment: (start, end) => void add("comment", start - "<!--".length, end + 1),
      ondeclaration: (start, end) => void add("prolog", start - "<!".length, end + 1),
      onprocessinginstruction: (start, end) => void add("prolog", start - "<?".length, text.indexOf(">", end) + 1),
      onattribentity: () => {},
      ontextentity: () => {},
      onend: () => {},
    },
  );
  if (begin > 0) {
    add("prolog", text.search(/\S/u), begin);
    // Its declarations are no elements; offsets stay what they are.
    tokenizer.write(" ".repeat(begin));
  }
  for (let at = begin; at < text.length && !isBroken; at += SLICE) {
    tokenizer.write(text.slice(at, at + SLICE));
    yield;
  }
  if (!isBroken) tokenizer.end();
  // A tag or a comment that the text's end cuts off is no node, or ends behind it.
  const end = nodes.findLast(({ parent }) => parent < 0)?.end ?? 0;
  if (isBroken || roots !== 1 || open.length > 0 || end > text.length || text.slice(end).trim() !== "")
    return undefined;
  return yield* outlineXml(text, nodes);
}

/** Behind a document type that declares entities or elements of its own; 0 where there is none. */
function internalSubsetEnd(text: string): number {
  const opening = /^\s*(?:<\?[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<!DOCTYPE[^<>[\]]*\[/iu.exec(text)?.[0];
  const end = opening === undefined ? -1 : text.indexOf("]>", opening.length);
  return end < 0 ? 0 : end + 2;
}
