import { openFakeSieve } from "../support/fake-sieve.js";
import { type FleetAnswer, type FleetWorker, fleetText, startFleetWorker } from "./fleet.js";
import { startRedisServer } from "./redis-server.js";

/** What two processes made of the same documents. */
export interface StretchFigures {
  documents: number;
  answers: number;
  /** Answers that are not what a process on its own makes of the document. */
  wrong: number;
  /** Passes of the model, over both processes. */
  passes: number;
  /** Documents that took more than one. */
  twice: number;
  seconds: number;
}

/** Three stretches: with Redis up, while it is killed and restarted, and once both processes reach it again. */
export interface FleetFigures {
  up: StretchFigures;
  restarted: StretchFigures;
  after: StretchFigures;
}

const DOWN_MS = 300;

/**
 * Two processes cut the same documents over one real Redis.
 *
 * @param documents Of each stretch.
 */
export async function fleetFigures(documents: number): Promise<FleetFigures> {
  let server = await startRedisServer();
  const local = await openFakeSieve();
  let workers: FleetWorker[] = [];
  const isWrong = async ({ index, text }: FleetAnswer) =>
    text !== (await local.sieve.compress({ documents: [fleetText(index)], rate: 0.3 })).text;

  const stretch = async (from: number, onAnswer?: () => void): Promise<StretchFigures> => {
    const started = performance.now();
    const answers = (await Promise.all(workers.map((worker) => worker.cut(from, from + documents, onAnswer)))).flat();
    const seconds = (performance.now() - started) / 1000;
    const passes = new Map<number, number>();
    let wrong = 0;
    for (const answer of answers) {
      passes.set(answer.index, (passes.get(answer.index) ?? 0) + answer.encoded);
      if (await isWrong(answer)) wrong += 1;
    }
    const counts = [...passes.values()];
    return {
      documents: passes.size,
      answers: answers.length,
      wrong,
      passes: counts.reduce((sum, count) => sum + count, 0),
      twice: counts.filter((count) => count > 1).length,
      seconds,
    };
  };

  const restart = async () => {
    const { port } = server;
    await server.stop();
    await new Promise((resolve) => setTimeout(resolve, DOWN_MS));
    server = await startRedisServer(port);
  };

  try {
    workers = await Promise.all([1, 2].map(() => startFleetWorker(server.url, local.folder)));
    const up = await stretch(0);
    let seen = 0;
    let restarting: Promise<void> | undefined;
    const restarted = await stretch(documents, () => {
      seen += 1;
      if (seen === Math.floor(documents / 4)) restarting = restart();
    });
    await restarting;
    await Promise.all(workers.map((worker) => worker.untilUp()));
    return { up, restarted, after: await stretch(2 * documents) };
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await server.stop();
    await local.close();
  }
}
