import type { Sliced } from "../runtime/event-loop.js";
import { buildOutline, type Grain, type GrainInput, type Outline, plainWords } from "./outline.js";
import { type Place, tellContexts } from "./place.js";
import { requireGrain } from "./requirement.js";

/** Keys that say what a list item is, the best first. */
const IDENTITY_KEYS = ["name", "id", "key", "title", "alias", "path", "uses"] as const;
const TELLING_KEYS: ReadonlySet<string> = new Set(["name", "title", "description", "summary", "version", "kind"]);
/** The first entry of a list item without a name stands for it up to this length, in code units. */
const LONGEST_IDENTITY = 120;
/** A flow collection that is longer is cut at its commas, in code units. */
const LONGEST_FLOW = 300;

const PRIOR = { identity: 0.7, telling: 0.6, empty: 0.3, comment: 0.15 };

interface Entry {
  grain: number;
  words: string;
}

/** A mapping or a list that is open. */
interface Frame {
  kind: "map" | "list";
  column: number;
  /** Its key of the mapping that it stands in, "" for list items. */
  key: string;
  /** What all members stand under. */
  head: number;
  /** Grains of the keys or dashes. */
  members: number[];
  keys: Set<string>;
  /** The last key or dash, while it has no value; else -1. */
  pending: number;
  /** The key of the last member. */
  lastKey: string;
  /** Where the members stand. */
  place: Place;
  /** Members with short values: those that may say what the whole is. */
  entries: Map<string, Entry>;
  first: Entry | undefined;
  metadata: { grain: number; name: Entry; members: number[] } | undefined;
}

/** Where the grains of a YAML text are told, in the order of the text. Methods that return false refuse the text. */
export interface YamlOutline {
  comment(start: number, end: number): void;
  directive(start: number, end: number): boolean;
  startDocument(start: number, end: number): boolean;
  endDocument(start: number, end: number): boolean;
  /** A dash at a column; `end` is behind its properties where nothing else follows on the line. */
  item(column: number, start: number, end: number): boolean;
  /** A key at a column; `end` is behind the colon, or behind the value's properties where nothing else follows. */
  key(column: number, key: string, start: number, end: number): boolean;
  /** A value of the last key or dash: for flow collections with its bracket and the commas between its items. */
  value(start: number, end: number, flow?: { at: number; items: readonly number[] }): boolean;
  /** An anchor of the last grain. */
  anchor(name: string): void;
  /** A reference in the value that comes next. */
  alias(name: string): void;
  /** Takes a comment on the same line to the last grain. */
  extend(end: number): void;
  /** Column under which the lines of a value stand. */
  indent(): number;
  done(): Sliced<Outline | undefined>;
}

/** Starts the outline of a YAML text. */
export function createYamlOutline(text: string): YamlOutline {
  const outline = buildOutline("yaml", "entries");
  const places: (Place | undefined)[] = [];
  const frames: Frame[] = [];
  /** The mark that begins the document, -1 where it has none. */
  let mark = -1;
  let directives = -1;
  let isRooted = false;
  let entries = 0;
  let lastLeaf = -1;
  /** Comments that wait for what they stand above. */
  let comments: number[] = [];
  let anchors = new Map<string, number>();
  let aliases: string[] = [];
  const references: { grain: number; anchor: number }[] = [];
  let isBroken = false;
  /** What an anchor that comes now names. */
  let named = -1;

  const add = (input: GrainInput, place?: Place): number => {
    places.push(place);
    return outline.add(input);
  };
  const addLeaf = (grain: number): void => {
    for (const comment of comments) outline.grain(comment).head = grain;
    comments = [];
    lastLeaf = grain;
  };
  const closeFrame = (): void => {
    const frame = frames.pop() as Frame;
    if (frame.kind === "map") settleIdentity(frame, frames.at(-1));
  };
  const settleIdentity = (frame: Frame, parent: Frame | undefined): void => {
    const { entries, metadata, members, head } = frame;
    const name = entries.get("name");
    if (frame.key === "metadata" && name !== undefined && parent?.kind === "map") {
      parent.metadata = { grain: head, name, members };
      return;
    }
    const kind = entries.get("kind");
    if (kind !== undefined && metadata !== undefined) {
      outline.grain(metadata.grain).head = kind.grain;
      for (const member of [...members, ...metadata.members]) {
        if (member === kind.grain || member === metadata.grain || member === metadata.name.grain) continue;
        outline.grain(member).head = metadata.name.grain;
      }
      frame.place.words = `${frame.place.words} ${kind.words} ${metadata.name.words}`.trim();
      return;
    }
    if (parent?.kind !== "list") return;
    const identity = IDENTITY_KEYS.map((key) => entries.get(key)).find((entry) => entry !== undefined) ?? frame.first;
    if (identity === undefined) return;
    for (const member of members) if (member !== identity.grain) outline.grain(member).head = identity.grain;
    outline.grain(identity.grain).prior = PRIOR.identity;
    frame.place.words = identity.words;
  };
  /** Closes what is indented deeper and gives the frame that a key or a dash at a column belongs to. */
  const frameAt = (kind: Frame["kind"], column: number): Frame | undefined => {
    let frame = frames.at(-1);
    while (
      frame !== undefined &&
      (frame.column > column || (frame.column === column && frame.kind === "list" && kind === "map"))
    ) {
      closeFrame();
      frame = frames.at(-1);
    }
    if (frame?.column === column && frame.kind === kind) return frame;
    // A list may stand in the column of its key.
    const isFree = frame === undefined ? !isRooted : frame.pending >= 0 && (frame.column < column || kind === "list");
    if (!isFree) return undefined;
    isRooted = true;
    const head = frame?.pending ?? mark;
    const key = frame?.kind === "map" ? frame.lastKey : "";
    const place: Place = { words: plainWords(key), parent: frame?.place };
    if (frame !== undefined) {
      outline.grain(frame.pending).role = "shell";
      outline.grain(frame.pending).prior = 0.5;
      frame.pending = -1;
    }
    const opened: Frame = {
      kind,
      column,
      key,
      head,
      members: [],
      keys: new Set(),
      pending: -1,
      lastKey: "",
      place,
      entries: new Map(),
      first: undefined,
      metadata: undefined,
    };
    frames.push(opened);
    return opened;
  };
  const addMember = (frame: Frame, start: number, end: number): void => {
    frame.pending = add({ start, end, head: frame.head, prior: PRIOR.empty }, frame.place);
    frame.members.push(frame.pending);
    entries += 1;
    lastLeaf = frame.pending;
    named = frame.pending;
  };
  const closeDocument = (): void => {
    while (frames.length > 0) closeFrame();
    for (const comment of comments) {
      const grain = outline.grain(comment);
      if (lastLeaf >= 0) grain.head = lastLeaf;
      else grain.role = "waste";
    }
    comments = [];
    lastLeaf = -1;
    isRooted = false;
    anchors = new Map();
  };
  const addFlow = (frame: Frame, opener: number, end: number, at: number, commas: readonly number[]): void => {
    const place: Place = { words: plainWords(frame.lastKey), parent: frame.place };
    outline.grain(opener).role = "shell";
    outline.grain(opener).prior = 0.5;
    let from = at + 1;
    for (const comma of [...commas, end - 1]) {
      const start = from + text.slice(from, comma).search(/\S/u);
      const hasComma = comma < end - 1;
      const itemEnd = hasComma ? comma + 1 : from + text.slice(from, comma).trimEnd().length;
      if (start >= from) {
        lastLeaf = add(
          { start, end: itemEnd, separator: hasComma ? comma : itemEnd, head: opener, within: opener },
          place,
        );
      }
      from = comma + 1;
    }
    add({ start: end - 1, end, role: "shell", closes: opener });
    addLeaf(lastLeaf);
  };

  return {
    comment(start, end) {
      comments.push(add({ start, end, prior: PRIOR.comment }));
    },
    directive(start) {
      if (isRooted || mark >= 0) return false;
      if (directives < 0) directives = start;
      return comments.length === 0;
    },
    startDocument(start, end) {
      closeDocument();
      mark = add({ start: directives >= 0 ? directives : start, end, role: "shell" });
      directives = -1;
      return true;
    },
    endDocument(start, end) {
      closeDocument();
      // A document may follow without a mark of its own.
      mark = add({ start, end, role: "shell" });
      return true;
    },
    item(column, start, end) {
      const frame = frameAt("list", column);
      if (frame === undefined) return false;
      addMember(frame, start, end);
      frame.lastKey = "";
      return true;
    },
    key(column, key, start, end) {
      const frame = frameAt("map", column);
      if (frame === undefined || frame.keys.has(key)) return false;
      frame.keys.add(key);
      addMember(frame, start, end);
      frame.lastKey = key;
      return true;
    },
    value(start, end, flow) {
      const frame = frames.at(-1);
      if (frame === undefined || frame.pending < 0) return false;
      let index = frame.pending;
      frame.pending = -1;
      if (index === outline.length - 1) {
        outline.grain(index).end = end;
      } else {
        // A comment stands between the key and its value.
        outline.grain(index).role = "shell";
        index = add({ start, end, head: index }, frame.place);
      }
      named = index;
      const grain = outline.grain(index);
      grain.separator = end;
      grain.prior = TELLING_KEYS.has(frame.lastKey) ? PRIOR.telling : 0.5;
      for (const name of aliases) {
        const anchor = anchors.get(name);
        if (anchor === undefined) isBroken = true;
        else references.push({ grain: index, anchor });
      }
      if (flow !== undefined && aliases.length === 0 && end - start > LONGEST_FLOW && flow.items.length > 1) {
        grain.end = flow.at + 1;
        grain.separator = grain.end;
        addFlow(frame, index, end, flow.at, flow.items);
        return true;
      }
      aliases = [];
      addLeaf(index);
      if (index !== frame.members.at(-1)) return true;
      if (frame.kind !== "map" || flow !== undefined || end - start > LONGEST_IDENTITY) return true;
      const entry = { grain: index, words: text.slice(start, end).replace(/^["']|["']$/gu, "") };
      if (frame.members.length === 1) frame.first = entry;
      if (frame.lastKey === "kind" || (IDENTITY_KEYS as readonly string[]).includes(frame.lastKey)) {
        frame.entries.set(frame.lastKey, entry);
      }
      return true;
    },
    anchor(name) {
      anchors.set(name, named);
    },
    alias(name) {
      aliases.push(name);
    },
    extend(end) {
      const grain = outline.grain(outline.length - 1);
      const hasSeparator = grain.separator < grain.end;
      grain.end = end;
      if (!hasSeparator) grain.separator = end;
    },
    indent: () => frames.at(-1)?.column ?? -1,
    *done() {
      closeDocument();
      if (entries === 0 || isBroken || directives >= 0) return undefined;
      const yaml = outline.done();
      for (const { grain, anchor } of references) {
        if (!requireGrain(yaml.grains, grain, leafOf(yaml.grains, anchor))) return undefined;
      }
      yield* tellContexts(yaml.grains, places);
      return yaml;
    },
  };
}

/** What of an anchored value must be there so that a reference means something: the value, or its first entry. */
function leafOf(grains: readonly Grain[], anchor: number): number {
  let leaf = anchor;
  while (grains[leaf]?.role !== "content" && leaf < grains.length - 1) leaf += 1;
  return leaf;
}
