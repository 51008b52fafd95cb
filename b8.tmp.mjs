import { createSieve, memoryCache } from "./dist/index.js";
const words="time year people way day man thing woman life child world school state family student group country problem hand part place case week company system program question work government number night point home water room mother area money story fact month lot right study book eye job word business issue side kind head house service friend father power hour game line end member law car city community name".split(" ");
let seed=1; const rnd=()=> (seed=(seed*1103515245+12345)%2147483648)/2147483648;
const doc=(n)=>{let s="";for(let i=0;i<n;i++){s+=words[Math.floor(rnd()*words.length)]+(i%15==14?". ":" ");}return Buffer.from(s).toString();};
const cheap = (model) => { const { dimension, labels } = model.manifest.outputs; const L = 3;
 return { capabilities:{maxBatchTokens:65536,maxBatchRows:64,concurrency:2},
 async run({rows,length,inputIds,spans}){ const logits=Float32Array.from({length:rows*length*L},(_,i)=>((inputIds[Math.floor(i/L)]*7919+i)%100)/20-2.5);
  const sums=new Float32Array((spans.length/3)*dimension); for(let s=0;s<spans.length/3;s++){const [row,from,to]=spans.subarray(3*s,3*s+3); for(let at=from;at<to;at++) sums[s*dimension+((inputIds[row*length+at]*31)%dimension)]+=1;}
  return {logits,labels:L,sums,dimension};}, async dispose(){} }; };
const MB=(x)=>(x/2**20).toFixed(0);
const m=()=>{globalThis.gc?.(); const u=process.memoryUsage(); return `rss ${MB(u.rss)} heap ${MB(u.heapUsed)} buf ${MB(u.arrayBuffers)}`;};
console.log("start", m());
const cache = memoryCache({ maxBytes: 16*2**20 });
const sieves=[]; for(let i=0;i<4;i++) sieves.push(await createSieve({backend: cheap, cache}));

for(let r=0;r<12;r++){ const set=Array.from({length:64},()=>doc(2000)); for(const s of sieves) await s.compress({documents:set, query:"What time is it at home?", maxTokens:500}); if (r%4===3) console.log(r, m()); }
for(const s of sieves) await s.dispose();
console.log("disposed", m());
