// What npm would publish: its size, its types, its contents, and that it installs and works elsewhere.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LARGEST = 30 * 2 ** 20;
/** The package of the multilingual model, and its largest size. */
const MULTILINGUAL = { folder: "models/contextsieve-multilingual", largest: 40 * 2 ** 20 };
const folder = mkdtempSync(join(tmpdir(), "contextsieve-package-"));
const run = (command: string, args: string[], cwd = process.cwd()) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Packs a package as npm would; returns the file. What its README leads to has to be in it: all links, and the licence. */
function pack(source: string, largest: number): string {
  const [{ filename, size, files }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", folder, "--ignore-scripts"], source),
  ) as [{ filename: string; size: number; files: { path: string }[] }];
  const isPacked = (target: string) => files.some(({ path }) => path === target || path.startsWith(`${target}/`));
  const readme = readFileSync(join(source, "README.md"), "utf8");
  const links = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/gu)].map(([, target]) => target as string);
  const missing = [...links, "LICENSE"].filter((target) => !isPacked(target));
  if (missing.length > 0)
    throw new Error(`Expected ${filename} to hold what it leads to, got no ${missing.join(", ")}.`);
  console.log(`${filename}: ${(size / 2 ** 20).toFixed(1)} MiB packed`);
  if (size > largest) throw new Error(`Expected at most ${largest} bytes packed, got ${size}.`);
  return join(folder, filename);
}

try {
  const path = pack(".", LARGEST);
  console.log(run("npx", ["publint", "--strict", path]));
  console.log(run("npx", ["attw", path]));

  const second = pack(MULTILINGUAL.folder, MULTILINGUAL.largest);

  const consumer = join(folder, "consumer");
  run("mkdir", [consumer]);
  writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--onnxruntime-node-install=skip", "--no-audit", "--no-fund", path, second], consumer);
  for (const name of ["contextsieve/models/contextsieve-small", "contextsieve-multilingual"])
    console.log(
      `licence of ${name}: ${readFileSync(join(consumer, "node_modules", name, "LICENSE"), "utf8")
        .trim()
        .split("\n")[0]
        ?.trim()}`,
    );
  const program = `
    import { createSieve } from "contextsieve";
    const sieve = await createSieve();
    const { text, tokens } = await sieve.compress({ documents: ["Do not delete 12 GB of logs. The weather was fine and everybody liked it very much."], maxTokens: 12 });
    console.log(tokens, text);
    await sieve.dispose();
    const auto = await createSieve({ model: "auto" });
    console.log(auto.info.model);
    await auto.dispose();`;
  writeFileSync(join(consumer, "main.js"), program);
  console.log(`installed elsewhere: ${run("node", ["main.js"], consumer).trim()}`);
  console.log(run("npx", ["contextsieve", "--version"], consumer).trim());
  // Node 20.19 and later require() ES modules: CommonJS programs need no second build.
  writeFileSync(join(consumer, "main.cjs"), `console.log("require:", typeof require("contextsieve").createSieve);`);
  console.log(run("node", ["main.cjs"], consumer).trim());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
