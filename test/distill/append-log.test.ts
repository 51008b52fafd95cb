import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openAppendLog } from "../../src/distill/append-log.js";
import { temporaryFolder } from "./temporary-folder.js";

interface Entry {
  id: number;
}

async function reopen(content: string): Promise<{ records: readonly Entry[]; after: string }> {
  const path = join(temporaryFolder(), "log.jsonl");
  writeFileSync(path, content);
  const log = await openAppendLog<Entry>(path);
  await log.append({ id: 99 });
  await log.close();
  return { records: log.records, after: readFileSync(path, "utf8") };
}

describe("openAppendLog", () => {
  it("begins a file, and its folder, where there is none", async () => {
    const path = join(temporaryFolder(), "deep", "log.jsonl");
    const log = await openAppendLog<Entry>(path);
    await Promise.all([1, 2, 3].map((id) => log.append({ id })));
    await log.close();
    expect(log.records).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe('{"id":1}\n{"id":2}\n{"id":3}\n');
  });

  it("goes on behind what is there", async () => {
    const { records, after } = await reopen('{"id":1}\n{"id":2}\n');
    expect(records).toEqual([{ id: 1 }, { id: 2 }]);
    expect(after).toBe('{"id":1}\n{"id":2}\n{"id":99}\n');
  });

  it("removes a last line that was cut off", async () => {
    const { records, after } = await reopen('{"id":1}\n{"id":2,"te');
    expect(records).toEqual([{ id: 1 }]);
    expect(after).toBe('{"id":1}\n{"id":99}\n');
  });

  it("removes a last line that was cut off inside a character", async () => {
    const path = join(temporaryFolder(), "log.jsonl");
    const whole = Buffer.from('{"id":1}\n{"id":"ä"}\n');
    writeFileSync(path, whole.subarray(0, whole.indexOf(0xa4)));
    const log = await openAppendLog<Entry>(path);
    await log.close();
    expect(log.records).toEqual([{ id: 1 }]);
    expect(readFileSync(path, "utf8")).toBe('{"id":1}\n');
  });

  it("keeps a whole last line that lacks only its line break", async () => {
    const { records, after } = await reopen('{"id":1}\n{"id":2}');
    expect(records).toEqual([{ id: 1 }, { id: 2 }]);
    expect(after).toBe('{"id":1}\n{"id":2}\n{"id":99}\n');
  });

  it("refuses a file that is damaged before its end, and names the line", async () => {
    await expect(reopen('{"id":1}\nnot ours\n{"id":2}\n')).rejects.toThrow(/got a damaged line 2\.$/u);
  });
});
