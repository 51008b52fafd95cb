// Throws texts at `compress` for so many minutes (5 by default): hostile shapes, real texts, junk, under any option. What
// is looked for: a broken promise (ceiling, slices), an error that is none of ours, a stall. `npx tsx scripts/long/fuzz-compress.ts 5`
import fc from "fast-check";
import { BudgetError, type CompressOptions, InvalidOptionError } from "../../src/core/index.js";
import { TEXT_KINDS } from "../../src/core/types.js";
import { anyDocuments } from "../../test/support/arbitraries.js";
import { openFakeSieve } from "../../test/support/fake-sieve.js";
import { HOSTILE_TEXTS } from "../../test/support/hostile-texts.js";
import { KIND_TEXTS } from "../../test/support/kind-texts.js";
import { cpuTime, watchEventLoop } from "../../test/support/stall.js";

const MINUTES = Number(process.argv[2] ?? 5);
/** Longest hostile text, in code units. */
const LONGEST = 8_192;
/** A stall of the event loop beyond this is reported, in milliseconds of processors' time: other programs may be busy. */
const LONGEST_STALL_MS = 1_000;

const hostile = fc
  .tuple(fc.constantFrom(...Object.values(HOSTILE_TEXTS)), fc.integer({ min: 1, max: LONGEST }))
  .map(([make, length]) => make(length));
const mixed = fc
  .array(
    fc.oneof(
      hostile,
      fc.constantFrom(...Object.values(KIND_TEXTS).flat()),
      fc.string({ unit: "binary", maxLength: 60 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.join("\n"));
const documents = fc.oneof(
  anyDocuments(),
  fc.array(
    mixed.map((text) => ({ text })),
    { minLength: 1, maxLength: 3 },
  ),
);
const target = fc.oneof(
  fc.record({ maxTokens: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 4000 })) }),
  fc.record({ rate: fc.double({ min: 0.001, max: 1, noNaN: true }) }),
  fc.record({ threshold: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const others = fc.record(
  {
    query: fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      hostile.map((text) => text.slice(0, 500)),
    ),
    kind: fc.constantFrom(...TEXT_KINDS),
    form: fc.constantFrom("same", "compact"),
    marker: fc.constantFrom(true, false, "all"),
    separator: fc.string({ unit: "binary", maxLength: 4 }),
    minRelevance: fc.double({ min: 0, max: 1, noNaN: true }),
    forcePhrases: fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 8 }), { maxLength: 2 }),
    dedupe: fc.boolean(),
    explain: fc.boolean(),
    tokenizer: fc.constantFrom("cl100k_base", "o200k_base", (text: string) => text.length),
  },
  { requiredKeys: [] },
);

const { sieve, close } = await openFakeSieve();
let longestStall = 0;
let longestRequest = "";
let calls = 0;
let refused = 0;
const property = fc.asyncProperty(documents, target, others, async (given, limit, options) => {
  const request = { documents: given, ...limit, ...options } as CompressOptions;
  calls += 1;
  const stalls = watchEventLoop(cpuTime);
  try {
    const { tokens, text, documents: kept } = await sieve.compress(request);
    if (request.maxTokens !== undefined && tokens > request.maxTokens) throw new Error(`${tokens} tokens`);
    if (text !== kept.map((document) => document.text).join(request.separator ?? "\n\n"))
      throw new Error("another text");
    for (const { index, spans } of kept) {
      const source = given[index]?.text ?? "";
      if (spans.some(([start, end]) => start < 0 || end > source.length || start > end))
        throw new Error("spans outside");
    }
  } catch (error) {
    if (!(error instanceof InvalidOptionError || error instanceof BudgetError)) throw error;
    refused += 1;
  } finally {
    const stall = stalls.stop();
    if (stall > longestStall) {
      longestStall = stall;
      longestRequest = JSON.stringify(request);
    }
  }
});
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
await fc.assert(property, {
  seed,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: MINUTES * 60_000,
  markInterruptAsFailure: false,
});
console.log(`${calls} calls, ${refused} refused, longest stall ${Math.round(longestStall)} ms`);
await close();
if (longestStall > LONGEST_STALL_MS)
  throw new Error(
    `Expected stalls of at most ${LONGEST_STALL_MS} ms, got ${Math.round(longestStall)} for ${longestRequest}.`,
  );
