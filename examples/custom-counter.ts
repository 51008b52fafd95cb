// A budget in any unit: a function counts, here characters, as a field of limited length would.

import { readFile } from "node:fs/promises";
import { createSieve } from "contextsieve";

const MAX_CHARACTERS = 280;

const sieve = await createSieve();
const { text, tokens, originalTokens } = await sieve.compress({
  documents: [await readFile(new URL("data/meeting.txt", import.meta.url), "utf8")],
  query: "What is the sum of all pool limits at the autoscaler's maximum today?",
  maxTokens: MAX_CHARACTERS,
  tokenizer: (text) => text.length,
});

console.log(`${tokens} of ${originalTokens} characters, at most ${MAX_CHARACTERS}:\n\n${text}`);
