import { countTokens, SEPARATOR } from "./baselines.js";
import { bootstrapMean, type Interval } from "./bootstrap.js";
import { spread } from "./cases.js";
import type { QuestionCase, QuestionSet } from "./data.js";
import { alignedSpans, shareInSourceOrder } from "./faithfulness.js";
import { countMustKeep, type MustKeep, type MustKeepCount, survives } from "./metrics.js";
import type { Answer, System, SystemConfig } from "./system.js";

/** A system on a set at one share of the tokens. */
export interface Point {
  system: string;
  set: string;
  /** Share asked for, and what was kept on average. */
  share: number;
  keptShare: number;
  questions: number;
  survival: Interval;
  /** How far the tokens were above and below the ceiling, as shares of it. */
  over: { mean: number; max: number };
  under: { mean: number; max: number };
  /** Least share of an output's words that stand in source order. */
  inOrder: number;
  /** One character a question of the set: 1 survived, 0 did not, - not asked. */
  outcomes: string;
}

/** What kept sentences lost, over all sets. */
export type Losses = Record<MustKeep, MustKeepCount>;

/** How many questions, and at which share, losses are counted on. */
export interface LossPlan {
  share: number;
  cases: number;
}

export interface SetMeasure {
  points: Point[];
  losses: Losses;
}

/** Asks a system every question of a set at every share. */
export async function measureSet(
  config: SystemConfig,
  system: System,
  { name, cases }: QuestionSet,
  shares: readonly number[],
  lossPlan: LossPlan,
): Promise<SetMeasure> {
  const asked = new Set(spread(cases, config.limit ?? cases.length));
  const lossCases = new Set(spread([...asked], lossPlan.cases));
  const losses = noLosses();
  const records = new Map<number, Judged[]>(shares.map((share) => [share, []]));
  for (const current of asked) {
    const total = countTokens(current.documents.join(SEPARATOR));
    for (const share of shares) {
      const ceiling = Math.max(1, Math.floor(share * total));
      const answer = await system.compress({ ...current, share, ceiling });
      records.get(share)?.push(judge(current, answer, total, ceiling));
      if (share === lossPlan.share && lossCases.has(current)) addLosses(losses, current, answer);
    }
  }
  const points = shares.map((share): Point => {
    const judged = records.get(share) ?? [];
    const bySurvival = new Map(judged.map(({ id, survived }) => [id, survived ? "1" : "0"]));
    return {
      system: config.name,
      set: name,
      share,
      keptShare: mean(judged.map(({ keptShare }) => keptShare)),
      questions: judged.length,
      survival: bootstrapMean(
        judged.map(({ survived }) => (survived ? 1 : 0)),
        judged.map(({ group }) => group),
      ),
      over: meanAndMax(judged.map(({ filled }) => Math.max(0, filled - 1))),
      under: meanAndMax(judged.map(({ filled }) => Math.max(0, 1 - filled))),
      inOrder: Math.min(...judged.map(({ inOrder }) => inOrder)),
      outcomes: cases.map(({ id }) => bySurvival.get(id) ?? "-").join(""),
    };
  });
  return { points, losses };
}

export function noLosses(): Losses {
  const none = () => ({ found: 0, lost: 0 });
  return { negations: none(), numbers: none(), identifiers: none() };
}

interface Judged {
  id: string;
  group: string;
  survived: boolean;
  keptShare: number;
  filled: number;
  inOrder: number;
}

function judge(
  { id, group, answers, documents }: QuestionCase,
  { text }: Answer,
  total: number,
  ceiling: number,
): Judged {
  const tokens = countTokens(text);
  return {
    id,
    group,
    survived: survives(text, answers),
    keptShare: tokens / total,
    filled: tokens / ceiling,
    inOrder: shareInSourceOrder(documents, text),
  };
}

/** An alignment in order finds nothing sensible in a text that is less in order than this. */
const ALIGNABLE = 0.95;

function addLosses(losses: Losses, { documents }: QuestionCase, { text, spans }: Answer): void {
  const joined = documents.join(SEPARATOR);
  if (!spans && shareInSourceOrder(documents, text) < ALIGNABLE) return;
  const sources = spans
    ? documents.map((source, index) => [source, spans[index] ?? []] as const)
    : [[joined, alignedSpans(joined, text)] as const];
  for (const [source, kept] of sources) {
    for (const [kind, { found, lost }] of Object.entries(countMustKeep(source, kept)) as [MustKeep, MustKeepCount][]) {
      losses[kind].found += found;
      losses[kind].lost += lost;
    }
  }
}

function meanAndMax(values: readonly number[]): { mean: number; max: number } {
  return { mean: mean(values), max: Math.max(0, ...values) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
