import { type Command, Option } from "commander";
import {
  type CompressOptions,
  type CompressResult,
  InvalidOptionError,
  type SourceDocument,
  TEXT_KINDS,
  type TextForm,
  type TextKind,
} from "../core/index.js";
import { COLOUR_MODES } from "./colour.js";
import { printCounts } from "./count.js";
import { type DeliveryFlags, deliver, openOutputs } from "./deliver.js";
import {
  DOCUMENT_STYLES,
  type DocumentStyle,
  type DocumentTemplate,
  documentTemplate,
  unescapeWord,
} from "./document-style.js";
import { guarded } from "./guard.js";
import { addInputFlags, type InputFlags, readDocuments } from "./input.js";
import { type MarkerFlag, markerOption } from "./marker-option.js";
import { createNotices, type Notices } from "./notices.js";
import { decimal, decimalOrAuto, share, tokenNumber } from "./numbers.js";
import { addModelFlags, type Encoded, type ModelFlags, sieveOptions, withEncodedDocuments } from "./open-sieve.js";
import { openScoreFolder } from "./score-folder.js";
import { documentLines, summaryLine, whyEmpty } from "./summary.js";
import { tokenizerName } from "./tokenizer-names.js";

interface CompressFlags extends ModelFlags, InputFlags, DeliveryFlags {
  query?: string[];
  maxTokens?: number;
  rate?: number;
  threshold?: number;
  minRelevance?: number | "auto";
  tokenizer?: string;
  separator?: string;
  force?: string[];
  kind?: TextKind;
  form?: TextForm;
  marker?: MarkerFlag;
  style?: DocumentStyle;
  template?: string;
  count?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

const TEXT_FORMS: readonly TextForm[] = ["same", "compact", "table"];
const DEFAULT_SEPARATOR = "\n\n";

const EXAMPLES = `
Examples:
  contextsieve compress handbook.md -n 2k -q "How long may a deploy be frozen?"
  contextsieve compress docs 'src/**/*.md' -n 4k --style xml -q "How are keys rotated?" -o context.xml
  git ls-files -z '*.md' | contextsieve compress --files-from - -0 -r 30%
  npm test 2>&1 | contextsieve compress -n 500 -q "Which tests fail, and why?"
  curl -s "$URL/orders" | contextsieve compress -n 1k --kind json --form compact -q "Which orders are late?"
  contextsieve compress docs --count --tokenizer gpt-4o
  contextsieve compress handbook.md -n 300 -q "Who is paged first?" --html report.html

A result that is empty is no error: a warning says why, and the status is 0.
`;

/** Adds `compress` to the program. */
export function registerCompress(program: Command): void {
  const command = program.command("compress").description("fit documents into a token budget");
  addInputFlags(command)
    .option("-q, --query <text>", "the question that the context is for; give it again for each of its parts", collect)
    .addOption(
      new Option("-n, --max-tokens <n>", "hard ceiling of the result, in target tokens: 2000, 2k")
        .argParser(tokenNumber)
        .env("CONTEXTSIEVE_MAX_TOKENS"),
    )
    .option("-r, --rate <share>", "share of the tokens to keep, in (0, 1]: 0.3, 30%", share)
    .option("-t, --threshold <score>", "lowest score of a kept word, in [0, 1]", decimal)
    .option(
      "--min-relevance <score>",
      "leave out what the question does not need: auto, or a score in [0, 1]",
      decimalOrAuto,
    )
    .addOption(
      new Option(
        "--tokenizer <name>",
        "encoding, model (gpt-4o, gpt-4.1, gpt-5, o3, ...), or folder with a tokenizer.json (default: o200k_base)",
      ).env("CONTEXTSIEVE_TOKENIZER"),
    )
    .option("--separator <text>", "what joins the documents; \\n is a new line (default: a blank line)")
    .option("--force <phrase>", "phrase to keep wherever its sentence is kept; give it again for more", collect)
    .addOption(
      new Option(
        "--kind <kind>",
        "what kind of text the documents are (default: told by each file's name and its text)",
      ).choices(TEXT_KINDS),
    )
    .addOption(
      new Option(
        "--form <form>",
        "what must be cut is printed to the letter (same, the default), first without what carries nothing (compact), or, if it fits whole only so, as a table",
      )
        .choices(TEXT_FORMS)
        .env("CONTEXTSIEVE_FORM"),
    )
    .addOption(markerOption())
    .addOption(
      new Option(
        "--style <style>",
        "say which text is from which file, counted under the ceiling: <document source>, ## headings, or nothing (default)",
      ).choices(DOCUMENT_STYLES),
    )
    .option("--template <text>", "the same in your own words, with {id}, {title}, {text} and {index}")
    .option("--count", "print the tokens of the documents as they are, and do nothing else; no model is loaded")
    .option("--json", "print the whole result as JSON")
    .option("--explain", "show what was kept and what was dropped around it; --explain=all for all of the source")
    .addOption(new Option("--explain-all", "as --explain=all").hideHelp())
    .option("--html <file>", "write a report that shows what was kept")
    .option("-o, --output <file>", "write the result to a file, whole or not at all")
    .addOption(
      new Option("--color <when>", "colours of --explain; auto heeds NO_COLOR and FORCE_COLOR")
        .choices(COLOUR_MODES)
        .default("auto"),
    )
    .option("--quiet", "nothing but errors on standard error")
    .option("--verbose", "a line for each document on standard error");
  addModelFlags(command)
    .addHelpText("after", EXAMPLES)
    .action((files: string[], flags: CompressFlags) => guarded(command, () => runCompress(command, files, flags)));
}

async function runCompress(command: Command, files: readonly string[], flags: CompressFlags): Promise<void> {
  const target = targetOf(command, flags);
  const tokenizer = flags.tokenizer === undefined ? undefined : tokenizerName(flags.tokenizer);
  const notices = createNotices(flags.quiet === true);
  const input = await readDocuments(files, flags, notices);
  const { documents } = input;
  const template = documentTemplate(flags.style, flags.template, documents);
  const separator = flags.separator === undefined ? DEFAULT_SEPARATOR : unescapeWord(flags.separator);
  if (flags.count) {
    await printCounts(documents, { template, separator, tokenizer, json: flags.json === true });
    return;
  }
  const outputs = await openOutputs(flags, input.paths);
  const cache = flags.cache === undefined ? undefined : await openScoreFolder(flags.cache, notices);
  const options: CompressOptions = {
    documents,
    ...target,
    separator,
    ...(flags.query === undefined ? {} : { query: questionOf(flags.query) }),
    ...(flags.minRelevance === undefined ? {} : { minRelevance: flags.minRelevance }),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(template === undefined ? {} : { template }),
    ...(flags.kind === undefined ? {} : { kind: flags.kind }),
    ...(flags.form === undefined ? {} : { form: flags.form }),
    ...(flags.marker === undefined ? {} : { marker: flags.marker }),
    forcePhrases: flags.force ?? [],
    explain: flags.explain === true || flags.explainAll === true || flags.html !== undefined,
  };
  const { result, encoded } = await withEncodedDocuments(
    sieveOptions(flags, notices, cache),
    documents,
    notices,
    async (sieve, encoded) => ({ result: await sieve.compress(options), encoded }),
    { kind: flags.kind, form: flags.form },
  );
  const rendered = { ...result, text: renderedText(result, documents, template, separator) };
  await deliver(
    { documents, result: rendered, query: flags.query?.join(" "), encodeMs: encoded.milliseconds },
    flags,
    outputs,
  );
  tell(result, encoded, flags, notices);
}

/** One question is looked at for its parts; several are parts already. */
function questionOf(queries: readonly string[]): CompressOptions["query"] {
  return queries.length === 1 ? queries[0] : queries;
}

/** Said before the model loads and the documents are read. A target from the environment gives way to one of the flags. */
function targetOf(command: Command, flags: CompressFlags): Pick<CompressOptions, "maxTokens" | "rate" | "threshold"> {
  const { rate, threshold, count } = flags;
  const isFallback = command.getOptionValueSource("maxTokens") === "env";
  const maxTokens =
    isFallback && (rate !== undefined || threshold !== undefined || count) ? undefined : flags.maxTokens;
  const given = Object.entries({ "--max-tokens": maxTokens, "--rate": rate, "--threshold": threshold }).filter(
    ([, value]) => value !== undefined,
  );
  if (count && given.length > 0) throw new InvalidOptionError(`Expected --count without ${given[0]?.[0]}, got both.`);
  if (!count && given.length !== 1) {
    const names = given.map(([name]) => name).join(" and ") || "none";
    throw new InvalidOptionError(`Expected exactly one of --max-tokens, --rate and --threshold, got ${names}.`);
  }
  return {
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(rate === undefined ? {} : { rate }),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** The text that was counted: each document through the template, joined. */
function renderedText(
  result: CompressResult,
  documents: readonly SourceDocument[],
  template: DocumentTemplate | undefined,
  separator: string,
): string {
  if (!template) return result.text;
  return result.documents.map(({ index, text }) => template(documents[index] as SourceDocument, text)).join(separator);
}

function tell(result: CompressResult, encoded: Encoded, flags: CompressFlags, notices: Notices): void {
  if (flags.verbose) for (const line of documentLines(result)) notices.say(line);
  const reason = whyEmpty(result);
  if (reason !== undefined) notices.warn(reason);
  notices.say(summaryLine(result, encoded.milliseconds));
}

function collect(value: string, given: readonly string[] = []): string[] {
  return [...given, value];
}
