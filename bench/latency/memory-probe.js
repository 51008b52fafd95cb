// A process whose memory is measured: JavaScript, so that no loader's memory is counted. It is sent a sieve to open, then
// requests, and answers each message with its memory after a garbage collection (Node runs with --expose-gc).
/** @type {import("../../src/index.js").Sieve | undefined} */
let sieve;

/** @param {import("./measures/memory.js").MemoryMessage} message */
async function take(message) {
  if ("library" in message) {
    const { createSieve } = await import(message.library);
    sieve = await createSieve(message.sieve);
  }
  if ("compress" in message) await sieve?.compress(message.compress);
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.({ rss, heapUsed, arrayBuffers, peak: process.resourceUsage().maxRSS * 1024 });
}

process.on("message", (message) => void take(/** @type {never} */ (message)));
process.once("disconnect", () => void sieve?.dispose());
