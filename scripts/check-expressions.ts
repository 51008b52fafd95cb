// Checks the regular expressions of src that are new and writes test/fixtures/checked-expressions.json, so that
// the tests need not ask the checker for an hour. Fails on an expression that takes more than linear time.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type CheckedExpressions,
  expressionFiles,
  isBounded,
  nameOf,
  partsOf,
  slowRunOf,
} from "../test/support/expressions.js";

process.env.RECHECK_BACKEND = "pure";
const { checkSync } = await import("recheck");

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const LIST = fileURLToPath(new URL("../test/fixtures/checked-expressions.json", import.meta.url));
const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 10_000);

/** An attack of the checker that takes less is none, in milliseconds. */
const SLOW_ATTACK_MS = 200;

const known: CheckedExpressions = existsSync(LIST) ? JSON.parse(readFileSync(LIST, "utf8")) : { proved: [], timed: [] };
const checked: CheckedExpressions = { proved: [], timed: [] };
const slow: string[] = [];
const files = expressionFiles(SOURCE);
for (const expression of new Set(files.flatMap(({ expressions }) => expressions))) {
  if (isBounded(expression)) continue;
  const name = nameOf(expression);
  const list = known.proved.includes(name) ? checked.proved : known.timed.includes(name) ? checked.timed : undefined;
  if (list) {
    list.push(name);
    continue;
  }
  const { source, flags } = partsOf(expression);
  const verdict = checkSync(source, flags, { timeout: PATIENCE_MS });
  // The checker at times takes what looks back for more than it is: its own attack tells.
  const isAlarm = verdict.status === "vulnerable" && timeOfAttack(expression, verdict.attack.string) > SLOW_ATTACK_MS;
  const run = verdict.status === "safe" || isAlarm ? undefined : slowRunOf(expression);
  if (isAlarm || run !== undefined) {
    slow.push(expression);
    console.error(`${verdict.status}${run === undefined ? "" : ` ${JSON.stringify(run)}`}: ${expression}`);
  } else (verdict.status === "safe" ? checked.proved : checked.timed).push(name);
}
for (const list of Object.values(checked)) list.sort();
writeFileSync(LIST, `${JSON.stringify(checked, null, 1)}\n`);
console.log(`${checked.proved.length} proved, ${checked.timed.length} timed, ${slow.length} slow`);
process.exitCode = slow.length > 0 ? 1 : 0;

function timeOfAttack(expression: string, text: string): number {
  const { source, flags } = partsOf(expression);
  const started = performance.now();
  text.replace(new RegExp(source, flags), "");
  return performance.now() - started;
}
