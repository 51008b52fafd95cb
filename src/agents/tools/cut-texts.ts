import { type CompressedDocument, type CompressOptions, countTokens, type Sieve } from "../../core/index.js";
import { traced } from "../../core/runtime/telemetry.js";
import { type BeginningRequest, beginningOf } from "./beginning.js";
import { beginningWith, type NoteForm, noteFormOf, withNote } from "./note.js";

/** How much of a tool's texts is to stay. */
export type CutTarget = Pick<CompressOptions, "maxTokens" | "rate" | "threshold">;

/** A tool's texts, and how they are cut. */
export interface CutRequest extends Pick<CompressOptions, "tokenizer" | "separator"> {
  sources: readonly string[];
  target: CutTarget;
  /** Said behind a text that was cut. @default nothing, unless none of a text is left */
  noteOf?: ((source: string) => string) | undefined;
  /** How the model will see a text. @default as it is */
  render?: ((text: string) => string) | undefined;
  /** Compresses the sources: what is left of each, by its index. */
  compress: (target: CutTarget, template: Template) => Promise<ReadonlyMap<number, LeftText>>;
}

/** What is left of a text, and whether that says all that the text said. */
export type LeftText = Pick<CompressedDocument, "text" | "lossless">;

/** What is said in the place of a text, and how. */
type StandIn = (source: string) => Pick<BeginningRequest, "note" | "form">;

type Template = NonNullable<CompressOptions["template"]>;

/** What `compress` joins documents by, unless it is told otherwise. */
const DEFAULT_SEPARATOR = "\n\n";
const NOTHING: LeftText = { text: "", lossless: false };
/** Said if none of a text is left and there is no other note. */
const BARE_NOTE = "shortened";
/** Tokens for the beginning of a text if nothing else is a ceiling. */
const BEGINNING_TOKENS = 64;

/** Tool results are printed in the compact form, and what is left out of them is said, unless the caller decides. */
export function toolDefaults({ info }: Sieve): Pick<CompressOptions, "form" | "marker"> {
  return info.method === "llmlingua2" ? {} : { form: "compact", marker: true };
}

/** A target alone, out of an adapter's settings. */
export function targetOf({ maxTokens, rate, threshold }: CutTarget): CutTarget {
  return { maxTokens, rate, threshold };
}

/**
 * Cuts a tool's texts under a ceiling. A text that says something never becomes nothing: if none of it finds a place, the
 * model sees how it begins, and a note. Texts under the ceiling stay, also if they are not relevant enough.
 *
 * @returns The texts in order, those that lost something with their notes.
 */
export async function cutTexts(request: CutRequest): Promise<readonly LeftText[]> {
  return traced("texts", () => cutAll(request));
}

async function cutAll(request: CutRequest): Promise<readonly LeftText[]> {
  const { sources, target, noteOf, compress } = request;
  const forms = sources.map(noteFormOf);
  const formOf = (source: string): NoteForm => forms[sources.indexOf(source)] ?? "text";
  const noted = (source: string, text: string) =>
    noteOf === undefined || text === source ? text : withNote(text, noteOf(source), formOf(source));
  const render = request.render ?? ((text) => text);
  const cut = async (wanted: CutTarget) => {
    const kept = await compress(wanted, ({ text: source }, text) => render(noted(source, text)));
    return sources.map((source, index): LeftText => {
      if (source.trim() === "") return { text: source, lossless: true };
      const { text, lossless } = kept.get(index) ?? NOTHING;
      return { text: lossless || text === "" ? text : noted(source, text), lossless };
    });
  };
  const standIn: StandIn = (source) => ({ note: noteOf?.(source) ?? BARE_NOTE, form: formOf(source) });

  const left = await cut(target);
  const texts = left.map(({ text }) => text);
  if (gone(sources, texts).length === 0) return left;

  const all = await tokensOf(request, sources);
  const ceiling = ceilingOf(target, all);
  const isDropped = texts.every((text, index) => text === "" || text === sources[index]);
  if (isDropped && Number.isFinite(ceiling) && all <= ceiling) return sources.map((text) => ({ text, lossless: true }));
  const notes = gone(sources, texts).map((index) => {
    const { note, form } = standIn(sources[index] as string);
    return beginningWith("", note, form);
  });
  const kept = texts.filter((text) => text !== "");
  const isCrowded = kept.length > 0 && (await tokensOf(request, [...kept, ...notes])) > ceiling;
  // The notes come before more of the other texts.
  const less = isCrowded ? ceiling - (await tokensOf(request, notes)) - notes.length : 0;
  const rest = less >= 1 ? await cut({ maxTokens: less }) : left;
  return fillGaps(request, rest, ceiling, standIn);
}

/** Puts the beginning of each text of which nothing is left in its place, as the ceiling allows. */
async function fillGaps(
  request: CutRequest,
  left: readonly LeftText[],
  ceiling: number,
  standIn: StandIn,
): Promise<LeftText[]> {
  const { sources } = request;
  const filled = left.map(({ text }) => text);
  const gaps = gone(sources, filled);
  for (const [done, index] of gaps.entries()) {
    const source = sources[index] as string;
    const used = await tokensOf(request, filled);
    const room = Math.floor((ceiling - used) / (gaps.length - done));
    filled[index] = await beginningOf({
      text: source,
      ...standIn(source),
      room: Number.isFinite(ceiling) ? room : BEGINNING_TOKENS,
      count: async (text) => (await tokensOf(request, filled.with(index, text))) - used,
    });
  }
  return filled.map((text, index) => ({ text, lossless: left[index]?.lossless === true }));
}

/** Places of texts that said something and say nothing now. */
function gone(sources: readonly string[], texts: readonly string[]): number[] {
  return [...sources.keys()].filter((index) => texts[index] === "" && sources[index]?.trim() !== "");
}

/** Tokens of the texts as the model will see them. */
function tokensOf({ render, separator, tokenizer }: CutRequest, texts: readonly string[]): Promise<number> {
  const shown = texts.filter((text) => text !== "").map((text) => render?.(text) ?? text);
  return countTokens(shown.join(separator ?? DEFAULT_SEPARATOR), tokenizer);
}

/** The ceiling in tokens; a threshold has none. */
function ceilingOf({ maxTokens, rate }: CutTarget, all: number): number {
  if (rate !== undefined) return Math.max(1, Math.floor(rate * all));
  return maxTokens ?? Number.POSITIVE_INFINITY;
}
