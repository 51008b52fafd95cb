import type { MachineFacts } from "../machine.js";
import { machineLine } from "../machine.js";
import type { Figure } from "./case.js";
import type { CaseResult } from "./run-case.js";

/** All of a run, as it is stored in results/latency.json. */
export interface LatencyResult {
  machine: MachineFacts;
  model: { name: string; version: string; dtype: string };
  quick: boolean;
  cases: CaseResult[];
}

/** The run as Markdown: a table per case. */
export function latencyReport({ machine, model, quick, cases }: LatencyResult): string {
  const lines = [
    "# Latency",
    "",
    `Written by \`npx tsx bench/latency/main.ts${quick ? " --quick" : ""}\`. Model ${model.name} ${model.version} (${model.dtype}).`,
    `${machineLine(machine)}.`,
    "Each case runs in a process of its own on the built package, on documents put together from the committed",
    "passages of ten domains. Figures are medians unless they say otherwise.",
  ];
  for (const { case: latencyCase, figures, notes, peakMb, seconds } of cases) {
    lines.push("", `## ${latencyCase.title}`, "", "| | | target |", "|---|---|---|");
    for (const figure of figures) lines.push(`| ${figure.name} | ${showFigure(figure)} | ${target(figure)} |`);
    lines.push(
      "",
      [...(notes ?? []), `The case took ${seconds.toFixed(0)} s and ${peakMb.toFixed(0)} MB at its peak.`].join(" "),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** A figure with its unit, as reports print it. */
export function showFigure({ value, unit }: Figure): string {
  return `${round(value)}${unit === "" ? "" : ` ${unit}`}`;
}

/** A number with about three figures. */
export function round(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

function target({ value, unit, target: wanted }: Figure): string {
  if (!wanted) return "";
  const [sign, limit, isMet] =
    "atLeast" in wanted ? ["≥", wanted.atLeast, value >= wanted.atLeast] : ["≤", wanted.atMost, value <= wanted.atMost];
  return `${sign} ${limit}${unit === "" ? "" : ` ${unit}`}: ${isMet ? "met" : "missed"}`;
}
