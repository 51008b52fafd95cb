import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createNotices } from "../../src/cli/notices.js";
import { fillScoreFolder, openScoreFolder } from "../../src/cli/score-folder.js";

const folder = mkdtempSync(join(tmpdir(), "contextsieve-scores-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);
const scores = {
  keep: new Float32Array([1]),
  core: new Float32Array([0.2]),
  pivot: new Float32Array([0.6]),
  vectors: new Float32Array(0),
  dimension: 0,
};
const KEY = `cs3-${"0".repeat(64)}`;
writeFileSync(path("file"), "");

describe("a folder of scores", () => {
  it("is made where it is missing, and keeps nothing but scores", async () => {
    const { cache, lost } = await fillScoreFolder(path("new/folder"));
    expect(readdirSync(path("new/folder"))).toEqual([]);
    await cache.set(KEY, scores);
    expect(lost).toBe(0);
    expect(await (await openScoreFolder(path("new/folder"), createNotices(true))).get(KEY)).toEqual(scores);
  });

  it("counts what was written and cannot be read back", async () => {
    const filled = await fillScoreFolder(path("lossy"));
    // A file in the place of the folder that the entry goes to.
    writeFileSync(path(`lossy/${KEY.slice(0, 6)}`), "");
    await filled.cache.set(KEY, scores);
    expect(filled.lost).toBe(1);
  });

  it("is refused where there is a file, or where none can be made", async () => {
    await expect(fillScoreFolder(path("file"))).rejects.toThrow(
      /Expected --cache .*file to be a folder, got a file\./u,
    );
    await expect(openScoreFolder(path("file"), createNotices(true))).rejects.toThrow(/to be a folder, got a file\./u);
    await expect(fillScoreFolder(path("file/below"))).rejects.toThrow(
      /to be a writable folder, got a file where a folder should be\./u,
    );
    await expect(fillScoreFolder("")).rejects.toThrow(/Expected --cache to name a folder, got an empty name\./u);
  });

  it.skipIf(process.platform !== "linux")("is given up soon where the system never answers", async () => {
    await expect(fillScoreFolder("/proc/self/nowhere")).rejects.toThrow(/to be a writable folder, got /u);
  });

  it.skipIf(process.platform !== "linux")(
    "is read where it cannot be written, with a warning, and left alone",
    async () => {
      const warnings: string[] = [];
      const notices = { warn: (text: string) => warnings.push(text), say: () => undefined, isQuiet: false };
      const cache = await openScoreFolder("/proc/self/nowhere", notices);
      await cache.set(KEY, scores);
      expect(await cache.get(KEY)).toBeUndefined();
      expect(warnings).toEqual([expect.stringMatching(/^scores are not kept: --cache .* cannot be written, /u)]);
    },
  );
});
