import { readFileSync } from "node:fs";
import { createSieve } from "./src/core/index.js";
const sieve = await createSieve();
const rows = readFileSync("/work/shared/data/meaning/flips.dev.jsonl","utf8").trim().split("\n").map(l=>JSON.parse(l));
let n=0, empty=0;
for (const { id, category, input, query, rate, flip_if_all, unless_any } of rows) {
  const documents = typeof input === "string" ? [input] : input;
  const { text } = await sieve.compress({ documents, rate, ...(query ? { query } : {}) });
  const flips = flip_if_all.every((p:string)=>text.includes(p)) && !unless_any.some((p:string)=>text.includes(p));
  if (text==="") empty++; if (flips) n++;
  if (flips || process.argv[2]==="-a") console.log(flips?"FLIP":text===""?"EMPTY":"ok", id, category, JSON.stringify(text));
}
console.log(n,"flips",empty,"empty of",rows.length);
await sieve.dispose();
