// Runs the recipe of docs/frameworks.md with the real Mastra, which is too large for a development dependency: it is
// installed into build/mastra. Needs a build.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const FOLDER = "build/mastra";
const CODE = /^```typescript\n(?<code>.*?)^```$/msu;

const code = CODE.exec(readFileSync("docs/frameworks.md", "utf8"))?.groups?.code;
if (code === undefined) throw new Error("Expected a recipe in docs/frameworks.md, got none.");
mkdirSync(FOLDER, { recursive: true });
writeFileSync(join(FOLDER, "package.json"), JSON.stringify({ name: "recipe", private: true, type: "module" }));
writeFileSync(join(FOLDER, "recipe.ts"), code);
if (!existsSync(join(FOLDER, "node_modules/@mastra/core"))) {
  const packages = ["@mastra/core", "ai@5", "zod@4"];
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], { cwd: FOLDER });
  symlinkSync(resolve("."), join(FOLDER, "node_modules/contextsieve"), "dir");
}
const said = execFileSync("npx", ["tsx", join(FOLDER, "recipe.ts")], { encoding: "utf8" });
console.log(said);
if (!said.includes("read_original")) throw new Error("Expected the tool's result to be cut, got it whole.");
