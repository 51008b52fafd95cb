import { writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { type CompressOptions, type CompressResult, InvalidOptionError, type SourceDocument } from "../core/index.js";
import { guarded } from "./guard.js";
import { renderHtml } from "./html.js";
import { readDocuments } from "./input.js";
import { addModelFlags, type ModelFlags, wholeNumber, withEncodedDocuments } from "./open-sieve.js";
import { paintWords } from "./paint-words.js";

interface CompressFlags extends ModelFlags {
  query?: string;
  maxTokens?: number;
  rate?: number;
  threshold?: number;
  minRelevance?: number;
  tokenizer?: string;
  separator?: string;
  force?: string[];
  jsonl?: boolean;
  json?: boolean;
  explain?: boolean;
  html?: string;
}

/** Adds `compress` to the program. */
export function registerCompress(program: Command): void {
  const command = program
    .command("compress")
    .description("fit documents into a token budget")
    .argument("[files...]", "documents; standard input where there are none, or -")
    .option("-q, --query <text>", "the question that the context is for")
    .option("-n, --max-tokens <n>", "hard ceiling of the result, in target tokens", wholeNumber)
    .option("-r, --rate <share>", "share of the tokens to keep, in (0, 1]", decimal)
    .option("-t, --threshold <score>", "lowest score of a kept word, in [0, 1]", decimal)
    .option("--min-relevance <score>", "leave out sentences less relevant than this, in [0, 1]", decimal)
    .option("--tokenizer <name>", "encoding, or folder with a tokenizer.json (default: o200k_base)")
    .option("--separator <text>", "what joins the documents (default: a blank line)")
    .option("--force <phrase...>", "phrases to keep wherever their sentence is kept")
    .option("--jsonl", 'one document a line: {"id","text","title","score"}')
    .option("--json", "print the whole result as JSON")
    .option("--explain", "show every word and its fate: kept words bright, dropped words dim")
    .option("--html <file>", "write a report that shows what was kept");
  addModelFlags(command).action((files: string[], flags: CompressFlags) =>
    guarded(command, () => runCompress(files, flags)),
  );
}

async function runCompress(files: readonly string[], flags: CompressFlags): Promise<void> {
  checkTarget(flags);
  const documents = await readDocuments(files, flags.jsonl === true);
  await withEncodedDocuments(modelFlags(flags), documents, async (sieve, { milliseconds }) => {
    const result = await sieve.compress(compressOptions(documents, flags));
    if (flags.html !== undefined) await writeFile(flags.html, renderHtml(documents, result, flags.query));
    if (flags.json) process.stdout.write(`${JSON.stringify(withoutUnasked(result, flags), null, 2)}\n`);
    else if (flags.explain) process.stdout.write(paintWords(documents, result));
    else process.stdout.write(`${result.text}\n`);
    process.stderr.write(`${summary(result, milliseconds)}\n`);
  });
}

/** Said before the model loads and the documents are read. */
function checkTarget({ maxTokens, rate, threshold }: CompressFlags): void {
  const given = Object.entries({ "--max-tokens": maxTokens, "--rate": rate, "--threshold": threshold }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length === 1) return;
  const names = given.map(([name]) => name).join(" and ") || "none";
  throw new InvalidOptionError(`Expected exactly one of --max-tokens, --rate and --threshold, got ${names}.`);
}

function modelFlags({ model, device, dtype, threads, cache }: CompressFlags): ModelFlags {
  return {
    ...(model === undefined ? {} : { model }),
    ...(device === undefined ? {} : { device }),
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads }),
    ...(cache === undefined ? {} : { cache }),
  };
}

function compressOptions(documents: readonly SourceDocument[], flags: CompressFlags): CompressOptions {
  const { query, maxTokens, rate, threshold, minRelevance, tokenizer, separator, force } = flags;
  return {
    documents,
    ...(query === undefined ? {} : { query }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(rate === undefined ? {} : { rate }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(minRelevance === undefined ? {} : { minRelevance }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(separator === undefined ? {} : { separator }),
    ...(force === undefined ? {} : { forcePhrases: force }),
    explain: flags.explain === true || flags.html !== undefined,
  };
}

/** The words are in the JSON only if they were asked for, not because the report needed them. */
function withoutUnasked(result: CompressResult, flags: CompressFlags): CompressResult {
  if (flags.explain) return result;
  return { ...result, documents: result.documents.map(({ words: _, ...document }) => document) };
}

function summary(result: CompressResult, encodeMs: number): string {
  const { tokens, originalTokens, documents, dropped, timings } = result;
  const share = originalTokens === 0 ? 100 : (100 * tokens) / originalTokens;
  return (
    `${originalTokens} -> ${tokens} tokens (${share.toFixed(1)}%), ${documents.length} of ${documents.length + dropped.length} documents; ` +
    `encoded in ${encodeMs.toFixed(0)} ms, fitted in ${timings.totalMs.toFixed(0)} ms`
  );
}

function decimal(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number))
    throw new InvalidArgumentError(`Expected a number, got \`${value}\`.`);
  return number;
}
