import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Addresses of all modules that a fresh process loads for an import, as its loader sees them. */
async function loadedBy(module: string): Promise<string[]> {
  const hooks = `
    import { writeSync } from "node:fs";
    export async function load(url, context, next) { writeSync(1, url + "\\n"); return next(url, context); }`;
  const script = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
    await import(${JSON.stringify(module)});
    for (const file of Object.keys((await import("node:module")).default._cache)) console.log(file);`;
  const node = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root, maxBuffer: 2 ** 26 });
  return stdout.trim().split("\n");
}

test("Importing the adapter loads no module of LlamaIndex or LangChain, and no inference runtime.", async () => {
  const loaded = await loadedBy("./src/llamaindex/index.ts");
  expect(loaded.some((url) => url.includes("/src/llamaindex/node-postprocessor"))).toBe(true);
  expect(
    loaded.filter((url) => /node_modules\/(@?llamaindex|@?langchain|onnxruntime)|src\/langchain/.test(url)),
  ).toEqual([]);
  // The same watch sees such modules where they are loaded.
  const seen = await loadedBy("@llamaindex/core/schema");
  expect(seen.some((url) => url.includes("node_modules/@llamaindex/core"))).toBe(true);
}, 60_000);

test("The adapter's files import each other, Node, what all adapters share and the core's own index, and nothing else.", () => {
  const folder = new URL("../../src/llamaindex/", import.meta.url);
  const files = readdirSync(folder);
  const imported = files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), "utf8").matchAll(/\bfrom "([^"]+)"|\bimport\("([^"]+)"\)/g)].map(
      ([, name, dynamic]) => name ?? dynamic,
    ),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const name of new Set(imported))
    expect(name).toMatch(/^\.\/[\w-]+\.js$|^\.\.\/core\/index\.js$|^\.\.\/agents\/(?:tools\/)?[\w-]+\.js$|^node:/);
});
