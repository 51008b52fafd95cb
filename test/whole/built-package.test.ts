import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "contextsieve-built-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The files that Node reads before a module runs, itself included: each one costs about half a millisecond. */
function readAtOnce(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export|\}) ?[^"';]*?"(\.[^"]+\.js)";$/gmu,
  ))
    readAtOnce(resolve(dirname(file), target), found);
  return found;
}

describe("the built package", () => {
  it.each([
    ["index.js", 40],
    ["langchain/index.js", 60],
    ["cli/main.js", 80],
    ["core/model/backends/onnx/onnx-worker.js", 6],
  ])("reads few files before %s runs", (entry, most) => {
    const files = readAtOnce(join(DIST, entry));
    expect(files.size).toBeGreaterThan(1);
    expect(files.size).toBeLessThanOrEqual(most);
  });

  it("reads no ranks of an encoding before one is asked for", () => {
    const bytes = [...readAtOnce(join(DIST, "index.js"))].map((file) => readFileSync(file).length);
    expect(bytes.reduce((sum, own) => sum + own, 0)).toBeLessThan(900_000);
  });

  it("runs the conversion script that it ships", () => {
    // A Python that only says what it was given.
    const python = join(scratch, "python3");
    writeFileSync(python, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    chmodSync(python, 0o755);
    const args = ["models", "convert", "checkpoint", "--out", join(scratch, "model"), "--licence", "MIT"];
    const output = execFileSync(process.execPath, [join(DIST, "cli/main.js"), ...args], {
      encoding: "utf8",
      env: { ...process.env, PATH: [scratch, process.env.PATH].join(delimiter) },
    });
    const [script = ""] = output.split("\n");
    expect(script.endsWith("convert.py")).toBe(true);
    expect(existsSync(script)).toBe(true);
  });
});
