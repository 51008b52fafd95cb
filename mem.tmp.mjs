import { createSieve, memoryCache } from "./dist/index.js";
import { openSync, readSync } from "node:fs";
const lines = (await import("node:fs")).readFileSync("/tmp/b11/docs.jsonl"); let at=0; const nextLine=()=>{ let e=lines.indexOf(10,at); if(e<0) e=lines.length; const t=lines.toString("utf8",at,e); at=e+1; return JSON.parse(t); };
import v8 from "node:v8";
const N=Number(process.env.N??2000), SNAP=process.env.SNAP;
const MB=(x)=>(x/2**20).toFixed(1);
import {readFileSync as rfs} from "node:fs"; const st=()=>{const s=rfs("/proc/self/status","utf8"); const g=(k)=>(Number(new RegExp(k+":\\s+(\\d+)").exec(s)[1])/1024).toFixed(0); return `anon ${g("RssAnon")} file ${g("RssFile")}`;};
const m=(n)=>{globalThis.gc?.(); const u=process.memoryUsage(); console.log(n, st(), `cpu ${(process.cpuUsage().user/1e6).toFixed(1)}`, `rss ${MB(u.rss)} heap ${MB(u.heapUsed)}/${MB(u.heapTotal)} ext ${MB(u.external)} buf ${MB(u.arrayBuffers)}`);};
m("node");
const sieve = await createSieve(process.env.MAXB ? { cache: memoryCache({ maxBytes: process.env.MAXB * 2 ** 20 }) } : {});
m("open");
const t0=performance.now();
for (let seen=0; seen<N; seen+=20) { await sieve.compress({documents: nextLine(), query:"What was decided, and what does it cost?", rate:.3}); if ((seen+20)%(N/5)===0) m(`after ${seen+20}`); }
console.log("ms", Math.round(performance.now()-t0));
if (SNAP) v8.writeHeapSnapshot(SNAP);
await sieve.dispose();
m("disposed");
