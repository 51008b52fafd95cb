import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { InvalidOptionError, type SourceDocument } from "../core/index.js";

/**
 * Reads the documents of a command line: files, each one document with its path as id, or standard input
 * if there are none (or `-`). With `jsonl` each line is one document: `{"id","text","title","score"}`.
 *
 * @throws InvalidOptionError Naming the file and line that is no document.
 */
export async function readDocuments(files: readonly string[], jsonl: boolean): Promise<SourceDocument[]> {
  const names = files.length === 0 ? ["-"] : files;
  const documents: SourceDocument[] = [];
  for (const name of names) {
    const text = name === "-" ? await readStandardInput() : await readTextFile(name);
    if (jsonl) documents.push(...parseLines(text, name));
    else documents.push({ id: name === "-" ? "stdin" : name, text });
  }
  if (documents.length === 0)
    throw new InvalidOptionError(`Expected at least one document, got an empty ${names.join(", ")}.`);
  return documents;
}

async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code = "an error" } = cause as NodeJS.ErrnoException;
    throw new InvalidOptionError(`Expected ${path} to be a readable file, got ${code}.`, { cause });
  }
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new InvalidOptionError(
      "Expected files, or text on standard input, got neither. See contextsieve compress --help.",
    );
  }
  return readAll(process.stdin);
}

function parseLines(text: string, name: string): SourceDocument[] {
  const lines = text.replace(/^\ufeff/u, "").split("\n");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const where = `${name}, line ${index + 1}`;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch (cause) {
      throw new InvalidOptionError(`Expected ${where} to be a JSON object with \`text\`, got no JSON.`, { cause });
    }
    if (typeof parsed !== "object" || parsed === null || typeof (parsed as SourceDocument).text !== "string") {
      throw new InvalidOptionError(`Expected ${where} to be a JSON object with \`text\`, got ${line.slice(0, 60)}.`);
    }
    const { id, text: body, title, score, metadata, pinned } = parsed as SourceDocument;
    return [
      {
        text: body,
        ...(id === undefined ? {} : { id: String(id) }),
        ...(title === undefined ? {} : { title }),
        ...(score === undefined ? {} : { score }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(pinned === undefined ? {} : { pinned }),
      },
    ];
  });
}
