import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("docs/options.md says what the types say (npm run docs:options)", () => {
  const { status, stdout, stderr } = spawnSync("npx", ["tsx", "scripts/write-options-docs.ts", "--check"], {
    encoding: "utf8",
  });
  expect(status, stdout + stderr).toBe(0);
});
