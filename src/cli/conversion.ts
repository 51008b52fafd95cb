import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../core/errors.js";
import { CONVERT } from "./package-files.js";

/** Exit statuses of the script. */
const MISSING_PACKAGES = 3;
const BAD_CHECKPOINT = 4;

/**
 * Runs `convert.py` with the `python3` on PATH; what it prints goes to standard output.
 *
 * @param flags `out`, and what else the script takes (`name`, `licence`, `texts`).
 * @throws ModelLoadError If there is no Python, or it lacks packages. InvalidOptionError if the folder is no checkpoint.
 */
export async function runConversion(checkpoint: string, flags: Readonly<Record<string, string>>): Promise<void> {
  const python = findPython();
  if (python === undefined) {
    throw new ModelLoadError("Expected `python3` on PATH to convert a checkpoint, got none.");
  }
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(python, [CONVERT, checkpoint, ...given], { stdio: ["ignore", "inherit", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status === 0) return;
  // The script's own message is its last line; libraries above it may have warned.
  const message = complaint.trim().split("\n").at(-1) ?? "";
  if (status === BAD_CHECKPOINT || status === 2) throw new InvalidOptionError(message);
  if (status === MISSING_PACKAGES) throw new ModelLoadError(message);
  throw new ModelLoadError(`Expected ${python} to convert ${checkpoint}, got status ${status}: ${message}`);
}

function findPython(): string | undefined {
  const names = process.platform === "win32" ? ["python3.exe", "python.exe"] : ["python3"];
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}
