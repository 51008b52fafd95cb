import type { EncoderBatch, EncoderOutput } from "../backend.js";
import type { OnnxSession } from "./onnx-session.js";

/** A session for as long as its backend lives: where its host died, the next run has a new one. */
export interface LastingSession {
  /** Runs that were given to it and have not ended. */
  readonly busy: number;
  run(batch: EncoderBatch): Promise<EncoderOutput>;
  dispose(): Promise<void>;
}

/** @param reopen Opens the like of the first. */
export function lastingSession(first: OnnxSession, reopen: () => Promise<OnnxSession>): LastingSession {
  let session = first;
  let opening: Promise<OnnxSession> | undefined;
  let isDisposed = false;
  let busy = 0;

  const renew = async (): Promise<OnnxSession> => {
    opening ??= reopen().finally(() => {
      opening = undefined;
    });
    session = await opening;
    return session;
  };

  return {
    get busy() {
      return busy;
    },
    async run(batch) {
      busy += 1;
      try {
        const alive = session.failure && !isDisposed ? await renew() : session;
        return await alive.run(batch);
      } finally {
        busy -= 1;
      }
    },
    async dispose() {
      isDisposed = true;
      // One that is being opened is ended, too.
      await opening?.catch(() => undefined);
      await session.dispose();
    },
  };
}
