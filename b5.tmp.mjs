import { createSieve } from "./dist/index.js";
const t0=performance.now();
process.on("exit",()=>console.log("exit after", Math.round(performance.now()-t0)));
await createSieve().then(()=>console.log("loaded"),e=>console.log(e.name, e.message.slice(0,160)));
