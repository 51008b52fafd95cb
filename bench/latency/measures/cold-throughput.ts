import type { LoadedModel } from "../../../src/core/model/load/manifest.js";
import type { Window } from "../../../src/core/model/windows.js";
import { openBareSession, packRuns, SCHEDULES, type Schedule, timeRuns } from "../bare-session.js";
import { type Measure, numberOf } from "../case.js";
import { makeDocuments } from "../corpus.js";
import { importLibrary, importParts, type LibraryParts } from "../library.js";
import { median } from "../statistics.js";

/**
 * Tokens a second of documents never seen, from text to scores, against a bare session on the same windows in
 * its best schedule. Rounds alternate which goes first; each round has documents of its own, since the library
 * remembers.
 */
export const measure: Measure = async ({ settings, model: folder, dtype, dist }) => {
  const documents = numberOf(settings, "documents");
  const tokens = numberOf(settings, "tokensPerDocument");
  const rounds = numberOf(settings, "rounds");
  const parts = await importParts();
  const { createSieve } = await importLibrary(dist);
  const model = await parts.loadModel(folder, dtype);
  const made = { model: folder, ...(dtype ? { dtype } : {}), cache: false } as const;
  const sieve = await createSieve(made);
  const double = await createSieve({ ...made, sessions: 2 });
  const session = await openBareSession(model);
  const cut = windowCutter(parts, model);

  const warmUp = makeDocuments(documents, tokens, 1);
  for (const each of [sieve, double]) await each.encode(warmUp);
  const { schedule, trials } = await bestSchedule(session, model, await cut(warmUp));

  const ours: number[] = [];
  const doubled: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const texts = makeDocuments(documents, tokens, 100 + round);
    const windows = await cut(texts);
    const read = windows.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
    const runs = packRuns(windows, model, schedule);
    const timeSieve = (each: typeof sieve, speeds: number[]) => async () => {
      const started = performance.now();
      await each.encode(texts);
      speeds.push((1000 * read) / (performance.now() - started));
    };
    const timeBare = async () => void bare.push((1000 * read) / (await timeRuns(session, runs)));
    const all = [timeSieve(sieve, ours), timeBare, timeSieve(double, doubled)];
    for (let turn = 0; turn < all.length; turn += 1) await all[(turn + round) % all.length]?.();
  }
  await double.dispose();
  await sieve.dispose();
  const against = (speeds: readonly number[]) => speeds.map((value, round) => value / (bare[round] as number));
  const ratios = against(ours);
  const doubledRatios = against(doubled);
  return {
    figures: [
      { name: "contextsieve, text to scores", value: median(ours), unit: "tokens/s", rounds: ours },
      { name: "bare onnxruntime-node session", value: median(bare), unit: "tokens/s", rounds: bare },
      { name: "ratio", value: median(ratios), unit: "", rounds: ratios, target: { atLeast: 0.85 } },
      { name: "contextsieve, `sessions: 2`", value: median(doubled), unit: "tokens/s", rounds: doubled },
      {
        name: "ratio of that",
        value: median(doubledRatios),
        unit: "",
        rounds: doubledRatios,
        target: { atLeast: 0.93 },
      },
    ],
    notes: [
      `Tokens are those the encoder reads, overlaps and special tokens included, padding not.`,
      `Bare session: ${describe(schedule)} is its best schedule here (${trials.join(", ")}).`,
    ],
  };
};

function windowCutter(parts: LibraryParts, model: LoadedModel) {
  const tokenizer = parts.createPieceTokenizer(model);
  return async (texts: readonly string[]): Promise<Window[]> => {
    const windows: Window[] = [];
    for (const text of texts) {
      const { words, sentences } = await parts.segmentText(text);
      windows.push(...parts.cutWindows(tokenizer.pieces(text, words), sentences, model.manifest));
    }
    return windows;
  };
}

async function bestSchedule(
  session: Parameters<typeof timeRuns>[0],
  model: LoadedModel,
  windows: readonly Window[],
): Promise<{ schedule: Schedule; trials: string[] }> {
  const read = windows.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
  const trials: { schedule: Schedule; ms: number }[] = [];
  for (const schedule of SCHEDULES) {
    const runs = packRuns(windows, model, schedule);
    await timeRuns(session, runs.slice(0, 2));
    trials.push({ schedule, ms: await timeRuns(session, runs) });
  }
  const [best] = [...trials].sort((a, b) => a.ms - b.ms);
  return {
    schedule: (best as (typeof trials)[number]).schedule,
    trials: trials.map(({ schedule, ms }) => `${describe(schedule)}: ${Math.round((1000 * read) / ms)} tokens/s`),
  };
}

function describe({ maxRows, maxTokens }: Schedule): string {
  return maxRows === 1 ? "one window a run" : `runs of up to ${maxTokens} padded tokens`;
}
