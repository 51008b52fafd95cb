// Runs every TypeScript block of the README and the docs, so that what they show is what happens.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Inside the repository, so that `contextsieve` resolves to the build at hand.
const FOLDER = "build/snippets";
const pages = [
  "README.md",
  ...readdirSync("docs")
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
let passed = 0;
let failed = 0;
for (const page of pages.filter((file) => existsSync(file))) {
  for (const [index, [, code]] of [...readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$/gmsu)].entries()) {
    const path = join(FOLDER, `${page.replace(/[/.]/gu, "-")}-${index}.ts`);
    writeFileSync(path, code as string);
    const { status, stderr } = spawnSync("npx", ["tsx", path], { encoding: "utf8", timeout: 120_000 });
    if (status === 0) passed += 1;
    else failed += 1;
    console.log(`${status === 0 ? "ok  " : "FAIL"} ${page}, block ${index + 1}`);
    if (status !== 0) console.log(stderr);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
