// B12: weights truncated / overwritten while in use
import { createSieve } from "./dist/index.js";
import { cpSync, truncateSync, statSync, openSync, writeSync, closeSync, readdirSync } from "node:fs";
const folder="/tmp/b11/t/model-b12";
cpSync("models/contextsieve-small", folder, {recursive:true});
const sieve = await createSieve({ model: folder, cache: false });
const doc = "The ferry leaves at 12:30 from pier 4. The canteen is closed on Fridays. Paint is blue in the hall and nobody minds the colour.";
const a = await sieve.compress({documents:[doc], query:"When does the ferry leave?", maxTokens: 14, explain:true});
const data = readdirSync(folder).filter(f=>f.includes("onnx"));
console.log(data, a.text);
for (const f of data) { const s=statSync(folder+"/"+f).size; const fd=openSync(folder+"/"+f,"r+"); writeSync(fd, Buffer.alloc(Math.min(s,10_000_000),7),0); closeSync(fd);}
const b = await sieve.compress({documents:[doc], query:"When does the ferry leave?", maxTokens: 14, explain:true});
console.log("overwritten: same", JSON.stringify(a.documents)===JSON.stringify(b.documents), b.text===a.text);
for (const f of data) truncateSync(folder+"/"+f, 100);
const c = await sieve.compress({documents:[doc+" More text to read here for sure."], query:"When does the ferry leave?", maxTokens: 14});
console.log("truncated:", c.text);
await sieve.dispose();
