import type { Sliced } from "../runtime/event-loop.js";
import type { Span } from "../types.js";
import { buildOutline, type Outline, plainWords } from "./outline.js";
import { type Place, tellContexts } from "./place.js";

/** Nodes that are read in one go. */
const NODES_PER_SLICE = 1024;
/** An element inside of the outermost stays whole with all that it holds up to this length, in code units. */
const LONGEST_WHOLE = 160;
/** An element that holds text alone stays whole up to this length, in code units. */
const LONGEST_LEAF = 400;
/** Elements that say what the one around them is, the best first. */
const IDENTITY_TAGS = ["name", "id", "key", "title", "artifactid", "guid", "label"];
const PRIOR = { identity: 0.7, comment: 0.15 };

/** A part of an XML text, in the order of the text. */
export interface XmlNode extends Span {
  kind: "element" | "text" | "comment" | "prolog";
  /** Behind the opening tag. */
  openEnd: number;
  /** Where the closing tag begins. */
  closeStart: number;
  /** Index of the element around it, -1 at the top. */
  parent: number;
  /** Index of the last node inside of it; its own where there is none. */
  last: number;
  name: string;
  /** The value of the attribute that says which one it is, "" where none does. */
  identity: string;
}

interface OpenElement {
  node: XmlNode;
  grain: number;
  place: Place;
  /** Grains of what stands right in it. */
  members: number[];
  identity: { rank: number; grain: number; words: string } | undefined;
  hasText: boolean;
}

/** The outline of a well-formed XML text, from its nodes in the order of the text. */
export function* outlineXml(text: string, nodes: readonly XmlNode[]): Sliced<Outline> {
  const outline = buildOutline("xml", "elements");
  const places: (Place | undefined)[] = [];
  const open: OpenElement[] = [];
  let prolog = -1;
  let isRooted = false;

  const add = (span: Span, input: Omit<Parameters<typeof outline.add>[0], "start" | "end">): number => {
    places.push(open.at(-1)?.place);
    return outline.add({ head: open.at(-1)?.grain ?? prolog, ...input, start: span.start, end: span.end });
  };
  const close = () => {
    const { node, grain, place, members, identity, hasText } = open.pop() as OpenElement;
    add({ start: node.closeStart, end: node.end }, { role: "shell", closes: grain, head: -1 });
    if (identity === undefined || hasText || node.identity !== "") return;
    for (const member of members) if (member !== identity.grain) outline.grain(member).head = identity.grain;
    outline.grain(identity.grain).prior = PRIOR.identity;
    place.words = `${place.words} ${identity.words}`;
  };
  const addWhole = (node: XmlNode) => {
    const grain = add(node, {});
    const element = open.at(-1);
    if (element === undefined) return;
    element.members.push(grain);
    const rank = IDENTITY_TAGS.indexOf(node.name.toLowerCase().replace(/^.*:/u, ""));
    if (rank < 0 || rank >= (element.identity?.rank ?? IDENTITY_TAGS.length)) return;
    element.identity = {
      rank,
      grain,
      words: text
        .slice(node.openEnd, node.closeStart)
        .replace(/<[^<>]*>/gu, " ")
        .trim(),
    };
  };
  const addOpen = (node: XmlNode) => {
    const place = { words: `${plainWords(node.name)} ${node.identity}`.trim(), parent: open.at(-1)?.place };
    const grain = add({ start: node.start, end: node.openEnd }, { role: "shell" });
    open.at(-1)?.members.push(grain);
    open.push({ node, grain, place, members: [], identity: undefined, hasText: false });
  };
  const addText = (node: XmlNode) => {
    const source = text.slice(node.start, node.end);
    const start = node.start + source.search(/\S/u);
    // Words of plain text may go; an entity or a CDATA section would be cut by that.
    const isPlain = source.length > LONGEST_LEAF && !/[&<\]]/u.test(source);
    const grain = add({ start, end: node.start + source.trimEnd().length }, { kind: isPlain ? "prose" : "data" });
    const element = open.at(-1) as OpenElement;
    element.hasText = true;
    element.members.push(grain);
  };

  for (let index = 0; index < nodes.length; index += 1) {
    if (index % NODES_PER_SLICE === 0) yield;
    const node = nodes[index] as XmlNode;
    while (open.length > 0 && (open.at(-1) as OpenElement).node.last < index) close();
    if (node.kind === "comment") {
      const isInside = open.length > 0;
      add(node, isInside ? { prior: PRIOR.comment } : { role: "waste", head: -1 });
    } else if (node.kind === "prolog") {
      const grain = add(
        node,
        isRooted && open.length === 0 ? { role: "waste", head: -1 } : { role: open.length > 0 ? "content" : "shell" },
      );
      if (!isRooted) prolog = grain;
    } else if (node.kind === "text") addText(node);
    else {
      isRooted = true;
      const length = node.end - node.start;
      const isLeaf = node.last === index || (node.last === index + 1 && nodes[node.last]?.kind === "text");
      if (
        (length <= LONGEST_WHOLE && node.parent >= 0) ||
        (isLeaf && (length <= LONGEST_LEAF || node.last === index))
      ) {
        addWhole(node);
        index = node.last;
      } else addOpen(node);
    }
  }
  while (open.length > 0) close();
  const xml = outline.done();
  yield* tellContexts(xml.grains, places);
  return xml;
}
