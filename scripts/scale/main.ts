// What a fleet is promised, on the real things: npm run test:scale -- [name ...]. Installs what it needs; what cannot be
// installed or run is told and fails.
import { spawnSync } from "node:child_process";
import { bulkLines, cacheLines, fleetLines } from "./redis.js";
import { runStoreRecipes } from "./stores.js";

/** One thing that is tried: gives the lines of its figures, and throws where something is not as promised. */
interface Trial {
  name: string;
  run(): string[] | Promise<string[]>;
}

const TRIALS: readonly Trial[] = [
  { name: "fleet", run: fleetLines },
  { name: "bulk", run: bulkLines },
  { name: "cache", run: cacheLines },
  { name: "stores", run: runStoreRecipes },
];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !TRIALS.some((trial) => trial.name === name));
if (unknown.length > 0) throw new Error(`Expected names among ${TRIALS.map(({ name }) => name)}, got ${unknown}.`);
spawnSync("sh", [".ci/services.sh"], { stdio: "inherit" });
let failed = 0;
for (const { name, run } of TRIALS) {
  if (names.length > 0 && !names.includes(name)) {
    console.log(`left out: ${name} was not asked for`);
    continue;
  }
  try {
    for (const line of await run()) console.log(`${name}: ${line}`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: FAILED, ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
