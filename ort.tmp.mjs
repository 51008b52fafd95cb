import ort from "onnxruntime-node"; import { readFileSync } from "node:fs";
const MB=(x)=>(x/2**20).toFixed(1);
const st=()=>{ const s=readFileSync("/proc/self/status","utf8"); const g=(k)=>Number(new RegExp(k+":\\s+(\\d+)").exec(s)[1])/1024; return `rss ${g("VmRSS").toFixed(0)} anon ${g("RssAnon").toFixed(0)} file ${g("RssFile").toFixed(0)} ext ${MB(process.memoryUsage().external)}`; };
const m=(n)=>{globalThis.gc?.(); console.log(n, st());};
m("ort loaded");
const opt=JSON.parse(process.env.OPT??"{}");
const dir="models/contextsieve-small/";
let session;
{ const how=process.env.HOW??"memory";
  if (how==="path") session=await ort.InferenceSession.create(dir+"model.int8.onnx",{intraOpNumThreads:2,interOpNumThreads:1,graphOptimizationLevel:"all",...opt});
  else { let model=readFileSync(dir+"model.int8.onnx"), data=readFileSync(dir+"model.int8.onnx_data"); m("read"); session=await ort.InferenceSession.create(model,{externalData:[{path:"model.int8.onnx_data",data}],intraOpNumThreads:2,interOpNumThreads:1,graphOptimizationLevel:"all",...opt}); } }
m("session");
const run=async(rows,len)=>{ const n=rows*len; const t=(f)=>new ort.Tensor("int64",BigInt64Array.from({length:n},(_,i)=>f(i)),[rows,len]); return session.run({input_ids:t(i=>BigInt(1000+(i*37)%5000)),attention_mask:t(()=>1n),token_type_ids:t(()=>0n)}); };
for (const [r,l] of [[8,64],[1,256],[16,128],[8,256],[4,80]]) await run(r,l);
m("5 runs");
let t0=performance.now(); for(let i=0;i<40;i++) await run([8,4,16,2][i%4],[64,96,128,80][i%4]+i%5); console.log("ms", Math.round(performance.now()-t0));
m("45 runs");
