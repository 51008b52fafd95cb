// One of several clients at once: encodes texts here, or by the server at the address that it is given, and prints the
// milliseconds. `npx tsx scripts/scale/client.ts TEXTS [ADDRESS MODEL]`
import { createSieve, remoteBackend } from "../../src/core/index.js";
import { textOf } from "./texts.js";

const [count = "100", url, model = ""] = process.argv.slice(2);
const sieve = await createSieve({
  cache: false,
  threads: 1,
  ...(url === undefined ? {} : { backend: remoteBackend({ url, model }) }),
});
const texts = Array.from({ length: Number(count) }, (_, index) =>
  Array.from({ length: 12 }, (_, part) => textOf(index + part)).join(" "),
);
await sieve.encode(texts.slice(0, 2));
// All clients are there before one of them begins.
process.send?.("ready");
await new Promise((begin) => process.once("message", begin));
const started = performance.now();
await sieve.encode(texts);
process.send?.(performance.now() - started);
await sieve.dispose();
process.disconnect?.();
