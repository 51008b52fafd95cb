// Runs every example as a user would, and holds each to 25 lines of code.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const LONGEST = 25;
const examples = readdirSync("examples").filter((file) => file.endsWith(".ts"));
let failed = 0;
for (const file of examples) {
  const lines = readFileSync(`examples/${file}`, "utf8").split("\n");
  const code = lines.filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync("npx", ["tsx", `examples/${file}`], {
    encoding: "utf8",
    timeout: 180_000,
  });
  const isSound = status === 0 && stdout.trim() !== "" && code <= LONGEST;
  console.log(
    `${isSound ? "ok  " : "FAIL"} ${file} (${code} lines, ${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (isSound) continue;
  failed += 1;
  if (code > LONGEST) console.log(`     Expected at most ${LONGEST} lines of code, got ${code}.`);
  if (status !== 0 || stdout.trim() === "") console.log(`${stdout}\n${stderr}`);
}
console.log(`${examples.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && examples.length > 0 ? 0 : 1);
