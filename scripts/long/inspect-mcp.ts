// Calls `contextsieve mcp` with the official inspector's command line, over stdio and streamable HTTP. The inspector is
// fetched by npx: it brings a whole web application. 1.0 is its last line for Node 20.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const INSPECTOR = "@modelcontextprotocol/inspector@1.0.3";
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVER = ["node", `${ROOT}dist/cli/main.js`, "mcp", "--root", `${ROOT}examples/data`];
const TOKEN = "a-token-of-this-check-only";
const COMPRESS = [
  ...["--tool-name", "compress", "--tool-arg", 'files=["handbook.md"]', "--tool-arg", "maxTokens=100"],
  ...["--tool-arg", "question=How long are database backups kept?"],
];

interface Listed {
  tools: { name: string }[];
}
interface Called {
  content: { text: string }[];
  isError?: boolean;
  _meta?: { contextsieve?: { tokens: number } };
}

/** What the inspector prints of a method's result. */
async function inspect<Result>(
  target: readonly string[],
  method: string,
  args: readonly string[] = [],
): Promise<Result> {
  const words = ["-y", INSPECTOR, "--cli", ...target, "--method", method, ...args];
  // Outside of the repository: there npx would take its packages for the inspector's own.
  const { stdout } = await promisify(execFile)("npx", words, { cwd: tmpdir(), timeout: 300_000 });
  return JSON.parse(stdout) as Result;
}

function expect(holds: boolean, what: string, got: unknown): void {
  if (!holds) throw new Error(`Expected ${what}, got ${JSON.stringify(got)}.`);
}

async function check(name: string, target: readonly string[]): Promise<void> {
  const { tools } = await inspect<Listed>(target, "tools/list");
  const names = tools.map((tool) => tool.name).join();
  expect(names === "compress,count_tokens,read_original", `${name} to list its tools`, names);
  const called = await inspect<Called>(target, "tools/call", COMPRESS);
  const [{ text } = { text: "" }] = called.content;
  const { tokens = Number.NaN } = called._meta?.contextsieve ?? {};
  expect(text.includes("35 days") && tokens <= 100, `${name} to compress what it is asked`, called);
  const outside = ["--tool-name", "count_tokens", "--tool-arg", 'files=["/etc/hostname"]'];
  const refused = await inspect<Called>(target, "tools/call", outside);
  expect(refused.isError === true, `${name} to refuse what lies outside of its roots`, refused);
  console.log(`${name}: listed, called, refused`);
}

await check("stdio", SERVER);

const [program = "", ...words] = SERVER;
const server = spawn(program, [...words, "--http", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
  env: { ...process.env, CONTEXTSIEVE_MCP_TOKEN: TOKEN },
});
try {
  const [said] = (await once(server.stderr, "data")) as [Buffer];
  const url = /MCP at (\S+)/u.exec(String(said))?.[1] ?? "";
  await check("streamable HTTP", [url, "--transport", "http", "--header", `Authorization: Bearer ${TOKEN}`]);
} finally {
  server.kill();
}
