import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { copyCudaFiles, removeCudaFiles } from "../../src/cli/doctor/cuda-files.js";
import { readWheel } from "../../src/cli/doctor/wheel.js";
import { InvalidOptionError } from "../../src/core/index.js";
import type { RuntimeFiles } from "../../src/core/model/devices/runtime-files.js";
import { recordOf, writeWheel } from "../support/write-wheel.js";

const PROVIDERS = {
  "onnxruntime/capi/libonnxruntime_providers_shared.so": "shared",
  "onnxruntime/capi/libonnxruntime_providers_cuda.so": "cuda ".repeat(1000),
  "onnxruntime/capi/libonnxruntime.so.1.30.0": "the runtime, which is not copied",
};
const CUBLAS = {
  "nvidia/cu13/lib/libcublas.so.13": "cublas",
  "nvidia/cu13/lib/libcublasLt.so.13": "cublasLt ".repeat(999),
  "nvidia/cu13/include/cublas.h": "int x;",
};
const COPIED = [
  "libonnxruntime_providers_cuda.so",
  "libonnxruntime_providers_shared.so",
  "libcublas.so.13",
  "libcublasLt.so.13",
];

let wheels: string;
let runtime: RuntimeFiles;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-cuda-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  wheels = join(folder, "wheels");
  runtime = { version: "1.30.0", packageVersion: "1.0.0", folder: join(folder, "bin") };
  mkdirSync(wheels);
  mkdirSync(runtime.folder);
  writeFileSync(join(runtime.folder, "libonnxruntime.so.1"), "runtime");
});

function writeWheels(version = "1.30.0", altered: string[] = []): void {
  writeWheel(join(wheels, `onnxruntime_gpu-${version}-cp311.whl`), "onnxruntime_gpu", version, PROVIDERS, altered);
  writeWheel(join(wheels, "nvidia_cublas-13.0.2-none.whl"), "nvidia_cublas", "13.0.2", CUBLAS);
}

describe.skipIf(process.platform !== "linux")("the CUDA files", () => {
  it("are copied from wheels, and taken away again, and no others", async () => {
    writeWheels();
    const copied = await copyCudaFiles(wheels, runtime);
    expect(copied.names).toEqual(COPIED);
    expect(copied.missing).toEqual(["libcudart.so", "libcurand.so"]);
    expect(copied.bytes).toBe(6 + 5000 + 6 + 9 * 999);
    const [cuda, , , lt] = COPIED.map((name) => readFileSync(join(runtime.folder, name), "utf8"));
    expect([cuda, lt]).toEqual(["cuda ".repeat(1000), "cublasLt ".repeat(999)]);
    expect(await removeCudaFiles(runtime)).toEqual(COPIED);
    expect(readdirSync(runtime.folder)).toEqual(["libonnxruntime.so.1"]);
    expect(await removeCudaFiles(runtime)).toEqual([]);
  });

  it("are copied from a site-packages folder, and again over what was copied before", async () => {
    for (const [name, files] of [
      ["onnxruntime_gpu-1.30.0", PROVIDERS],
      ["nvidia_cublas-13.0.2", CUBLAS],
    ] as const) {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(join(wheels, path, ".."), { recursive: true });
        writeFileSync(join(wheels, path), content);
      }
      mkdirSync(join(wheels, `${name}.dist-info`));
      writeFileSync(join(wheels, `${name}.dist-info`, "RECORD"), recordOf(files));
    }
    expect((await copyCudaFiles(wheels, runtime)).names).toEqual(COPIED);
    expect((await copyCudaFiles(wheels, runtime)).names).toEqual(COPIED);
    expect(await removeCudaFiles(runtime)).toEqual(COPIED);
  });

  it("of another version than the runtime's are refused, and so are none", async () => {
    await expect(copyCudaFiles(wheels, runtime)).rejects.toThrow(
      /^Expected onnxruntime-gpu 1\.30\.0, .+, got none: pip/u,
    );
    writeWheels("1.29.0");
    await expect(copyCudaFiles(wheels, runtime)).rejects.toThrow(", got 1.29.0: pip download");
    expect(readdirSync(runtime.folder)).toEqual(["libonnxruntime.so.1"]);
  });

  it("that were altered are refused, and leave nothing that undoing would not take", async () => {
    writeWheels("1.30.0", ["onnxruntime/capi/libonnxruntime_providers_shared.so"]);
    await expect(copyCudaFiles(wheels, runtime)).rejects.toThrow("to have the SHA-256 of its package's RECORD");
    expect(existsSync(join(runtime.folder, "libonnxruntime_providers_shared.so"))).toBe(false);
    await removeCudaFiles(runtime);
    expect(readdirSync(runtime.folder)).toEqual(["libonnxruntime.so.1"]);
  });

  it("take the place of no file of another's", async () => {
    writeWheels();
    writeFileSync(join(runtime.folder, "libcublas.so.13"), "mine");
    await expect(copyCudaFiles(wheels, runtime)).rejects.toThrow(/^Expected no libcublas\.so\.13 in /u);
    expect(readFileSync(join(runtime.folder, "libcublas.so.13"), "utf8")).toBe("mine");
  });

  it("are all that undoing takes, whatever the list says", async () => {
    const list = ["libonnxruntime.so.1", "../wheels", 7, "libcublas.so.13"];
    writeFileSync(join(runtime.folder, "contextsieve-cuda.json"), JSON.stringify(list));
    writeFileSync(join(runtime.folder, "libcublas.so.13"), "");
    expect(await removeCudaFiles(runtime)).toEqual(["libcublas.so.13"]);
    expect(existsSync(wheels)).toBe(true);
    expect(readdirSync(runtime.folder)).toEqual(["libonnxruntime.so.1"]);
  });
});

describe("a wheel", () => {
  it("that is none, or is cut off, is one error that names it", async () => {
    const path = join(wheels, "a.whl");
    writeFileSync(path, "no archive");
    await expect(readWheel(path)).rejects.toThrow(`Expected ${path} to be a wheel, got no end of an archive.`);
    writeWheel(path, "a", "1", { "a/b.txt": "text" });
    const whole = readFileSync(path);
    expect((await readWheel(path)).map(({ name, size }) => [name, size])).toContainEqual(["a/b.txt", 4]);
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(readWheel(path)).rejects.toThrow(InvalidOptionError);
    }
  });
});
