import { createSieve } from "./dist/index.js";
const sieve = await createSieve();
const s="*".repeat(1024)+"WARNING"+"*".repeat(1024);
for (const [doc] of [[s],["The build ran. "+s+" and then it failed at step 4 of 7. The weather was fine and everybody liked it very much."]]) for (const forcePhrases of [[],["WARNING"]]) for (const maxTokens of [3,6,12,30,60]) { const t0=performance.now(); const r=await sieve.compress({documents:[doc],maxTokens,forcePhrases}).catch(e=>({text:e.name+e.message,tokens:0,dropped:[]})); console.log(doc.length, forcePhrases.length, maxTokens, r.tokens, r.text.includes("WARNING"), r.text.length, JSON.stringify(r.text.replace(/\*{5,}/g,"*..*")), r.documents?.[0]?.fragment, Math.round(performance.now()-t0)+"ms"); }
await sieve.dispose();
