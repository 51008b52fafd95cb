import { createSieve } from "./dist/index.js";
const t = async (name, f) => { try { console.log(name, "->", JSON.stringify(await f())); } catch (e) { console.log(name, "-> THROWS", e.name, e.message); } };
const sieve = await createSieve();
const rec = Array.from({length:6},(_,i)=>({id:"rec-"+i,name:["Acme","Borealis","Cobalt","Delta","Echo","Foxtrot"][i],plan:"team",seats:[12,240,18,40,3,7][i],owner:"someone with a longer name "+i}));
const nested={result:{request:{id:"req_8f2ad17c99",region:"eu-north-1",started:"2026-03-06T09:12:44Z"},error:{code:"E_UPSTREAM_TIMEOUT",message:"The upstream service did not answer within the configured timeout of thirty seconds while processing the batch of labels for Oslo."}}};
for (const form of ["same", "compact"]) for (const [n, d, q] of [["arr",rec,"How many seats does Cobalt have?"],["nested",nested,"Why did it fail?"]]) for (const m of [10,20,30,40,60]) await t(`${n} ${form} ${m}`, async()=>{const r=await sieve.compress({form, documents:[JSON.stringify(d,null,2)],query:q,maxTokens:m}); return [r.text, r.tokens, r.documents[0]?.fragment];});
await sieve.dispose();
