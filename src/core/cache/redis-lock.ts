import type { ScoreLock } from "./claims.js";

/** Only an owner's own lock is renewed or ended: another may hold it since. */
const RENEW =
  'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("pexpire", KEYS[1], ARGV[2]) end return 0';
const FREE = 'if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0';

/**
 * A lock in Redis, or what speaks its protocol (the single-instance lock of
 * https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/): a key that ends by itself.
 *
 * @param send Sends one command: of node-redis `(command) => client.sendCommand(command)`, of ioredis
 *   `([name, ...parameters]) => client.call(name, ...parameters)`.
 *
 * @example
 * const cache = keyvCache(keyv, { lock: redisLock((command) => client.sendCommand(command)) });
 */
export function redisLock(send: (command: [string, ...string[]]) => Promise<unknown>): ScoreLock {
  return {
    take: async (name, owner, leaseMs) =>
      String(await send(["SET", name, owner, "NX", "PX", wholeMs(leaseMs)])) === "OK",
    renew: (name, owner, leaseMs) => send(["EVAL", RENEW, "1", name, owner, wholeMs(leaseMs)]),
    free: (name, owner) => send(["EVAL", FREE, "1", name, owner]),
  };
}

function wholeMs(durationMs: number): string {
  return String(Math.ceil(durationMs));
}
