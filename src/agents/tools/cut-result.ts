import {
  type CompressedDocument,
  type CompressOptions,
  countTokens,
  type Query,
  type Sieve,
  type SourceDocument,
} from "../../core/index.js";
import { type CutRequest, cutTexts, type LeftText, targetOf, toolDefaults } from "./cut-texts.js";
import { cutLongStrings, type StringSettings } from "./long-strings.js";
import { noteFormOf, withNote } from "./note.js";
import { READ_ORIGINAL } from "./read-original.js";
import { withSalient } from "./salient.js";
import { originalId } from "./shelf.js";
import type { ToolLimit } from "./tool-limits.js";

/** What a cut result says of itself. */
export interface SievedResult {
  /** Tokens of the texts, notes included. */
  tokens: number;
  originalTokens: number;
  /** Ids of the originals of the texts that lost something. */
  originals: string[];
}

/** The texts of a result as they are left. */
export interface CutResult {
  texts: readonly LeftText[];
  facts: SievedResult;
  /** Texts that lost something, as they were: those of `facts.originals`. */
  lost: readonly string[];
}

/** How the texts of a result are cut. */
export interface ResultCut {
  sources: readonly string[];
  /** Ceiling and options of `compress`. */
  settings: ToolLimit & Pick<CompressOptions, "tokenizer" | "separator">;
  question: Query | undefined;
  openSieve: () => Promise<Sieve>;
  signal?: AbortSignal | undefined;
  /** Says behind a text where the whole of it is. */
  hasNote: boolean;
  /** Says in markers and notes what is left out: not in data that has to keep to a schema. @default true */
  isMarked?: boolean | undefined;
  /** Compresses the sources. @default the sieve's own `compress` */
  compress?: (request: TextsToCompress) => Promise<readonly LeftDocument[]>;
}

/** Texts as `compress` takes them. */
export type TextsToCompress = Omit<CompressOptions, "documents"> & { documents: readonly SourceDocument[] };

/** What is left of a document. */
export type LeftDocument = LeftText & Pick<CompressedDocument, "index" | "kind">;

const DEFAULT_SEPARATOR = "\n\n";

/** Cuts the texts of a result that are over the ceiling. Undefined if they stay as they are. */
export async function cutResult(request: ResultCut): Promise<CutResult | undefined> {
  const { sources, question, openSieve, signal, hasNote, isMarked = true } = request;
  const { cutAbove = 0, ...settings } = request.settings;
  const { tokenizer, separator = DEFAULT_SEPARATOR } = settings;
  if (sources.every((text) => text.trim() === "")) return undefined;
  const whole = await countTokens(sources.join(separator), tokenizer);
  if (whole <= Math.max(cutAbove, settings.maxTokens ?? 0)) return undefined;

  const sieve = await openSieve();
  const noteOf = hasNote ? (source: string) => `shortened; in full: ${READ_ORIGINAL} ${originalId(source)}` : undefined;
  const given = { ...toolDefaults(sieve), ...settings, ...(isMarked ? {} : { marker: false }), tokenizer, separator };
  const compressAll = request.compress ?? (async (all: TextsToCompress) => (await sieve.compress(all)).documents);
  const compress: CutRequest["compress"] = async (target, template) => {
    const ours = { ...given, ...target, query: question, signal };
    const inData = await cutInData(sources, ours, noteOf, sieve);
    if (inData !== undefined) return new Map([[0, { text: inData, lossless: false }]]);
    const documents = await compressAll({ ...ours, template, documents: sources.map((text) => ({ text })) });
    const kept = new Map(documents.map((document) => [document.index, document]));
    return isMarked ? withSalient({ sources, kept, target, noteOf }, ours, sieve) : kept;
  };
  const texts = await cutTexts({ sources, target: targetOf(settings), tokenizer, separator, noteOf, compress });
  if (sources.every((source, index) => texts[index]?.text === source)) return undefined;
  const lost = sources.filter((_, index) => texts[index]?.lossless !== true);
  const facts = {
    tokens: await sumOfTokens(
      texts.map(({ text }) => text),
      tokenizer,
    ),
    originalTokens: await sumOfTokens(sources, tokenizer),
    originals: lost.map(originalId),
  };
  return { texts, facts, lost };
}

/** What is left of data that is long for its texts: those are cut, with room for the note. */
async function cutInData(
  sources: readonly string[],
  settings: StringSettings & { maxTokens?: number | undefined },
  noteOf: CutRequest["noteOf"],
  sieve: Sieve,
): Promise<string | undefined> {
  const [source = ""] = sources;
  const { maxTokens, tokenizer } = settings;
  if (sources.length !== 1 || maxTokens === undefined) return undefined;
  const note = noteOf ? await countTokens(withNote("{}", noteOf(source), noteFormOf(source)), tokenizer) : 0;
  return cutLongStrings(source, { ...settings, maxTokens: Math.max(1, maxTokens - note) }, sieve);
}

async function sumOfTokens(texts: readonly string[], tokenizer: CompressOptions["tokenizer"]): Promise<number> {
  let tokens = 0;
  for (const text of texts) tokens += await countTokens(text, tokenizer);
  return tokens;
}
