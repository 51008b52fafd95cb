import { parseArgs } from "node:util";
import { createSieve } from "../../../src/core/index.js";
import { hasData } from "../data.js";
import { measureStructured, printStructured, sharedStructuredSet } from "./measure-structured.js";
import { ownStructuredSet } from "./own-set.js";

/** `tsx bench/quality/structured/main.ts [--own] [--kind K]`: validity and attributable answers of texts that are no prose. */
const { values } = parseArgs({ options: { own: { type: "boolean", default: false }, kind: { type: "string" } } });
const cases = values.own || !hasData() ? ownStructuredSet() : sharedStructuredSet();
const sieve = await createSieve();
const chosen = cases.filter(({ kind }) => values.kind === undefined || kind === values.kind);
console.log(printStructured(await measureStructured(sieve, chosen)));
await sieve.dispose();
