import { execFileSync, spawn } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../src/core/model/load/manifest.js";
import { FIXTURES } from "../core/methods/llmlingua2/golden.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CHECKPOINT = fileURLToPath(new URL("wordpiece/", FIXTURES));
const PACKAGES = ["torch", "transformers", "onnx", "onnxruntime", "numpy"];

/** A Python with all that a conversion needs: CONTEXTSIEVE_PYTHON, or the one on PATH. */
const PYTHON = [process.env.CONTEXTSIEVE_PYTHON, "python3"].find((candidate) => {
  if (!candidate) return false;
  const find = `import importlib.util, sys; sys.exit(not all(importlib.util.find_spec(name) for name in ${JSON.stringify(PACKAGES)}))`;
  try {
    execFileSync(candidate, ["-c", find], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "contextsieve-models-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs `contextsieve models ...` on the sources. */
async function models(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const program = `
    import { Command } from "commander";
    import { registerModels } from "${ROOT}src/cli/models.ts";
    const program = new Command("contextsieve");
    registerModels(program);
    await program.parseAsync(process.argv.slice(1), { from: "user" });
  `;
  const arguments_ = ["--import", "tsx", "--input-type=module", "-e", program, "models", ...words];
  const child = spawn(process.execPath, arguments_, { cwd: ROOT, env: { ...process.env, ...environment } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, stdout, stderr };
}

describe("contextsieve models", () => {
  it("lists what is in the cache, and tells what a checkpoint holds", { timeout: 120_000 }, async () => {
    const cacheDir = join(scratch, "cache");
    const snapshot = join(cacheDir, "models--someone--tiny", "snapshots", "0".repeat(40));
    await cp(CHECKPOINT, snapshot, { recursive: true });
    const list = await models(["list", "--cache-dir", cacheDir, "--json"]);
    expect(JSON.parse(list.stdout)).toContainEqual({ model: "someone/tiny", where: `cached, ${"0".repeat(40)}` });

    const info = await models(["info", CHECKPOINT]);
    expect(info.stdout).toMatch(
      /labels: drop, keep\nwindow: 512 tokens\nsentence vectors: none\nfp32 \(default\): onnx\/model.onnx, 0\.\d MB/,
    );

    const absent = await models(["info", "nobody/nothing", "--cache-dir", cacheDir, "--local-files-only"]);
    expect(absent.status).toBe(2);
    expect(absent.stderr).toMatch(/^error: Expected nobody\/nothing at revision main .* forbids a download.\n$/);
  });

  it("convert says so where there is no Python", { timeout: 60_000 }, async () => {
    const result = await models(["convert", CHECKPOINT, "--out", join(scratch, "none")], { PATH: scratch });
    expect(result.status).toBe(2);
    expect(result.stderr).toBe("error: Expected `python3` on PATH to convert a checkpoint, got none.\n");
  });

  it("convert names every package that Python lacks, and the versions it was tested with", {
    timeout: 60_000,
  }, async () => {
    const bin = await mkdtemp(join(scratch, "bin-"));
    const bare = join(bin, "python3");
    await writeFile(
      bare,
      `#!/bin/sh\nexec ${execFileSync("which", ["python3"], { encoding: "utf8" }).trim()} -I -S "$@"\n`,
    );
    await chmod(bare, 0o755);
    const result = await models(["convert", CHECKPOINT, "--out", join(scratch, "none")], {
      PATH: `${bin}:${process.env.PATH}`,
    });
    expect(result.status).toBe(2);
    expect(result.stderr.trim().split("\n")).toHaveLength(1);
    expect(result.stderr).toMatch(
      /got none of: torch, transformers, onnx, onnxruntime, numpy\. Install them with: .* -m pip install torch==\S+ transformers==\S+ onnx==/,
    );
  });

  it.skipIf(PYTHON === undefined)(
    "convert turns a PyTorch checkpoint into a model folder that loads, in both forms",
    { timeout: 600_000 },
    async () => {
      const checkpoint = join(scratch, "checkpoint");
      const out = join(scratch, "model");
      await cp(CHECKPOINT, checkpoint, { recursive: true });
      const make = [
        "import sys, torch",
        "from transformers import BertConfig, BertForTokenClassification",
        "torch.manual_seed(1)",
        "BertForTokenClassification(BertConfig.from_pretrained(sys.argv[1])).save_pretrained(sys.argv[1])",
      ];
      execFileSync(PYTHON as string, ["-c", make.join("\n"), checkpoint], { stdio: "ignore" });
      const bin = await mkdtemp(join(scratch, "bin-"));
      const path = execFileSync("which", [PYTHON as string], { encoding: "utf8" }).trim();
      await writeFile(join(bin, "python3"), `#!/bin/sh\nexec ${path} "$@"\n`);
      await chmod(join(bin, "python3"), 0o755);
      await symlink(process.execPath, join(bin, "node"));

      const result = await models(["convert", checkpoint, "--out", out, "--name", "tiny", "--licence", "MIT"], {
        PATH: `${bin}:${process.env.PATH}`,
      });
      expect(result.stderr).toBe("");
      expect(result.stdout).toMatch(/fp32 against PyTorch, \d+ tokens: keep probability off by 0\.0000\d on average/);
      expect(result.stdout).toMatch(/int8 against PyTorch, .*% on the same side of 0\.5/);
      for (const dtype of ["fp32", "int8"]) {
        const { manifest } = await loadModel(out, dtype);
        expect(manifest).toMatchObject({
          name: "tiny",
          licence: "MIT",
          tokenTypes: "zero",
          window: { maxTokens: 512 },
        });
      }
      const { agreement } = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
      expect(agreement.fp32.maxDifference).toBeLessThan(1e-4);
      expect(agreement.int8.sameSide).toBeGreaterThan(0.9);
    },
  );
});
