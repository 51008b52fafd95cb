import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError, ModelLoadError } from "../../../../src/core/errors.js";
import { resolveHubOptions } from "../../../../src/core/model/hub/options.js";
import { resolveCheckpoint } from "../../../../src/core/model/hub/resolve-checkpoint.js";
import { FIXTURES } from "../../methods/llmlingua2/golden.js";
import { type HubFiles, type HubServer, startHub } from "./hub-server.js";

const MODEL = "someone/tiny-llmlingua-2";
const CHECKPOINT = fileURLToPath(new URL("wordpiece/", FIXTURES));

let files: HubFiles;
let hub: HubServer;
let cacheDir: string;

beforeEach(async () => {
  files = {};
  for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"]) {
    files[file] = await readFile(join(CHECKPOINT, file));
  }
  hub = await startHub(MODEL, files);
  cacheDir = await mkdtemp(join(tmpdir(), "contextsieve-hub-"));
});

afterEach(async () => {
  await hub.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const fetchIt = (options: Parameters<typeof resolveCheckpoint>[1] = {}) =>
  resolveCheckpoint(MODEL, { cacheDir, remoteHost: hub.url, ...options });

async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe("a checkpoint on the Hub", () => {
  it("is downloaded whole, into the layout that Python's client reads", async () => {
    const folder = await fetchIt();
    expect(folder).toBe(join(cacheDir, "models--someone--tiny-llmlingua-2", "snapshots", hub.commit));
    for (const [file, content] of Object.entries(files)) {
      expect((await readFile(join(folder, file))).equals(content)).toBe(true);
    }
    expect(await readFile(join(cacheDir, "models--someone--tiny-llmlingua-2", "refs", "main"), "utf8")).toBe(
      hub.commit,
    );
  });

  it("is not asked for again once it is in the cache", async () => {
    const folder = await fetchIt();
    const asked = hub.requests.length;
    expect(await fetchIt()).toBe(folder);
    expect(await fetchIt({ revision: hub.commit, localFilesOnly: true })).toBe(folder);
    expect(hub.requests.length).toBe(asked);
  });

  it("comes from one commit, whatever revision was asked for", async () => {
    await fetchIt({ revision: "v1" });
    const revisions = hub.requests
      .filter(({ path }) => path.includes("/resolve/") && path.includes("tokenizer"))
      .map(({ path }) => path.split("/")[4]);
    expect(new Set(revisions)).toEqual(new Set([hub.commit]));
  });

  it("is found where transformers.js keeps its files", async () => {
    const folder = join(cacheDir, ...MODEL.split("/"));
    for (const [file, content] of Object.entries(files)) {
      await mkdir(join(folder, file, ".."), { recursive: true });
      await writeFile(join(folder, file), content);
    }
    expect(await fetchIt({ localFilesOnly: true })).toBe(folder);
  });

  it("is never asked for with localFilesOnly", async () => {
    await expect(fetchIt({ localFilesOnly: true })).rejects.toThrow(
      /Expected someone\/tiny-llmlingua-2 at revision main \(fp32\) to be in .*`localFilesOnly` forbids a download/,
    );
    expect(hub.requests).toEqual([]);
  });

  it("sends the token to the Hub and not to the storage it points at", async () => {
    await fetchIt({ token: "hf_secret" });
    const storage = hub.requests.filter(({ path }) => path.startsWith("/storage/"));
    const own = hub.requests.filter(({ path }) => !path.startsWith("/storage/"));
    expect(storage.length).toBeGreaterThan(0);
    expect(storage.every(({ authorization }) => authorization === undefined)).toBe(true);
    expect(own.every(({ authorization }) => authorization === "Bearer hf_secret")).toBe(true);
  });

  it("is asked for again while the server is busy", async () => {
    hub.fail("config.json", 2, "busy");
    hub.fail("onnx/model.onnx", 1, "busy");
    await expect(fetchIt()).resolves.toContain(hub.commit);
  });

  it("is downloaded again where a download breaks off or arrives altered", async () => {
    hub.fail("onnx/model.onnx", 1, "truncated");
    hub.fail("tokenizer.json", 1, "altered");
    hub.fail("config.json", 1, "altered");
    const folder = await fetchIt();
    expect((await readFile(join(folder, "onnx/model.onnx"))).equals(files["onnx/model.onnx"] as Buffer)).toBe(true);
    expect((await readFile(join(folder, "tokenizer.json"))).equals(files["tokenizer.json"] as Buffer)).toBe(true);
    expect((await everyFile(cacheDir)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("leaves nothing half-done behind where it never arrives whole", async () => {
    hub.fail("onnx/model.onnx", 9, "altered");
    await expect(fetchIt()).rejects.toThrow(/Expected onnx\/model.onnx of .* to arrive whole, got: content with hash/);
    const names = await everyFile(cacheDir);
    expect(names.filter((name) => name.endsWith(".part") || name === "model.onnx")).toEqual([]);
    await expect(fetchIt({ localFilesOnly: true })).rejects.toThrow(ModelLoadError);
  });

  it("stops at once when its signal aborts, with the signal's reason", async () => {
    hub.fail("onnx/model.onnx", 1, "hangs");
    const controller = new AbortController();
    const reason = new Error("enough");
    const fetching = fetchIt({
      signal: controller.signal,
      onProgress: ({ file }) => {
        if (file === "onnx/model.onnx") controller.abort(reason);
      },
    });
    await expect(fetching).rejects.toBe(reason);
    expect((await everyFile(cacheDir)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("tells how far each file has come", async () => {
    const last = new Map<string, number>();
    await fetchIt({ onProgress: ({ file, receivedBytes }) => void last.set(file, receivedBytes) });
    for (const [file, content] of Object.entries(files)) expect(last.get(file)).toBe(content.length);
  });

  it("that is private says which setting it needs, and not the token", async () => {
    hub.fail("manifest.json", 9, "refused");
    const error = (await fetchIt({ token: "hf_secret" }).catch((caught) => caught)) as Error;
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toMatch(/HTTP status 401: a private or gated checkpoint needs `token` or HF_TOKEN/);
    expect(error.message).not.toContain("hf_secret");
  });

  it("without ONNX weights points at the conversion", async () => {
    delete files["onnx/model.onnx"];
    await expect(fetchIt()).rejects.toThrow(/to have onnx\/model.onnx or model.onnx, got none: convert its weights/);
  });

  it("that is not there is one clear error", async () => {
    await expect(resolveCheckpoint("someone/else", { cacheDir, remoteHost: hub.url })).rejects.toThrow(
      /Expected someone\/else at revision main to be a model on .*, got no config.json/,
    );
  });

  it("out of reach says so and names the way to work offline", async () => {
    const url = hub.url;
    await hub.close();
    await expect(resolveCheckpoint(MODEL, { cacheDir, remoteHost: url })).rejects.toThrow(
      /ECONNREFUSED. For work without a network give a folder, or `localFilesOnly`/,
    );
  });
});

describe("a model folder on the Hub", () => {
  it("brings the files its manifest names, and no others", async () => {
    files["manifest.json"] = Buffer.from(
      JSON.stringify({
        tokenizer: "tokenizer.json",
        defaultVariant: "int8",
        variants: { int8: { file: "small.onnx" }, fp32: { file: "onnx/model.onnx" } },
        checksums: { "small.onnx": "", "small.onnx.data": "" },
      }),
    );
    files["small.onnx"] = files["onnx/model.onnx"] as Buffer;
    files["small.onnx.data"] = Buffer.alloc(4096, 7);
    const folder = await fetchIt({ dtype: "int8" });
    expect((await everyFile(folder)).sort()).toEqual([
      "manifest.json",
      "small.onnx",
      "small.onnx.data",
      "tokenizer.json",
    ]);
  });

  it("cannot make the download leave its folder", async () => {
    files["manifest.json"] = Buffer.from(JSON.stringify({ tokenizer: "../../../tokenizer.json", variants: {} }));
    await expect(fetchIt()).rejects.toThrow(/to name files inside its folder, got `..\/..\/..\/tokenizer.json`/);
  });
});

describe("the model's name", () => {
  it("is a folder where there is one", async () => {
    expect(await resolveCheckpoint(CHECKPOINT, { localFilesOnly: true })).toBe(CHECKPOINT);
  });

  it.each(["../secret", "a/b/c", "", "some one/x", "a--b/c"])(
    "is refused where it is neither folder nor id: %j",
    async (name) => {
      await expect(resolveCheckpoint(name, { cacheDir, remoteHost: hub.url })).rejects.toThrow(InvalidOptionError);
    },
  );
});

describe("the environment", () => {
  it("is read as Python's client reads it, and options go before it", () => {
    const environment = {
      HF_ENDPOINT: "https://mirror.example/",
      HF_HOME: "/data/hf",
      HF_TOKEN: "t",
      HF_HUB_OFFLINE: "1",
    };
    expect(resolveHubOptions({}, environment)).toMatchObject({
      remoteHost: "https://mirror.example",
      cacheDir: join("/data/hf", "hub"),
      token: "t",
      localFilesOnly: true,
      revision: "main",
    });
    expect(
      resolveHubOptions({ remoteHost: "http://a", cacheDir: "/c", localFilesOnly: false }, environment),
    ).toMatchObject({ remoteHost: "http://a", cacheDir: "/c", localFilesOnly: false });
  });
});
