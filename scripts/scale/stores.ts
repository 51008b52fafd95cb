import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Stores that are too large for development dependencies (180 and 27 MB): they are installed here. */
const FOLDER = "build/scale";
const STORES = {
  pgvector: ["@electric-sql/pglite@0.5", "@electric-sql/pglite-pgvector@0.0.15"],
  LanceDB: ["@lancedb/lancedb@0.39", "apache-arrow@18"],
};
const BLOCK = /^```typescript\n(?<code>.*?)^```$/gmsu;
const EXPECTED = "Backups are kept for 35 days, in two regions. 0";

/** Runs the recipes of docs/scale.md with the real stores. Needs a build. @throws Error If one of them fails. */
export function runStoreRecipes(): string[] {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify({ name: "recipes", private: true, type: "module" }));
  const packages = Object.values(STORES).flat();
  run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], FOLDER);
  const link = join(FOLDER, "node_modules/contextsieve");
  if (!existsSync(link)) symlinkSync(resolve("."), link, "dir");
  const blocks = [...readFileSync("docs/scale.md", "utf8").matchAll(BLOCK)].map(({ groups }) => groups?.code as string);
  return Object.entries(STORES).map(([name, [main]]) => {
    const code = blocks.find((block) => block.includes(`"${main?.replace(/@[\d.]+$/u, "")}"`));
    if (code === undefined) throw new Error(`Expected a recipe for ${name} in docs/scale.md, got none.`);
    writeFileSync(join(FOLDER, `${name}.ts`), code);
    const said = run("npx", ["tsx", join(FOLDER, `${name}.ts`)], ".").trim();
    if (said !== EXPECTED) throw new Error(`Expected ${name} to find "${EXPECTED}", got "${said}".`);
    return `scores beside vectors in ${name}: found, cut, and no document encoded again`;
  });
}

function run(command: string, parameters: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
