// Runs every TypeScript block of the README and the docs, so that what they show is what happens. A block of text right
// behind one is what it prints: another output fails; `--write` puts today's in its place. Needs a build.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// Inside the repository, so that `contextsieve` resolves to the build at hand.
const FOLDER = "build/snippets";
const BLOCK = /^```ts\n(.*?)^```$(\n\n```text\n(.*?)^```$)?/gmsu;
const isWriting = process.argv.includes("--write");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
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

/** Runs one block; gives what it printed, or nothing where it failed. */
function run(code: string, page: string, place: number): string | undefined {
  const path = join(FOLDER, `${page.replace(/[/.]/gu, "-")}-${place}.ts`);
  writeFileSync(path, code);
  const { status, stdout, stderr } = spawnSync("npx", ["tsx", path], { encoding: "utf8", timeout: 120_000 });
  if (status !== 0) console.log(stderr);
  return status === 0 ? stdout : undefined;
}

for (const page of pages.filter((file) => existsSync(file) && (only.length === 0 || only.includes(file)))) {
  const text = readFileSync(page, "utf8");
  let written = text;
  for (const [place, [block, code = "", shown, expected]] of [...text.matchAll(BLOCK)].entries()) {
    const printed = run(code, page, place);
    const isShown = printed === undefined || shown === undefined || printed.trim() === expected?.trim();
    if (printed !== undefined && shown !== undefined && isWriting) {
      written = written.replace(block, () => block.replace(shown, () => `\n\n\`\`\`text\n${printed.trim()}\n\`\`\``));
    }
    const isGood = printed !== undefined && (isShown || isWriting);
    if (isGood) passed += 1;
    else failed += 1;
    console.log(`${isGood ? "ok  " : "FAIL"} ${page}, block ${place + 1}`);
    if (printed !== undefined && !isGood) {
      console.log(`The page shows:\n${expected}\nIt prints (npm run snippets -- --write takes it over):\n${printed}`);
    }
  }
  if (written !== text) writeFileSync(page, written);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
