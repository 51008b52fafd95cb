import { readFileSync } from "node:fs";
const { createSieve } = await import("/work/main/dist/index.js");
const docs=JSON.parse(readFileSync("/tmp/feeddocs.json"));
const m=JSON.parse(readFileSync("models/contextsieve-small/manifest.json")); const labels=m.outputs.labels.length, dimension=m.outputs.dimension;
let pieces=0;
const backend={capabilities:{maxBatchRows:64,maxBatchTokens:16384,concurrency:4},run:async({rows,length,lengths,spans})=>{for(const l of lengths)pieces+=l;return{logits:new Float32Array(rows*length*labels),labels,sums:new Float32Array(((spans?.length??0)/3)*dimension),dimension}},dispose:async()=>{}};
const s=await createSieve({backend:()=>backend,cache:false});
const t=performance.now(); await s.encode(docs); console.log(Math.round(pieces/(performance.now()-t)*1000)); await s.dispose();
