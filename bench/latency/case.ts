import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A committed measurement: what is measured, on how much. One JSON file in `cases/` each. */
export interface LatencyCase {
  name: string;
  /** Heading of the case in the report. */
  title: string;
  /** Name of the file in `measures/` that takes it. */
  measure: string;
  settings: Settings;
  /** Settings that `--quick` replaces. */
  quick: Settings;
}

export type Settings = Record<string, number | number[] | string | string[]>;

/** One measured figure. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What the project wants to reach; a report, never an assertion. */
  target?: { atLeast: number } | { atMost: number };
  /** The single rounds behind a median, in order. */
  rounds?: number[];
}

/** What a measure gives back. */
export interface Measured {
  figures: Figure[];
  /** How it was measured, where that was found out on the way. */
  notes?: string[];
}

/** What a measure gets. */
export interface MeasureInput {
  settings: Settings;
  /** Model folder. */
  model: string;
  dtype: string | undefined;
  /** Folder of the built package. */
  dist: string;
}

export type Measure = (input: MeasureInput) => Promise<Measured>;

const CASES = join(dirname(fileURLToPath(import.meta.url)), "cases");

/** All committed cases, by name. */
export function readCases(): LatencyCase[] {
  return readdirSync(CASES)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(CASES, file), "utf8")) as LatencyCase);
}

/** A number among the settings. */
export function numberOf(settings: Settings, name: string): number {
  const value = settings[name];
  if (typeof value !== "number") throw new TypeError(`Expected setting \`${name}\` to be a number, got \`${value}\`.`);
  return value;
}

/** A list of numbers among the settings. */
export function numbersOf(settings: Settings, name: string): number[] {
  const value = settings[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) {
    throw new TypeError(`Expected setting \`${name}\` to be a list of numbers, got \`${value}\`.`);
  }
  return value;
}
