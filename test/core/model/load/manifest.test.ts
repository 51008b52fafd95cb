import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError, ModelLoadError } from "../../../../src/core/errors.js";
import { loadModel } from "../../../../src/core/model/load/manifest.js";
import { type FakeModel, sha256, writeFakeModel } from "../../../support/fake-model.js";

let fake: FakeModel;
beforeEach(() => {
  fake = writeFakeModel();
});
afterEach(() => fake.dispose());

const path = (file: string) => join(fake.folder, file);

async function failure(dtype?: string): Promise<Error> {
  return loadModel(fake.folder, dtype).then(
    () => expect.fail("the model was loaded"),
    (error: Error) => error,
  );
}

function rewrite(change: (manifest: Record<string, unknown>) => unknown): void {
  const manifest = JSON.parse(readFileSync(path("manifest.json"), "utf8"));
  writeFileSync(path("manifest.json"), JSON.stringify(change(manifest) ?? manifest));
}

describe("a model folder", () => {
  it("that is whole is loaded, with a fingerprint that is its own", async () => {
    const model = await loadModel(fake.folder);
    expect(model.dtype).toBe("fake");
    expect(model.fingerprint).toMatch(/^[0-9a-f]{16}$/u);
    expect((await loadModel(fake.folder)).fingerprint).toBe(model.fingerprint);
    const prints = new Set([model.fingerprint]);
    for (const [field, value] of Object.entries({
      window: { maxTokens: 128, contextTokens: 16 },
      specialTokens: { cls: 3, sep: 2, pad: 0, unk: 1 },
      tokenTypes: "zero",
      outputs: { logits: "logits", hidden: "hidden", dimension: 16, labels: ["drop", "keep"] },
      calibration: { relevance: { scale: 9, bias: -3 } },
      scripts: ["Latin"],
    })) {
      rewrite((manifest) => ({ ...manifest, [field]: value }));
      prints.add((await loadModel(fake.folder)).fingerprint);
    }
    // Each change changed it, and what says nothing of scores does not.
    expect(prints.size).toBe(7);
    rewrite((manifest) => ({ ...manifest, licence: "another" }));
    expect(prints).toContain((await loadModel(fake.folder)).fingerprint);
  });

  it.each(["manifest.json", "tokenizer.json", "model.bin"])("without %s is one clear error", async (file) => {
    rmSync(path(file));
    const error = await failure();
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toBe(`Expected model file ${path(file)} to be readable, got no such file.`);
    expect(error.cause).toMatchObject({ code: "ENOENT" });
  });

  it.each<[string, (manifest: { variants: { fake: object } }) => void]>([
    ["the tokenizer", (manifest) => void Object.assign(manifest, { tokenizer: "../secret.json" })],
    ["a form's file", ({ variants }) => void Object.assign(variants.fake, { file: "/dev/zero" })],
    ["a form's data", ({ variants }) => void Object.assign(variants.fake, { data: "../../../../../../dev/zero" })],
    ["a checksum", (manifest) => void Object.assign(manifest, { checksums: { "model.bin_/../../x": "" } })],
  ])("that names %s outside of it is refused, and nothing outside is read", async (_, change) => {
    rewrite((manifest) => change(manifest as never));
    const error = await failure();
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toMatch(/to be (?:a file|of files) inside the model's folder, got /u);
  });

  it.each(["manifest.json", "tokenizer.json", "model.bin"])("with a link out of it as %s is refused", async (file) => {
    const outside = writeFakeModel();
    rmSync(path(file));
    symlinkSync(join(outside.folder, file), path(file));
    const error = await failure();
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toBe(`Expected model file ${path(file)} to lie in its folder, got a link out of it.`);
    await outside.dispose();
  });

  it("with links inside it, or among the blobs of the Hub's Python client, is loaded", async () => {
    renameSync(path("model.bin"), path("weights.bin"));
    symlinkSync("weights.bin", path("model.bin"));
    await loadModel(fake.folder);
    const repository = mkdtempSync(join(tmpdir(), "models--a--b-"));
    const snapshot = join(repository, "snapshots", "0".repeat(40));
    mkdirSync(snapshot, { recursive: true });
    mkdirSync(join(repository, "blobs"));
    for (const file of ["manifest.json", "tokenizer.json", "model.bin"]) {
      copyFileSync(path(file), join(repository, "blobs", file));
      symlinkSync(join("..", "..", "blobs", file), join(snapshot, file));
    }
    await loadModel(snapshot);
    truncateSync(join(repository, "blobs", "model.bin"), 3);
    await expect(loadModel(snapshot)).rejects.toThrow("altered. Delete it, and it is downloaded again.");
    rmSync(repository, { recursive: true });
  });

  it.skipIf(process.platform === "win32").each(["manifest.json", "tokenizer.json", "model.bin"])(
    "with a pipe as %s is refused at once",
    async (file) => {
      rmSync(path(file));
      execFileSync("mkfifo", [path(file)]);
      const error = await failure();
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error.message).toBe(`Expected model file ${path(file)} to be a regular file, got another kind.`);
    },
  );

  it("that does not exist is one clear error", async () => {
    await expect(loadModel("/nowhere/at/all")).rejects.toThrow(
      new ModelLoadError("Expected model file /nowhere/at/all/manifest.json to be readable, got no such file."),
    );
  });

  it.each(["tokenizer.json", "model.bin"])(
    "with a truncated or altered %s is refused by its checksum",
    async (file) => {
      const [before, size] = [readFileSync(path(file)), readFileSync(path(file)).length];
      truncateSync(path(file), size - 1);
      const truncated = await failure();
      expect(truncated).toBeInstanceOf(ModelLoadError);
      expect(truncated.message).toBe(
        `Expected ${path(file)} to have SHA-256 ${sha256(before)}, got ${sha256(before.subarray(0, size - 1))} (${size - 1} bytes): the file is truncated or altered.`,
      );
      writeFileSync(path(file), before);
      appendFileSync(path(file), " ");
      expect((await failure()).message).toContain("truncated or altered");
    },
  );

  it("checks the files of weights beside the model too", async () => {
    writeFileSync(path("model.bin.data"), "weights");
    rewrite((manifest) => ({
      ...manifest,
      checksums: { ...(manifest.checksums as object), "model.bin.data": sha256("other") },
    }));
    expect((await failure()).message).toContain("model.bin.data to have SHA-256");
  });

  it("with a manifest that is no JSON object is one clear error", async () => {
    for (const content of ["", "{", "null", "[]", "7"]) {
      writeFileSync(path("manifest.json"), content);
      const error = await failure();
      expect(error).toBeInstanceOf(ModelLoadError);
      expect(error.message).toMatch(
        /^Expected .*manifest\.json to be (?:JSON, got a parse error|a JSON object, got another value)\.$/u,
      );
    }
  });

  it.each([
    ["name", 7],
    ["version", null],
    ["tokenizer", undefined],
    ["defaultVariant", "other"],
    ["specialTokens", "cls"],
    ["specialTokens", { cls: 2, sep: 3, pad: -1, unk: 1 }],
    ["window", { maxTokens: 33, contextTokens: 0 }],
    ["window", { maxTokens: 64, contextTokens: 20 }],
    ["window", { maxTokens: 100.5, contextTokens: 0 }],
    ["window", {}],
    ["prefixes", { text: [7] }],
    ["prefixes", { text: [7], question: [-1] }],
    ["tokenTypes", "shapes"],
    ["outputs", {}],
    ["outputs", { logits: "logits", labels: ["drop"] }],
    ["outputs", { logits: "logits", labels: ["keep", "pivot", "core"] }],
    ["outputs", { logits: "logits", labels: ["keep", "core"], hidden: "hidden" }],
    ["calibration", { relevance: { scale: "steep", bias: 0 } }],
    ["variants", []],
    ["variants", { fake: null }],
    ["variants", { fake: { maxBatchRows: 1, maxBatchTokens: 1024 } }],
    ["variants", { fake: { file: "model.bin", maxBatchRows: 0, maxBatchTokens: 1024 } }],
    ["variants", { fake: { file: "model.bin", maxBatchRows: 1, maxBatchTokens: 100 } }],
    ["checksums", null],
  ])("with a wrong `%s` (%j) names the field", async (field, value) => {
    rewrite((manifest) => ({ ...manifest, [field]: value }));
    const error = await failure();
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toMatch(
      new RegExp(`^Expected \`${field}[\\w.]*\` in .*manifest\\.json to be .+, got \`.*\`\\.$`, "u"),
    );
  });

  it.each(["fp64", "constructor", "__proto__", ""])(
    "has no variant %j: the option is named, and what there is",
    async (dtype) => {
      const error = await failure(dtype);
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(error.message).toBe(`Expected \`dtype\` to be one of fake for model fake, got \`${dtype}\`.`);
    },
  );

  it.each([5, "Latin", ["Klingon"], ["Latin}|.*"], [null]])(
    "with %j for its scripts is one clear error",
    async (scripts) => {
      rewrite((manifest) => ({ ...manifest, scripts }));
      expect((await failure()).message).toContain("Expected `scripts` in ");
    },
  );
});
