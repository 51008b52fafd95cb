import { BackendError } from "../../../errors.js";
import { pause } from "../../../runtime/pause.js";
import { endTogether, onAbort } from "../../../runtime/until-aborted.js";
import type { EncoderBatch } from "../backend.js";
import { type ModelMetadata, OtherModelError } from "./model-metadata.js";
import { isOutage, type ModelServer, type ServedOutput } from "./model-server.js";

/** How a group is asked. */
export interface ServerGroupOptions {
  /** Time for a batch with all its attempts, in milliseconds. */
  timeoutMs: number;
  /** Rounds over the servers after the first. */
  retries: number;
  retryDelayMs: number;
}

/** Servers of one model that share its load. */
export type ServerGroup = Omit<ModelServer, "busy">;

/**
 * Gives each batch to the server with the fewest under way; where that one fails, to the next. After a round in which all
 * have failed there is a pause. A batch is a pure question: to ask it twice does no harm.
 *
 * @param servers Two or more, each of which is asked once at a time.
 */
export function serverGroup(servers: readonly ModelServer[], options: ServerGroupOptions): ServerGroup {
  let turn = 0;

  /** The least busy first; among equals, each in its turn. */
  const inOrder = (): ModelServer[] => {
    turn = (turn + 1) % servers.length;
    const rotated = [...servers.slice(turn), ...servers.slice(0, turn)];
    return rotated.sort((a, b) => a.busy - b.busy);
  };

  const tryAll = async (batch: EncoderBatch, signal: AbortSignal): Promise<ServedOutput> => {
    let last: unknown;
    for (const server of inOrder()) {
      try {
        return await server.run(batch, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isOutage(error)) throw error;
        last = error;
      }
    }
    throw last;
  };

  return {
    /** One that answers is enough; one with another model is too much. */
    async check(signal) {
      const outcomes = await Promise.allSettled(servers.map((server) => server.check(signal)));
      const found: ModelMetadata[] = [];
      for (const outcome of outcomes) {
        if (outcome.status === "fulfilled") found.push(outcome.value);
        else if (outcome.reason instanceof OtherModelError) throw outcome.reason;
      }
      const [first] = found;
      if (!first) throw (outcomes[0] as PromiseRejectedResult).reason;
      const versions = new Set(found.map(({ version }) => version));
      if (versions.size === 1) return first;
      throw new OtherModelError(`Expected one version on all servers, got ${[...versions].join(", ")}.`);
    },
    run(batch, signal) {
      const { timeoutMs, retries, retryDelayMs } = options;
      const late = new BackendError(
        `Expected one of ${servers.length} servers to answer within ${timeoutMs} ms, got nothing.`,
      );
      return endTogether(signal, async (own) => {
        const limit = new AbortController();
        const timer = setTimeout(() => limit.abort(late), timeoutMs);
        const forget = onAbort(own, () => limit.abort(own.reason));
        try {
          for (let round = 0; ; round += 1) {
            try {
              return await tryAll(batch, limit.signal);
            } catch (error) {
              if (!isOutage(error) || limit.signal.aborted || round >= retries) throw error;
              await pause(retryDelayMs * 2 ** round * (0.5 + Math.random()), limit.signal);
            }
          }
        } finally {
          clearTimeout(timer);
          forget();
        }
      });
    },
    stop(reason) {
      for (const server of servers) server.stop(reason);
    },
  };
}
