import { createSieve, folderCache } from "./dist/index.js";
const sieve = await createSieve({ cache: folderCache("/proc/x") });
const r = await sieve.compress({documents:["Do not delete 12 GB of logs. The weather was fine."], maxTokens: 9});
console.log(r.text);
await sieve.dispose();
console.log("disposed");
