import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CompressResult } from "../../src/core/index.js";
import { hasBundledModel } from "../support/bundled-model.js";
import { runCli } from "../support/run-cli.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-structure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ORDERS = Array.from({ length: 12 }, (_, index) => ({
  id: `A-${100 + index}`,
  customer: `Customer ${index}`,
  status: index === 7 ? "late" : "delivered",
}));
const PRETTY = JSON.stringify(ORDERS, null, 2);

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function resultOf(
  words: readonly string[],
  input = "",
  env: Record<string, string> = {},
): Promise<CompressResult> {
  const run = await runCli(["compress", ...words, "--json"], input, { env });
  expect(run.stderr.split("\n")[0]).not.toMatch(/^error/u);
  return JSON.parse(run.stdout) as CompressResult;
}

describe.skipIf(!hasBundledModel)("structure on the command line (with the bundled model)", () => {
  it("tells a file's kind by its name, and gives way to --kind", async () => {
    const lines = "name,limit\nwait,250\n";
    const csv = write("limits.csv", lines);
    expect((await resultOf([csv, "-r", "1"])).documents[0]).toMatchObject({ kind: "csv", metadata: { source: csv } });
    expect((await resultOf([csv, "-r", "1", "--kind", "log"])).documents[0]?.kind).toBe("log");
    const line = JSON.stringify({ text: lines, kind: "log" });
    expect((await resultOf(["--jsonl", "-r", "1"], line)).documents[0]?.kind).toBe("log");
  });

  it("leaves JSON that it cuts JSON, and says what is left out", async () => {
    const path = write("orders.json", PRETTY);
    const words = ["-n", "60", "-q", "Which order is late?", "--verbose"];
    const run = await runCli(["compress", path, ...words]);
    expect(JSON.parse(run.stdout)).toContainEqual(ORDERS[7]);
    expect(run.lines[0]).toMatch(/: json, \d+ of \d+ tokens, .*; \d+ of \d+ \w+ left out \(lines [\d, .-]+\)$/u);
  });

  it("loses nothing where the compact form fits, and says so", async () => {
    const path = write("orders.json", PRETTY);
    const run = await runCli(["compress", path, "-r", "0.8", "--form", "compact"]);
    expect(JSON.parse(run.stdout)).toEqual(ORDERS);
    expect(run.lines.at(-1)).toContain("1 of 1 document, lossless; ");
    const [document] = (await resultOf([path, "-r", "0.8"], "", { CONTEXTSIEVE_FORM: "compact" })).documents;
    expect(document).toMatchObject({ kind: "json", lossless: true, omitted: [] });
  });

  it("marks what is left out with --marker, in JSON with all", async () => {
    const toml = write("limits.toml", Array.from({ length: 20 }, (_, at) => `limit_${at} = ${at * 40}`).join("\n"));
    const marked = await runCli(["compress", "--marker", toml, "-n", "60"]);
    expect(marked.stdout).toMatch(/^# \.\.\. \d+ of 20 \w+ left out \(lines? [\d-]+\)$/mu);
    const orders = write("orders.json", PRETTY);
    const words = ["compress", orders, "-n", "90", "-q", "Which order is late?"];
    expect((await runCli([...words, "--marker"])).stdout).not.toContain("left out");
    const all = await runCli(words, "", { env: { CONTEXTSIEVE_MARKER: "all" } });
    expect(all.stdout).toContain("left out");
    expect(() => JSON.parse(all.stdout)).not.toThrow();
  });
});
