import { isMeasuring, type Labels, measure } from "../runtime/telemetry.js";
import type { Window } from "./windows.js";

/**
 * Measures a run that begins: how long its windows waited, how many there are, and how much of it is padding; at its end
 * how long it took and how many tokens that is a second.
 *
 * @param length Tokens of the longest window.
 * @returns Undefined where nothing is measured.
 */
export function startRun(
  batch: readonly { window: Window; queuedMs: number }[],
  length: number,
  labels: Labels,
): { end(): void } | undefined {
  if (!isMeasuring()) return undefined;
  const startedMs = performance.now();
  const tokens = batch.reduce((sum, { window }) => sum + window.inputIds.length, 0);
  for (const { queuedMs } of batch) measure("queue.wait", (startedMs - queuedMs) / 1000, labels);
  measure("batch.size", batch.length, labels);
  measure("batch.padding", 1 - tokens / (batch.length * length), labels);
  return {
    end() {
      const seconds = (performance.now() - startedMs) / 1000;
      measure("encoder.duration", seconds, labels);
      measure("encoder.throughput", tokens / seconds, labels);
      measure("encoder.tokens", tokens, labels);
    },
  };
}
