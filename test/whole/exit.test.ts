import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundledModel } from "../../src/core/model/load/find-model.js";

const CORE = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
const HAS_MODEL = existsSync(`${await bundledModel()}/manifest.json`);

function runScript(ending: string) {
  const script = `
    const { createSieve } = await import(${JSON.stringify(CORE)});
    const sieve = await createSieve();
    const documents = Array.from({ length: 40 }, (_, index) => ("word " + index + " alpha beta gamma. ").repeat(200));
    const running = sieve.compress({ documents, maxTokens: 50 });
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    ${ending}`;
  return spawnSync("node", ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 60_000,
  });
}

it.skipIf(!HAS_MODEL)("a process may exit while the encoder runs", { timeout: 90_000 }, () => {
  const { status, stderr } = runScript("process.exit(7);");
  expect(stderr).toBe("");
  expect(status).toBe(7);
});

it.skipIf(!HAS_MODEL)("a sieve may be disposed of while the encoder runs", { timeout: 90_000 }, () => {
  const { status, stdout } = runScript(
    `await sieve.dispose(); await running.then(() => console.log("done"), (error) => console.log(error.name));`,
  );
  expect(stdout.trim()).toBe("BackendError");
  expect(status).toBe(0);
});

it.skipIf(!HAS_MODEL).each([0, 60, 120, 240])(
  "a process may exit %i ms after it began to open a model",
  { timeout: 90_000 },
  (pauseMs) => {
    const script = `
      const { createSieve } = await import(${JSON.stringify(CORE)});
      createSieve();
      await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
      process.exit(7);`;
    const { status, stderr } = spawnSync("node", ["--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(stderr).toBe("");
    expect(status).toBe(7);
  },
);
