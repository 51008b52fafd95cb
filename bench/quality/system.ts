import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A committed variant: one JSON file in `systems/`. */
export interface SystemConfig {
  name: string;
  /** Name in tables and plots. */
  title: string;
  /** Which opener makes it. */
  kind: string;
  settings: Record<string, string | number | boolean>;
  /** Most questions of a set: slow peers answer fewer. */
  limit?: number;
  /** Answers are those of another system: only its times are taken. */
  answersOf?: string;
  /** Left out of `--quick`. */
  slow?: boolean;
}

/** What a system is asked. */
export interface Task {
  question: string;
  documents: readonly string[];
  /** Share of the candidates' tokens that is asked for. */
  share: number;
  /** The same in o200k tokens. */
  ceiling: number;
}

/** What it answers. */
export interface Answer {
  text: string;
  /** Kept slices of each candidate, where the system says so. */
  spans?: (readonly (readonly [number, number])[])[];
  /** Time by the system's own clock, where it runs in another process. */
  ms?: number;
}

/** A way to cut candidates down. */
export interface System {
  compress(task: Task): Promise<Answer>;
  /** What may be done ahead of the question, untimed: only where a system is timed on known documents. */
  prepare?(documents: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** How a system is opened. */
export interface OpenOptions {
  /** Model folder. */
  model: string;
  /** True where nothing may be remembered from one call to the next: for times. */
  forgetful: boolean;
}

/** A peer that is not installed: it is left out, and the report says so. */
export class PeerAbsentError extends Error {
  override name = "PeerAbsentError";
}

const SYSTEMS = join(dirname(fileURLToPath(import.meta.url)), "systems");

/** All committed variants, in the order of their files. */
export function readSystems(): SystemConfig[] {
  return readdirSync(SYSTEMS)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(SYSTEMS, file), "utf8")) as SystemConfig);
}
