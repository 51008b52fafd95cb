// Index once, ask often: a document is read by the model once, not once a question.
import { readFile } from "node:fs/promises";
import { createSieve } from "contextsieve";

const sieve = await createSieve();
const files = ["handbook.md", "incident-log.txt", "meeting.txt", "api-docs.md"];
const documents = await Promise.all(
  files.map(async (id) => ({ id, text: await readFile(new URL(`data/${id}`, import.meta.url), "utf8") })),
);
const started = performance.now();
await sieve.encode(documents);
console.log(`index: ${Math.round(performance.now() - started)} ms`);

for (const query of [
  "How long are backups kept?",
  "What may a locker parcel weigh?",
  "Why was the release at night?",
]) {
  const {
    documents: kept,
    tokens,
    originalTokens,
    timings,
  } = await sieve.compress({ documents, query, maxTokens: 90 });
  console.log(`\n${query} (${Math.round(timings.totalMs)} ms, ${tokens} of ${originalTokens} tokens)`);
  for (const { id, text } of kept) console.log(`[${id}] ${text}`);
}
await sieve.dispose();
