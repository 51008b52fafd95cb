import { resolve } from "node:path";
import { type CompressResult, InvalidOptionError } from "../core/index.js";
import { type ColourMode, usesColour } from "./colour.js";
import { explainDocuments } from "./explain.js";
import { type Report, renderReport } from "./html/page.js";
import { type OutputFile, openOutput, print } from "./output.js";

/** Flags that say in what form a result is wanted, and where. */
export interface DeliveryFlags {
  json?: boolean;
  explain?: boolean;
  /** Written `--explain=all`. */
  explainAll?: boolean;
  color: ColourMode;
  html?: string;
  output?: string;
}

/** The files that a result will be written to. */
export interface Outputs {
  html: OutputFile | undefined;
  /** None where the result is printed. */
  text: OutputFile | undefined;
}

/** The result as it is written or printed. */
interface Body {
  text: string;
  /** True where it is made for a terminal: control characters in it are this program's own. */
  isForTerminal: boolean;
}

/**
 * Checks, before any work, that all files that were asked for can be written.
 *
 * @param inputs Paths that were read.
 * @throws InvalidOptionError
 */
export async function openOutputs({ html, output }: DeliveryFlags, inputs: readonly string[]): Promise<Outputs> {
  if (html !== undefined && output !== undefined && resolve(html) === resolve(output))
    throw new InvalidOptionError("Expected --html and --output to name two files, got the same.");
  return {
    html: html === undefined ? undefined : await openOutput(html, "--html", inputs),
    text: output === undefined || output === "-" ? undefined : await openOutput(output, "--output", inputs),
  };
}

/**
 * Writes everything that was asked for. What cannot be written to its file is printed, so that the work is not lost.
 *
 * @throws InvalidOptionError Where something could not be written.
 */
export async function deliver(report: Report, flags: DeliveryFlags, { html, text }: Outputs): Promise<void> {
  const body = bodyOf(report, flags, text === undefined);
  const reportFailure = await failureOf(html?.write(renderReport(report)));
  const textFailure = await failureOf(text?.write(body.text));
  if (text === undefined || textFailure !== undefined) await print(body.text, body.isForTerminal);
  const failure = textFailure ?? reportFailure;
  if (failure !== undefined) throw failure;
}

async function failureOf(work: Promise<void> | undefined): Promise<unknown> {
  return work?.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function bodyOf({ documents, result }: Report, flags: DeliveryFlags, isPrinted: boolean): Body {
  const isExplained = flags.explain === true || flags.explainAll === true;
  if (flags.json) {
    return { text: `${JSON.stringify(isExplained ? result : withoutWords(result), null, 2)}\n`, isForTerminal: false };
  }
  if (isExplained) {
    const colour = usesColour(flags.color, isPrinted ? process.stdout : {});
    const text = explainDocuments(documents, result, { colour, whole: flags.explainAll === true });
    return { text, isForTerminal: true };
  }
  const { text } = result;
  return { text: text === "" || text.endsWith("\n") ? text : `${text}\n`, isForTerminal: false };
}

/** The words are in the JSON only where they were asked for, not because the report needed them. */
function withoutWords(result: CompressResult): CompressResult {
  return { ...result, documents: result.documents.map(({ words: _, ...document }) => document) };
}
