import type { CompressResult, SourceDocument } from "../core/index.js";
import { describeKept, describeReason } from "./summary.js";
import { visible, visibleLine } from "./visible.js";

/** How the words' fates are shown. */
export interface ExplainOptions {
  /** Kept text bold, dropped text dim; else dropped text stands in `[-` and `-]`. */
  colour: boolean;
  /** All of each source, and not only what stands around kept text. */
  whole: boolean;
}

/** So much dropped text is shown on each side of kept text, in code units. */
const CONTEXT = 60;
/** A gap that is cut has lost at least this much. */
const LEAST_CUT = 40;
/** A cut moves back to a word's end where one is this near. */
const WORD_REACH = 20;

interface Piece {
  text: string;
  kept: boolean;
}

/** Every document's source with its fate: what was kept, what was dropped around it. For people, so control characters are spelled out. */
export function explainDocuments(
  documents: readonly SourceDocument[],
  result: CompressResult,
  options: ExplainOptions,
): string {
  const byIndex = new Map(result.documents.map((document) => [document.index, document]));
  const reasons = new Map(result.dropped.map(({ index, reason }) => [index, reason]));
  return documents
    .map(({ id, text }, index) => {
      const name = visibleLine(id ?? String(index));
      const kept = byIndex.get(index);
      const reason = reasons.get(index);
      const fate = kept ? describeKept(kept) : `dropped, ${reason ? describeReason(reason, 1) : "for no known reason"}`;
      const head = title(`# ${name}: ${fate}`, options.colour);
      if (!kept && !options.whole) return `${head}\n`;
      const pieces = cutPieces(text, kept?.spans ?? []);
      return `${head}\n${pieces.map((piece, place) => paint(piece, place, pieces.length, options)).join("")}\n`;
    })
    .join("\n");
}

function cutPieces(text: string, spans: readonly (readonly [number, number])[]): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const [from, to] of spans) {
    pieces.push({ text: text.slice(end, from), kept: false }, { text: text.slice(from, to), kept: true });
    end = to;
  }
  pieces.push({ text: text.slice(end), kept: false });
  return pieces.filter((piece) => piece.text !== "");
}

function paint({ text, kept }: Piece, place: number, count: number, { colour, whole }: ExplainOptions): string {
  if (kept) return colour ? style("1", visible(text)) : visible(text);
  const shown = visible(whole ? text : shorten(text, place === 0, place === count - 1));
  if (shown.trim() === "") return shown;
  if (colour) return style("2", shown);
  const words = shown.trim();
  const before = shown.length - shown.trimStart().length;
  return `${shown.slice(0, before)}[-${words}-]${shown.slice(before + words.length)}`;
}

/** What stands next to kept text: of a gap both ends, of a document's start its end, of a document's end its start. */
function shorten(text: string, isStart: boolean, isEnd: boolean): string {
  const head = isStart ? "" : headOf(text);
  const tail = isEnd ? "" : tailOf(text);
  const cut = text.length - head.length - tail.length;
  if (cut < LEAST_CUT) return text;
  const shown = `${head} … ${cut} characters … ${tail}`;
  return isStart ? shown.trimStart() : isEnd ? shown.trimEnd() : shown;
}

function headOf(text: string): string {
  const head = text.slice(0, CONTEXT);
  const lastSpace = head.search(/\s\S*$/u);
  return lastSpace >= CONTEXT - WORD_REACH ? head.slice(0, lastSpace) : head.replace(/[\ud800-\udbff]$/u, "");
}

function tailOf(text: string): string {
  const tail = text.slice(-CONTEXT);
  const firstSpace = tail.search(/\s/u);
  return firstSpace >= 0 && firstSpace < WORD_REACH
    ? tail.slice(firstSpace + 1)
    : tail.replace(/^[\udc00-\udfff]/u, "");
}

function title(text: string, colour: boolean): string {
  return colour ? style("36", text) : text;
}

function style(code: string, text: string): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}
