// The process of a lane: encodes what it is sent, and ends when nobody is connected any more.
import type { SourceDocument } from "../../core/index.js";
import { createNotices } from "../notices.js";
import { type LaneFlags, openLane } from "./lane.js";
import type { LaneMessage } from "./lane-process.js";

const say = (message: LaneMessage) => process.send?.(message);
const refusal = (error: unknown) => ({ name: (error as Error).name, message: (error as Error).message });

process.on("disconnect", () => process.exit());
// An interruption of the terminal reaches every process: the parent decides.
process.on("SIGINT", () => undefined);
try {
  const lane = await openLane(JSON.parse(process.argv[2] as string) as LaneFlags, createNotices(true));
  process.on("message", async ({ id, documents }: { id: number; documents: SourceDocument[] }) => {
    try {
      say({ id, result: await lane.encode(documents) });
    } catch (error) {
      say({ id, error: refusal(error) });
    }
  });
  say({ fingerprint: lane.fingerprint });
} catch (error) {
  say({ error: refusal(error) });
}
