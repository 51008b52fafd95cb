// That the package works as its users use it: each bundler, runtime and test runner, in a folder of its own, on the packed
// package. `npm run check:consumers [name ...]`; part of the long suite, since it installs a lot.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** One way to use the package. */
interface Consumer {
  /** Packages it needs besides. */
  packages: readonly string[];
  files: Readonly<Record<string, string>>;
  /** Commands, one after the other; the output of the last has to be `SAID`. */
  commands: readonly (readonly string[])[];
}

const QUESTION = `{
  documents: ["Do not delete 12 GB of logs. The weather was fine and everybody liked it very much."],
  maxTokens: 12,
}`;
/** What each program says: a text under the ceiling that holds what matters. */
const SAID = "not delete 12 GB of logs.";

const PROGRAM = `
import { createSieve } from "contextsieve";
const main = async () => {
  const sieve = await createSieve();
  const { text } = await sieve.compress(${QUESTION});
  console.log(text);
  await sieve.dispose();
};
main().catch((error) => { console.error(error); process.exit(1); });
`;
const REQUIRED = PROGRAM.replace(/^\nimport (.*) from (".*");/u, "const $1 = require($2);");
const TYPED = `${PROGRAM}
import type { CompressOptions, Sieve } from "contextsieve";
import { endpointTeacher } from "contextsieve/distill";
export const options: CompressOptions = ${QUESTION};
export const run = (sieve: Sieve) => sieve.compress(options);
// @ts-expect-error No such option.
export const wrong: CompressOptions = { documents: [], maxToken: 1 };
export const teacher = endpointTeacher;
`;

const typescript = (name: string, module: string, moduleResolution: string): Consumer => ({
  packages: ["typescript@5.9", "@types/node@20"],
  files: {
    "package.json": JSON.stringify({ name, private: true, type: module === "ESNext" ? "module" : "commonjs" }),
    "main.ts": TYPED,
    "tsconfig.json": JSON.stringify({
      compilerOptions: { module, moduleResolution, target: "ES2022", strict: true, skipLibCheck: false, outDir: "out" },
      files: ["main.ts"],
    }),
  },
  commands: [
    ["npx", "tsc"],
    ["node", "out/main.js"],
  ],
});

const page = `
import { createSieve } from "contextsieve";
export const dynamic = "force-dynamic";
export async function GET() {
  const sieve = await createSieve();
  const { text } = await sieve.compress(${QUESTION});
  return new Response(text);
}
`;

/** An application of Next.js, built by one of its two bundlers, asked once as it is deployed. */
const next = (flag: string, config: string): Consumer => ({
  packages: ["next@16", "react", "react-dom"],
  files: {
    "app/layout.jsx": "export default function Layout({ children }) { return <html><body>{children}</body></html>; }",
    "app/route-of/route.js": page,
    "next.config.mjs": `export default ${config};`,
    "ask.mjs": ASK,
  },
  commands: [
    ["npx", "next", "build", flag],
    ["node", "ask.mjs"],
  ],
});

/** Starts the standalone server away from node_modules, and prints what the page says. */
const ASK = `
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
const place = mkdtempSync(join(tmpdir(), "standalone-"));
cpSync(".next/standalone", place, { recursive: true, verbatimSymlinks: true });
const PORT = "34567";
const server = spawn("node", ["server.js"], { cwd: place, env: { ...process.env, PORT, HOSTNAME: "127.0.0.1" }, stdio: ["ignore", "ignore", "inherit"] });
for (let attempt = 0; attempt < 100; attempt += 1) {
  await new Promise((resolve) => setTimeout(resolve, 300));
  const answer = await fetch("http://127.0.0.1:" + PORT + "/route-of").catch(() => undefined);
  if (!answer) continue;
  console.log(await answer.text());
  break;
}
server.kill();
`;

const bundled = (packages: readonly string[], command: readonly string[], files: Consumer["files"] = {}): Consumer => ({
  packages,
  files: { "main.mjs": PROGRAM, ...files },
  commands: [command, ["node", "out/main.mjs"]],
});

const ROLLUP = `
import commonjs from "@rollup/plugin-commonjs";
import json from "@rollup/plugin-json";
import resolve from "@rollup/plugin-node-resolve";
export default {
  input: "main.mjs",
  output: { dir: "out", entryFileNames: "main.mjs", chunkFileNames: "[name].mjs" },
  plugins: [resolve({ preferBuiltins: true }), commonjs(), json()],
  onwarn: () => undefined,
};`;
const WEBPACK = `
export default {
  mode: "production", target: "node20", entry: "./main.mjs", experiments: { outputModule: true },
  output: { path: process.cwd() + "/out", filename: "main.mjs", module: true, chunkFormat: "module", library: { type: "module" } },
};`;

/** Copies what @vercel/nft finds to a place of its own, as serverless platforms do, and runs it there. */
const TRACE = `
import { nodeFileTrace } from "@vercel/nft";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
const { fileList } = await nodeFileTrace(["main.mjs"]);
const place = mkdtempSync(join(tmpdir(), "traced-"));
for (const file of fileList) {
  mkdirSync(dirname(join(place, file)), { recursive: true });
  cpSync(file, join(place, file), { dereference: true });
}
process.stdout.write(execFileSync("node", ["main.mjs"], { cwd: place, encoding: "utf8" }));
`;

const JEST = `
test("a sieve", async () => {
  const { createSieve, SieveError, InvalidOptionError } = await import("contextsieve");
  const sieve = await createSieve();
  const { text } = await sieve.compress(${QUESTION});
  expect(text).toContain(${JSON.stringify(SAID)});
  await expect(sieve.compress({})).rejects.toMatchObject({ name: "InvalidOptionError" });
  expect(new InvalidOptionError("x")).toBeInstanceOf(SieveError);
  await sieve.dispose();
  process.stdout.write(text + "\\n");
});`;

const VITEST = `import { expect, test } from "vitest";${JEST}`;

const DEPLOY = readFileSync("docs/deploy.md", "utf8");
/** What docs/deploy.md says, for this machine: what leaves the binaries of one platform, and the settings of Next.js. */
const PRUNE = recipe(/^(find node_modules\/onnxruntime-node.*)$/mu);
const NEXT_CONFIG = recipe(/^\/\/ next\.config\.mjs\nexport default ([^;]*);$/mu);
/** Most megabytes that a function of AWS Lambda may have unpacked. */
const LAMBDA_MB = 250;

/** A function as Lambda runs it, and an image as Docker and Cloud Run do: what is installed is pruned, and one sieve serves. */
const HANDLER = `
import { createSieve } from "contextsieve";
const sieve = await createSieve();
export const handler = async () => (await sieve.compress(${QUESTION})).text;
`;

const CONSUMERS: Readonly<Record<string, Consumer>> = {
  pruned: {
    packages: [],
    files: {
      "handler.mjs": HANDLER,
      "main.mjs": 'import { handler } from "./handler.mjs";\nconsole.log(await handler());',
    },
    commands: [
      ["sh", "-c", PRUNE],
      ["sh", "-c", `du -sm . && test $(du -sm . | cut -f1) -lt ${LAMBDA_MB}`],
      ["node", "main.mjs"],
    ],
  },
  esm: { packages: [], files: { "main.mjs": PROGRAM }, commands: [["node", "main.mjs"]] },
  commonjs: { packages: [], files: { "main.cjs": REQUIRED }, commands: [["node", "main.cjs"]] },
  "typescript-node10": typescript("node10", "CommonJS", "node10"),
  "typescript-node16": typescript("node16", "Node16", "Node16"),
  "typescript-bundler": typescript("bundler", "ESNext", "Bundler"),
  jest: {
    packages: ["jest"],
    files: { "main.test.js": JEST },
    commands: [["node", "--experimental-vm-modules", "node_modules/jest/bin/jest.js"]],
  },
  vitest: { packages: ["vitest@4"], files: { "main.test.mjs": VITEST }, commands: [["npx", "vitest", "run"]] },
  bun: { packages: ["bun"], files: { "main.mjs": PROGRAM }, commands: [["npx", "bun", "main.mjs"]] },
  esbuild: bundled(
    ["esbuild"],
    [
      "npx",
      "esbuild",
      "main.mjs",
      "--bundle",
      "--platform=node",
      "--format=esm",
      "--outfile=out/main.mjs",
      "--log-level=error",
    ],
  ),
  "esbuild-commonjs": {
    packages: ["esbuild"],
    files: { "main.mjs": PROGRAM },
    commands: [
      [
        "npx",
        "esbuild",
        "main.mjs",
        "--bundle",
        "--platform=node",
        "--format=cjs",
        "--outfile=out/main.cjs",
        "--log-level=error",
      ],
      ["node", "out/main.cjs"],
    ],
  },
  rollup: bundled(
    ["rollup", "@rollup/plugin-node-resolve", "@rollup/plugin-commonjs", "@rollup/plugin-json"],
    ["npx", "rollup", "-c", "rollup.config.mjs", "--silent"],
    { "rollup.config.mjs": ROLLUP },
  ),
  webpack: bundled(["webpack", "webpack-cli"], ["npx", "webpack", "-c", "webpack.config.mjs", "--stats=errors-only"], {
    "webpack.config.mjs": WEBPACK,
  }),
  vite: bundled(["vite@7"], ["npx", "vite", "build", "--ssr", "main.mjs", "--outDir", "out", "--logLevel", "error"], {
    "vite.config.mjs": 'export default { build: { rollupOptions: { output: { entryFileNames: "main.mjs" } } } };',
  }),
  llamaindex: {
    packages: ["llamaindex"],
    files: {
      "main.mjs": PROGRAM.replace(
        '"contextsieve";',
        '"contextsieve";\nimport "contextsieve/llamaindex";\nimport "llamaindex";',
      ),
    },
    commands: [
      // Two copies of it would not know each other's classes, and say so at every start.
      ["sh", "-c", "test $(find node_modules -type d -path '*/@llamaindex/env' | wc -l) -eq 1"],
      ["node", "main.mjs"],
    ],
  },
  nft: {
    packages: ["@vercel/nft"],
    files: { "main.mjs": PROGRAM, "trace.mjs": TRACE },
    commands: [["node", "trace.mjs"]],
  },
  "next-turbopack": next("--turbopack", NEXT_CONFIG),
  "next-webpack": next("--webpack", NEXT_CONFIG),
};

const folder = mkdtempSync(join(tmpdir(), "contextsieve-consumers-"));
const names = process.argv.slice(2);
const failures: string[] = [];
try {
  run(["npm", "pack", "--pack-destination", folder, "--ignore-scripts", "--silent"], process.cwd());
  const version = (JSON.parse(readFileSync("package.json", "utf8")) as { version: string }).version;
  const tarball = join(folder, `contextsieve-${version}.tgz`);
  for (const [name, consumer] of Object.entries(CONSUMERS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const home = join(folder, name);
    const said = tryConsumer(consumer, home, tarball);
    const isRight = said.includes(SAID);
    if (!isRight) failures.push(name);
    console.log(`${isRight ? "works " : "FAILS "} ${name}${isRight ? "" : `\n${said.slice(-1500)}`}`);
    rmSync(home, { recursive: true, force: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (failures.length > 0) throw new Error(`Expected every consumer to work, got failures of ${failures.join(", ")}.`);

function recipe(place: RegExp): string {
  const [, text] = place.exec(DEPLOY) ?? [];
  if (text === undefined) throw new Error(`Expected docs/deploy.md to hold ${place}.`);
  return text.replaceAll("linux/x64", `${process.platform}/${process.arch}`);
}

/** What the last command printed, or what went wrong. */
function tryConsumer({ packages, files, commands }: Consumer, home: string, tarball: string): string {
  mkdirSync(home, { recursive: true });
  const all = { "package.json": JSON.stringify({ name: "consumer", private: true }), ...files };
  for (const [file, content] of Object.entries(all)) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), content);
  }
  try {
    run(
      [
        "npm",
        "install",
        "--onnxruntime-node-install=skip",
        "--no-audit",
        "--no-fund",
        "--silent",
        tarball,
        ...packages,
      ],
      home,
    );
    return commands.map((command) => run(command, home)).at(-1) as string;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    return `${stdout}\n${stderr}\n${message}`;
  }
}

function run([command, ...args]: readonly string[], cwd: string): string {
  return execFileSync(command as string, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
