import { createSieve } from "../../src/core/index.js";
import { PASSAGES } from "../../test/support/texts.js";

const DOCUMENTS_PER_REQUEST = 5;
const REQUESTS = 200;
const AT_ONCE = 8;
const MAX_TOKENS = 300;

/** Requests a second where scores come with the documents and nothing is remembered: each text is cut into words anew. */
export async function besideLines(): Promise<string[]> {
  const sieve = await createSieve({ cache: false });
  const texts = PASSAGES.map(({ text }) => text).filter((text) => /^[\p{ASCII}’“”—]*$/u.test(text));
  const metadata = await sieve.toMetadata(texts);
  const documents = texts.map((text, index) => ({ text, metadata: { ...metadata[index] } }));
  let next = 0;
  let misses = 0;
  const work = async () => {
    while (next < REQUESTS) {
      const number = next++;
      const own = Array.from(
        { length: DOCUMENTS_PER_REQUEST },
        (_, place) =>
          documents[(number * DOCUMENTS_PER_REQUEST + place) % documents.length] as (typeof documents)[number],
      );
      const query = `What is said of ${texts[number % texts.length]?.split(" ").slice(3, 7).join(" ")}?`;
      const { timings } = await sieve.compress({ documents: own, query, maxTokens: MAX_TOKENS });
      misses += timings.cacheMisses;
    }
  };
  // Warm code: the first questions teach the compiler.
  await work();
  next = 0;
  const started = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await sieve.dispose();
  if (misses > 0) throw new Error(`Expected every document's scores beside it, got ${misses} that were encoded.`);
  const characters = metadata.reduce((sum, { contextsieveScores }) => sum + (contextsieveScores?.length ?? 0), 0);
  return [
    `${REQUESTS} questions over ${DOCUMENTS_PER_REQUEST} documents of about 190 tokens, scores beside them (${Math.round(characters / texts.length)} characters each): ${Math.round(REQUESTS / seconds)} requests a second, ${((user + system) / 1000 / REQUESTS).toFixed(1)} ms of the processor each, nothing remembered`,
  ];
}
