import { expect, it } from "vitest";
import { bulkFigures } from "../contract/bulk-figures.js";
import { hasRedisServer } from "../contract/redis-server.js";

const DOCUMENTS = 240;

it.skipIf(!hasRedisServer())(
  "four workers on one Redis, one killed in the middle: every document is in the cache once, and right",
  { timeout: 90_000 },
  async () => {
    const figures = await bulkFigures(DOCUMENTS);
    expect(figures).toMatchObject({ documentsDone: DOCUMENTS, entries: DOCUMENTS, wrong: 0 });
    expect(figures.jobsDone).toBe(figures.jobs);
    // What the killed one had stored is known to whoever took its job over.
    expect(figures.passes).toBeLessThanOrEqual(DOCUMENTS);
  },
);
