import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openOutput } from "../../src/cli/output.js";

const base = mkdtempSync(join(tmpdir(), "contextsieve-output-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(base, String(count));
  mkdirSync(folder);
});
const path = (name: string) => join(folder, name);
const open = (name: string, inputs: string[] = []) => openOutput(path(name), "--output", inputs);

describe("an output file", () => {
  it("is not touched before it is written, and then holds the text, with nothing beside it", async () => {
    const output = await open("out.txt");
    expect(existsSync(path("out.txt"))).toBe(false);
    await output.write("text");
    expect(readFileSync(path("out.txt"), "utf8")).toBe("text");
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  it("keeps its permissions and its links where there was one", async () => {
    writeFileSync(path("real.txt"), "old");
    chmodSync(path("real.txt"), 0o640);
    symlinkSync(path("real.txt"), path("link.txt"));
    await (await open("link.txt")).write("new");
    expect(readFileSync(path("real.txt"), "utf8")).toBe("new");
    expect(statSync(path("real.txt")).mode & 0o777).toBe(0o640);
  });

  it("may be a device", async () => {
    await (await openOutput("/dev/null", "--output", [])).write("gone");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("is never one of the inputs, by whatever name", async () => {
    writeFileSync(path("in.txt"), "input");
    symlinkSync(path("in.txt"), path("soft.txt"));
    linkSync(path("in.txt"), path("hard.txt"));
    for (const name of ["in.txt", "soft.txt", "hard.txt", "./in.txt"]) {
      await expect(open(name, [path("in.txt")])).rejects.toThrow(
        /Expected --output .* to be another file than the documents, got one of them\./u,
      );
    }
    expect(readFileSync(path("in.txt"), "utf8")).toBe("input");
  });

  it("is refused before any work where it cannot be: a folder, a place that is not there, a file in its way", async () => {
    writeFileSync(path("file"), "");
    await expect(open(".")).rejects.toThrow(/to be a file, got a folder\./u);
    await expect(open("absent/out.txt")).rejects.toThrow(/to be writable, got no such file or folder\./u);
    await expect(open("file/out.txt")).rejects.toThrow(/to be writable, got a file where a folder should be\./u);
    await expect(openOutput("", "--html", [])).rejects.toThrow(/Expected --html to name a file, got an empty name\./u);
  });

  it("says why in words where writing fails in the end, and leaves no half of it", async () => {
    const output = await open("out.txt");
    rmSync(folder, { recursive: true });
    await expect(output.write("text")).rejects.toThrow(/to be writable, got no such file or folder\./u);
    await expect((await openOutput("/dev/full", "--output", [])).write("text")).rejects.toThrow(
      /Expected --output \/dev\/full to be writable, got a full disk\./u,
    );
  });
});
