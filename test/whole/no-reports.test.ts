import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { hasBundledModel } from "../support/bundled-model.js";

const CORE = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
const COMPRESS = `
  const { createSieve } = await import(${JSON.stringify(CORE)});
  const sieve = await createSieve();
  await sieve.compress({ documents: ["The ferry leaves at 12:30. The crane is blue."], maxTokens: 8 });
  await sieve.dispose();`;
const IN_A_THREAD = `
  import { Worker } from "node:worker_threads";
  const script = ${JSON.stringify(`import("tsx/esm/api").then(async ({ register }) => { register(); ${COMPRESS} })`)};
  new Worker(script, { eval: true }).once("error", (error) => { throw error; });`;

// onnxruntime would: an id of the device and a database in the user's cache, a log among the temporary files.
it.skipIf(!hasBundledModel).each([
  ["the main thread", COMPRESS],
  ["a thread of the caller's", IN_A_THREAD],
])("a sieve in %s reports to nobody, and leaves no files behind", { timeout: 90_000 }, (_, script) => {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-reports-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { ORT_DISABLE_TELEMETRY: _own, ...environment } = process.env;
  const { status, stderr } = spawnSync("node", ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
    env: { ...environment, HOME: folder, USERPROFILE: folder, XDG_CACHE_HOME: folder, TMPDIR: folder },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(readdirSync(folder, { recursive: true }).filter((name) => !String(name).startsWith("tsx-"))).toEqual([]);
});
