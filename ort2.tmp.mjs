import ort from "onnxruntime-node"; import { readFileSync } from "node:fs"; import { readFile } from "node:fs/promises";
const MB=(x)=>(x/2**20).toFixed(1);
const st=()=>{ const s=readFileSync("/proc/self/status","utf8"); const g=(k)=>Number(new RegExp(k+":\\s+(\\d+)").exec(s)[1])/1024; return `rss ${g("VmRSS").toFixed(0)} anon ${g("RssAnon").toFixed(0)} file ${g("RssFile").toFixed(0)} ext ${MB(process.memoryUsage().external)}`; };
const m=(n)=>{globalThis.gc?.(); console.log(n, st());};
const dir="models/contextsieve-small/";
m("start");
async function open(){ const model=await readFile(dir+"model.int8.onnx"), data=await readFile(dir+"model.int8.onnx_data"); m("read"); return ort.InferenceSession.create(model,{externalData:[{path:"model.int8.onnx_data",data}],intraOpNumThreads:2,interOpNumThreads:1,graphOptimizationLevel:"all", ...JSON.parse(process.env.OPT??"{}")}); }
const session = await open();
m("session"); await new Promise(r=>setTimeout(r,200)); m("later");
