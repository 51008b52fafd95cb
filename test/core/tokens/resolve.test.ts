import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../../src/core/errors.js";
import { ENCODING_NAMES } from "../../../src/core/tokens/encodings.js";
import { resolveCounter } from "../../../src/core/tokens/resolve.js";

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}/tokenizer.json`, import.meta.url));

describe("the tokenizer option", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is o200k_base where none is named", async () => {
    expect((await resolveCounter(undefined)).name).toBe("o200k_base");
  });

  it("takes every encoding's name, and a function", async () => {
    for (const name of ENCODING_NAMES) expect((await resolveCounter(name)).name).toBe(name);
    expect((await resolveCounter((text) => text.length)).count("four")).toBe(4);
  });

  it("takes a folder, and reads it again once its file has changed", async () => {
    await copyFile(fixture("byte-level-bpe"), join(folder, "tokenizer.json"));
    const first = await resolveCounter(folder);
    expect(first.name).toBe(folder);
    expect(await resolveCounter(folder)).toBe(first);
    await copyFile(fixture("word-piece"), join(folder, "tokenizer.json"));
    expect(await resolveCounter(folder)).not.toBe(first);
  });

  it("tries a broken folder again when it is mended", async () => {
    await writeFile(join(folder, "tokenizer.json"), "{");
    await expect(resolveCounter(folder)).rejects.toThrow(InvalidOptionError);
    await copyFile(fixture("word-piece"), join(folder, "tokenizer.json"));
    expect((await resolveCounter(folder)).count("pressure")).toBeGreaterThan(0);
  });

  it("refuses a name it does not know, naming all encodings and the folder", async () => {
    for (const name of ["gpt-9", "", "constructor", "/no/such/folder"]) {
      const failure = resolveCounter(name);
      await expect(failure).rejects.toThrow(InvalidOptionError);
      await expect(failure).rejects.toThrow(
        `Expected \`tokenizer\` to be one of ${ENCODING_NAMES.join(", ")}, a folder that holds a tokenizer.json, or a function, got \`${name}\`.`,
      );
    }
  });

  it("refuses what is neither a name nor a function", async () => {
    await expect(resolveCounter(7 as unknown as string)).rejects.toThrow(/got `number`\.$/);
    await expect(resolveCounter(null as unknown as string)).rejects.toThrow(InvalidOptionError);
  });
});
