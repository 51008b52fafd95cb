import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FleetAnswer, type FleetWorker, fleetText, startFleetWorker } from "../../contract/fleet.js";
import { hasRedisServer, type RedisServer, startRedisServer } from "../../contract/redis-server.js";
import { type FakeSieve, openFakeSieve } from "../../support/fake-sieve.js";

/** Documents of each stretch. */
const DOCUMENTS = 80;

describe.skipIf(!hasRedisServer())(
  "two processes on one Redis (skipped where redis-server is not installed)",
  { timeout: 90_000 },
  () => {
    let server: RedisServer;
    let local: FakeSieve;
    let workers: FleetWorker[];
    beforeAll(async () => {
      server = await startRedisServer();
      local = await openFakeSieve();
      workers = await Promise.all([1, 2].map(() => startFleetWorker(server.url, local.folder)));
    });
    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.end()));
      await server.stop();
      await local.close();
    });

    const cutByAll = (from: number, onAnswer?: (answer: FleetAnswer) => void) =>
      Promise.all(workers.map((worker) => worker.cut(from, from + DOCUMENTS, onAnswer)));

    /** Each answer is what a process on its own makes of the document. */
    const expectRight = async (answers: readonly FleetAnswer[][]) => {
      for (const own of answers) expect(own.length).toBe(DOCUMENTS);
      for (const { index, text } of answers.flat()) {
        const expected = await local.sieve.compress({ documents: [fleetText(index)], rate: 0.3 });
        expect([index, text]).toEqual([index, expected.text]);
      }
    };
    const passesOf = (answers: readonly FleetAnswer[][]) => {
      const passes = new Map<number, number>();
      for (const { index, encoded } of answers.flat()) passes.set(index, (passes.get(index) ?? 0) + encoded);
      return [...passes.values()];
    };

    it("encode each document once between them", async () => {
      const answers = await cutByAll(0);
      await expectRight(answers);
      expect(passesOf(answers)).toEqual(Array(DOCUMENTS).fill(1));
    });

    it("give nothing wrong while it is killed and restarted, and no document is encoded twice once it is up", async () => {
      let seen = 0;
      let restarted: Promise<void> | undefined;
      const restart = async () => {
        const { port } = server;
        await server.stop();
        await new Promise((resolve) => setTimeout(resolve, 300));
        server = await startRedisServer(port);
      };
      const answers = await cutByAll(DOCUMENTS, () => {
        seen += 1;
        if (seen === DOCUMENTS / 4) restarted = restart();
      });
      await restarted;
      await expectRight(answers);

      await Promise.all(workers.map((worker) => worker.untilUp()));
      const after = await cutByAll(2 * DOCUMENTS);
      await expectRight(after);
      expect(passesOf(after)).toEqual(Array(DOCUMENTS).fill(1));
    });
  },
);
