/** The process of one case: a message with the case comes in, the figures go out. Started by `run-case.ts`. */
import type { Measure, Measured, MeasureInput } from "./case.js";
import { peakMb } from "./memory.js";

/** What the process is asked. */
export interface ChildRequest extends MeasureInput {
  measure: string;
}

/** What it answers. */
export type ChildReply = { measured: Measured; peakMb: number; seconds: number } | { error: string };

process.once("message", async (request: ChildRequest) => {
  const started = performance.now();
  const reply = await take(request).then(
    (measured): ChildReply => ({ measured, peakMb: peakMb(), seconds: (performance.now() - started) / 1000 }),
    (error): ChildReply => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  process.send?.(reply, () => process.disconnect());
});

async function take({ measure, ...input }: ChildRequest): Promise<Measured> {
  const module = (await import(`./measures/${measure}.ts`)) as { measure: Measure };
  return module.measure(input);
}
