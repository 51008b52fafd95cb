import { expect, it } from "vitest";
import { fleetFigures } from "../../contract/fleet-figures.js";
import { hasRedisServer } from "../../contract/redis-server.js";

const DOCUMENTS = 80;

it.skipIf(!hasRedisServer())(
  "two processes on one Redis encode each document once between them, and give nothing wrong while it is killed and restarted",
  { timeout: 90_000 },
  async () => {
    const { up, restarted, after } = await fleetFigures(DOCUMENTS);
    const whole = { documents: DOCUMENTS, answers: 2 * DOCUMENTS, wrong: 0 };
    expect(up).toMatchObject({ ...whole, passes: DOCUMENTS, twice: 0 });
    expect(restarted).toMatchObject(whole);
    expect(after).toMatchObject({ ...whole, passes: DOCUMENTS, twice: 0 });
  },
);
