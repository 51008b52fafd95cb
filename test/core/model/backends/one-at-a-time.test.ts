import { expect, it } from "vitest";
import type { EncoderBatch } from "../../../../src/core/index.js";
import { createQueue, inQueue } from "../../../../src/core/model/backends/one-at-a-time.js";
import { fakeBackend } from "../../../support/fake-backend.js";

function batch(): EncoderBatch {
  return { rows: 1, length: 4, inputIds: Int32Array.of(2, 5, 6, 3), lengths: Int32Array.of(4) };
}

const someTime = () => new Promise((resolve) => setTimeout(resolve, 2));

/** Two backends of one queue, and what they did when. */
async function twoBackends() {
  const queue = createQueue();
  const doing: string[] = [];
  const together: string[][] = [];
  const during = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    doing.push(what);
    if (doing.length > 1) together.push([...doing]);
    try {
      await someTime();
      return await work();
    } finally {
      doing.splice(doing.indexOf(what), 1);
    }
  };
  const open = (name: string) =>
    inQueue(queue, () =>
      during(`open ${name}`, async () => {
        const backend = fakeBackend();
        return {
          ...backend,
          run: (asked: EncoderBatch) => {
            if (asked.inputIds[0] === 99) return during(`fail ${name}`, () => Promise.reject(new Error("broken")));
            return during(`run ${name}`, () => backend.run(asked));
          },
          dispose: () => during(`dispose ${name}`, () => backend.dispose()),
        };
      }),
    );
  const [a, b] = await Promise.all([open("a"), open("b")]);
  return { a, b, together };
}

it("never does two things at once: opens, runs and ends of all backends, failures included", async () => {
  const { a, b, together } = await twoBackends();
  const broken = { ...batch(), inputIds: Int32Array.of(99, 1, 1, 1) };
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b).run(batch())),
    a.run(broken),
    b.run(batch()),
    a.dispose(),
    b.run(batch()),
    b.dispose(),
  ]);
  expect(together).toEqual([]);
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
});

it("does not run what nobody waits for any more when its turn comes", async () => {
  const { a, b } = await twoBackends();
  const controller = new AbortController();
  const first = a.run(batch());
  const second = b.run(batch(), controller.signal);
  controller.abort(new Error("nobody waits"));
  await expect(second).rejects.toThrow("nobody waits");
  expect((await first).labels).toBe(2);
});
