import { createSieve } from "./dist/index.js";
const keep=setInterval(()=>{},1000);
const s=await createSieve(); const docs=Array.from({length:300},(_,i)=>`Ship ${i} left at noon with all of its crates.`);
await s.encode(docs);
let t0=performance.now(); await s.compress({documents:docs,maxTokens:60,tokenizer:()=>new Promise(()=>{}),signal:AbortSignal.timeout(300)}).catch(e=>console.log(e.name, Math.round(performance.now()-t0)));
let calls=0,live=0,most=0; t0=performance.now(); await s.compress({documents:docs,maxTokens:600,tokenizer:async(t)=>{calls++;live++;most=Math.max(most,live);await new Promise(r=>setTimeout(r,20));live--;return t.length;}}); console.log("async counter", calls, "calls, most at once", most, Math.round(performance.now()-t0)+"ms");
const a={...s.info}; await s.dispose();
clearInterval(keep);
