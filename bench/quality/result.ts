import type { MachineFacts } from "../machine.js";
import type { GradedPoint } from "./grade-systems.js";
import type { LabelReport } from "./label-scores.js";
import type { Losses, Point } from "./measure-set.js";
import type { SystemConfig } from "./system.js";
import type { TimedPoint } from "./time-systems.js";

/** All of a run, as it is stored in results/quality.json. */
export interface QualityResult {
  machine: MachineFacts;
  model: { name: string; version: string; dtype: string; fingerprint: string };
  quick: boolean;
  systems: SystemConfig[];
  /** Systems that were left out, and why. */
  absent: string[];
  sets: { name: string; ids: string[]; groups: string[] }[];
  points: Point[];
  losses: { system: string; share: number; counts: Partial<Losses> }[];
  /** Survival by domain of one set at one share. */
  domains: {
    set: string;
    share: number;
    rows: { system: string; byDomain: Record<string, { questions: number; survival: number }> }[];
  };
  labels: LabelReport | undefined;
  /** Set that the times were taken on. */
  timedSet: string;
  times: TimedPoint[];
  graded: GradedPoint[];
  /** Runs that some systems' figures were taken over from: those that were measured with another model. */
  takenOver?: { systems: string[]; date: string; commit: string; model: string }[];
}

/** A system that keeps what it is asked for to within this share of it is read at what it was asked for. */
const EXACT = 0.02;

/** A system's survival at a share of the tokens: off its own curve, where it keeps more or less than it is asked to. */
export function survivalAt(points: readonly Point[], share: number): number {
  const asked = points.find((point) => point.share === share);
  if (asked && Math.abs(asked.keptShare / share - 1) <= EXACT) return asked.survival.mean;
  const curve = [
    { x: 0, y: 0 },
    ...points.map(({ keptShare, survival }) => ({ x: keptShare, y: survival.mean })).sort((a, b) => a.x - b.x),
    { x: 1, y: 1 },
  ];
  const after = curve.findIndex(({ x }) => x >= share);
  const right = curve[after];
  const left = curve[after - 1];
  if (!right) return 1;
  if (!left || right.x === left.x) return right.y;
  return left.y + ((right.y - left.y) * (share - left.x)) / (right.x - left.x);
}
