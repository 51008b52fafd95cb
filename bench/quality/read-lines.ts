import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Where the shared data lies: `CONTEXTSIEVE_DATA`, or `../shared/data` beside the repository. */
export const DATA_FOLDER =
  process.env.CONTEXTSIEVE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));

/** Lines of a gzipped JSONL file of the shared data. */
export function readLines<T>(path: string): T[] {
  const text = gunzipSync(readFileSync(join(DATA_FOLDER, path))).toString("utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as T]));
}
