import { createSieve } from "./dist/index.js"; import { readFileSync } from "node:fs";
const lines=readFileSync("/tmp/b11/docs.jsonl","utf8").split("\n"); const docs=Array.from({length:20},(_,i)=>JSON.parse(lines[i]).slice(0,9).join(" "));
const s=await createSieve(); await s.encode(docs); const times=[]; const c0=process.cpuUsage().user;
for(let i=0;i<260;i++){ const t=performance.now(); await s.compress({documents:docs,query:"What was decided, and what does it cost? "+(i%5),maxTokens:2000}); times.push(performance.now()-t);} times.sort((a,b)=>a-b);
console.log("p50",times[130].toFixed(2),"p99",times[257].toFixed(1),"cpu/question", ((process.cpuUsage().user-c0)/260/1000).toFixed(2),"ms");
await s.dispose();
