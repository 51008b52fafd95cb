// What the compiler leaves undone: the ranks of the encodings, packed, the modules joined into a few, the way in for
// CommonJS, and the command's executable bit.
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { joinModules } from "./join-modules.js";

await packRanks("dist/core/tokens/ranks");

const { exports, bin } = JSON.parse(readFileSync("package.json", "utf8"));
const entries = Object.values(exports).flatMap((entry) => (entry.require ? [entry.require.default] : []));
const modules = [...entries.map((entry) => entry.replace(/\.cjs$/u, ".js")), ...Object.values(bin)];
await joinModules(
  "dist",
  modules.map((path) => relative("dist", path)),
);
chmodSync(bin.contextsieve, 0o755);
const declared = new Set();
for (const entry of entries) {
  const module = entry.replace(/\.cjs$/u, ".js");
  writeFileSync(entry, wrapper(relative(dirname(entry), module)));
  declare(module.replace(/\.js$/u, ".d.ts"));
}

/**
 * Puts each encoding's ranks, as one line of text, in place of what makes them from gpt-tokenizer's lists, and that
 * package's licence beside them.
 *
 * @param {string} folder
 */
async function packRanks(folder) {
  const { writePackedRanks } = await import(pathToFileURL(`${folder}/../packed-ranks.js`).href);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".js"))) {
    const { packed } = await import(pathToFileURL(join(folder, file)).href);
    const line = JSON.stringify(writePackedRanks(packed));
    const code = `import { readPackedRanks } from "../packed-ranks.js";\nexport const packed = readPackedRanks(${line});\n`;
    writeFileSync(join(folder, file), code);
  }
  copyFileSync("node_modules/gpt-ranks/LICENSE", join(folder, "LICENSE"));
}

/**
 * CommonJS has the very module that `import` gives, so that there is one copy of everything: Node loads it from 20.19 on.
 *
 * @param {string} module
 */
function wrapper(module) {
  return `"use strict";\nmodule.exports = require("./${module}");\n`;
}

/**
 * TypeScript takes declarations for CommonJS from `.d.cts` files that import `.cjs` only: the same, under that name.
 *
 * @param {string} path
 */
function declare(path) {
  if (declared.has(path)) return;
  declared.add(path);
  const code = readFileSync(path, "utf8");
  const renamed = code.replace(/((?:from|import\()\s*")(\.[^"]*)\.js(")/gu, (_, before, target, after) => {
    const inner = join(dirname(path), `${target}.d.ts`);
    if (existsSync(inner)) declare(inner);
    return `${before}${target}.cjs${after}`;
  });
  writeFileSync(path.replace(/\.ts$/u, ".cts"), renamed);
}
