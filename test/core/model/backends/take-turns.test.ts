import { describe, expect, it } from "vitest";
import type { EncoderBatch } from "../../../../src/core/index.js";
import { createTurns } from "../../../../src/core/model/backends/take-turns.js";
import { fakeBackend } from "../../../support/fake-backend.js";

function batch(): EncoderBatch {
  return { rows: 1, length: 4, inputIds: Int32Array.of(2, 5, 6, 3), lengths: Int32Array.of(4) };
}

/** Two backends that take turns, and who ran when. */
function twoBackends() {
  const busy = { a: 0, b: 0 };
  const order: string[] = [];
  const together: boolean[] = [];
  const turns = createTurns();
  const one = (name: "a" | "b") =>
    turns(
      fakeBackend({
        before: async (run) => {
          order.push(name);
          busy[name] += 1;
          await new Promise((resolve) => setTimeout(resolve, 2));
          together.push(busy.a > 0 && busy.b > 0);
          busy[name] -= 1;
          if (name === "a" && run === 3) throw new Error("broken");
        },
      }),
    );
  return { a: one("a"), b: one("b"), order, together };
}

describe("backends that take turns", () => {
  it("never run at once, though each may have several runs under way", async () => {
    const { a, b, order, together } = twoBackends();
    await Promise.all([a.run(batch()), a.run(batch()), b.run(batch()), b.run(batch()), a.run(batch())]);
    expect(together).not.toContain(true);
    expect(order).toEqual(["a", "a", "b", "b", "a"]);
  });

  it("let the other go first, so that none waits for ever", async () => {
    const { a, b, order } = twoBackends();
    let wanted = 3;
    const busy = async () => {
      while (wanted-- > 0) await a.run(batch());
    };
    await Promise.all([busy(), b.run(batch())]);
    expect(order.indexOf("b")).toBe(1);
  });

  it("go on after a run that failed", async () => {
    const { a, b } = twoBackends();
    for (let run = 0; run < 3; run += 1) await a.run(batch());
    const failed = a.run(batch());
    const next = b.run(batch());
    await expect(failed).rejects.toThrow("broken");
    expect((await next).labels).toBe(2);
  });
});
