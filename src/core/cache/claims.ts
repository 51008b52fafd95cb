import { pause } from "../runtime/pause.js";
import type { EncodedText } from "../types.js";
import type { ScoreClaim } from "./cache.js";

/** A lock that processes share. Each call may fail: then nobody waits, and a text may be encoded twice. */
export interface ScoreLock {
  /** True if nobody held the name, and `owner` holds it now for so many milliseconds. */
  take(name: string, owner: string, leaseMs: number): Promise<boolean>;
  /** Holds it for so many milliseconds from now, if `owner` still does. */
  renew(name: string, owner: string, leaseMs: number): Promise<unknown>;
  /** Lets go of it, if `owner` still holds it. */
  free(name: string, owner: string): Promise<unknown>;
}

/** How a claim is asked for. */
export interface ClaimRequest {
  /** What is locked. */
  name: string;
  /** What is stored by now. */
  read: () => Promise<EncodedText | undefined>;
  lock: ScoreLock;
  /** Calls a store that may fail or hang; undefined if it did. */
  ask: (call: () => unknown) => Promise<unknown>;
  leaseMs: number;
  waitMs: number;
  signal: AbortSignal;
}

/** Milliseconds between two looks at a text that another process encodes: at first, and at most. */
const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 250;
const GROWTH = 1.5;
/** Renewals in a lease: two may be lost. */
const RENEWALS = 3;

/**
 * The right to encode a text, or the scores that another process stored. Waits for that process as long as it holds the
 * lock, and `waitMs` at most; where the store fails, nobody waits.
 *
 * @throws The signal's reason
 */
export async function claimScores(request: ClaimRequest): Promise<ScoreClaim | EncodedText> {
  const { name, read, lock, ask, leaseMs, waitMs, signal } = request;
  const owner = crypto.randomUUID();
  const until = performance.now() + waitMs;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(GROWTH * lookMs, LAST_LOOK_MS)) {
    signal.throwIfAborted();
    const isTaken = await ask(() => lock.take(name, owner, leaseMs));
    if (isTaken === true) return (await foundUnder(request, owner)) ?? holdClaim(request, owner);
    const leftMs = until - performance.now();
    if (isTaken !== false || leftMs <= 0) return { release: () => undefined };
    await pause(Math.min(lookMs, leftMs), signal);
    const stored = await read();
    if (stored) return stored;
  }
}

/** The last owner may have stored the scores between the look at the store and this one's turn. */
async function foundUnder({ name, read, lock, ask }: ClaimRequest, owner: string): Promise<EncodedText | undefined> {
  const stored = await read();
  if (stored) await ask(() => lock.free(name, owner));
  return stored;
}

function holdClaim({ name, lock, ask, leaseMs }: ClaimRequest, owner: string): ScoreClaim {
  const renewal = setInterval(() => void ask(() => lock.renew(name, owner, leaseMs)), leaseMs / RENEWALS);
  renewal.unref();
  return {
    async release() {
      clearInterval(renewal);
      await ask(() => lock.free(name, owner));
    },
  };
}
