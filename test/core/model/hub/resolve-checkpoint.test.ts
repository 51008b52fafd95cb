import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidOptionError, ModelLoadError } from "../../../../src/core/errors.js";
import { type HubOptions, resolveHubOptions } from "../../../../src/core/model/hub/options.js";
import { resolveCheckpoint } from "../../../../src/core/model/hub/resolve-checkpoint.js";
import { loadModel } from "../../../../src/core/model/load/manifest.js";
import { sha256 } from "../../../support/fake-model.js";
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
      /Expected someone\/tiny-llmlingua-2 at revision main \(the default form\) to be in .*`localFilesOnly` forbids a download/,
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

  it("is gone on with where a download broke off, or begun again where the server cannot do that", async () => {
    for (const hasRanges of [true, false]) {
      hub.hasRanges = hasRanges;
      hub.fail("onnx/model.onnx", 1, "truncated");
      const folder = await fetchIt({ cacheDir: join(cacheDir, String(hasRanges)) });
      const asked = hub.requests.filter(({ path }) => path.startsWith("/storage/onnx/model.onnx"));
      expect(asked.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/u);
      expect((await readFile(join(folder, "onnx/model.onnx"))).equals(files["onnx/model.onnx"] as Buffer)).toBe(true);
    }
  });

  it("is waited for as long as the server asks, but not for an hour", async () => {
    hub.fail("config.json", 1, "later");
    const started = performance.now();
    await fetchIt();
    expect(performance.now() - started).toBeGreaterThan(1990);
    hub.fail("config.json", 9, "much later");
    await expect(fetchIt({ revision: "v1", cacheDir: join(cacheDir, "other") })).rejects.toThrow(
      "got: HTTP status 429, to be asked again in 3600 seconds",
    );
  });

  it("takes away what a killed process left of a file, once it is old", async () => {
    const folder = join(cacheDir, "models--someone--tiny-llmlingua-2", "snapshots", hub.commit, "onnx");
    await mkdir(folder, { recursive: true });
    const parts = ["model.onnx.old.part", "model.onnx.new.part"].map((name) => join(folder, name));
    for (const part of parts) await writeFile(part, "half");
    await utimes(parts[0] as string, new Date(0), new Date(0));
    await fetchIt();
    expect((await everyFile(cacheDir)).filter((name) => name.endsWith(".part"))).toEqual(["model.onnx.new.part"]);
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

  it.each(["hf_two\nlines", "hf_caf\u00e9", "hf two words"])(
    "is asked for with no token such as %j, nor shows it",
    async (token) => {
      const error = await fetchIt({ token }).catch((caught: Error) => caught);
      expect(error).toEqual(
        new InvalidOptionError(
          "Expected `token` or HF_TOKEN to be of letters, digits and signs, got a value that is not.",
        ),
      );
      expect(hub.requests).toEqual([]);
    },
  );

  it("is asked for with a token that has a line break behind it, as files have", async () => {
    await fetchIt({ token: "hf_secret\n" });
    expect(hub.requests[0]?.authorization).toBe("Bearer hf_secret");
  });

  it.each(["mirror", "ftp://mary:s3cret@mirror", "http//mary:s3cret@mirror", "http://mirror/?key=s3cret"])(
    "is not asked for at %s, which is not shown",
    async (remoteHost) => {
      const error = await fetchIt({ remoteHost }).catch((caught: Error) => caught);
      expect(error).toEqual(
        new InvalidOptionError(
          "Expected `remoteHost` to be an http or https address without a query, got something else.",
        ),
      );
    },
  );

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

const INT8 = { file: "small.onnx", data: "small.onnx.data", maxBatchRows: 1, maxBatchTokens: 1024 };

describe("a model folder on the Hub", () => {
  /** Serves a manifest of this package's kind, whose forms share their weights. */
  const serve = (changes: object = {}) => {
    files["small.onnx"] = files["onnx/model.onnx"] as Buffer;
    files["gpu.onnx"] = Buffer.alloc(2048, 3);
    files["small.onnx.data"] = Buffer.alloc(4096, 7);
    const checksums = Object.fromEntries(
      ["tokenizer.json", "small.onnx", "gpu.onnx", "small.onnx.data"].map((file) => [
        file,
        sha256(files[file] as Buffer),
      ]),
    );
    const manifest = {
      name: "served",
      version: "1",
      tokenizer: "tokenizer.json",
      specialTokens: { cls: 2, sep: 3, pad: 0, unk: 1 },
      window: { maxTokens: 160, contextTokens: 16 },
      tokenTypes: "none",
      outputs: { logits: "logits", labels: ["drop", "keep"] },
      variants: {
        int8: INT8,
        gpu: { ...INT8, file: "gpu.onnx" },
        fp32: { file: "onnx/model.onnx", maxBatchRows: 8, maxBatchTokens: 1024 },
      },
      defaultVariant: "int8",
      checksums,
      ...changes,
    };
    files["manifest.json"] = Buffer.from(JSON.stringify(manifest));
  };

  it("brings the files its manifest names, and no others", async () => {
    serve();
    const folder = await fetchIt({ dtype: "int8" });
    expect((await everyFile(folder)).sort()).toEqual([
      "manifest.json",
      "small.onnx",
      "small.onnx.data",
      "tokenizer.json",
    ]);
  });

  it.each<[string, HubOptions, string[]]>([
    ["the manifest's own form where none is asked for", {}, ["small.onnx", "small.onnx.data"]],
    ["a form whose weights are another's", { dtype: "gpu" }, ["gpu.onnx", "small.onnx.data"]],
    ["both forms that a GPU may need", { forGpu: true }, ["gpu.onnx", "small.onnx", "small.onnx.data"]],
    ["one form, whatever the device, where it is named", { forGpu: true, dtype: "fp32" }, ["model.onnx"]],
  ])("brings %s", async (_, options, weights) => {
    serve();
    const folder = await fetchIt(options);
    const found = (await everyFile(folder)).filter((name) => !name.endsWith(".json"));
    expect(found.sort()).toEqual([...weights].sort());
    const asked = hub.requests.length;
    expect(await fetchIt(options)).toBe(folder);
    expect(hub.requests.length).toBe(asked);
    await expect(loadModel(folder, options.dtype)).resolves.toMatchObject({ dtype: options.dtype ?? "int8" });
  });

  it.each([
    ["tokenizer", { tokenizer: "../../../tokenizer.json" }],
    ["variants.int8.file", { variants: { int8: { ...INT8, file: "/etc/passwd" } } }],
    ["variants.int8.data", { variants: { int8: { ...INT8, data: "../../../../../../../../dev/zero" } } }],
    ["variants.int8.data", { variants: { int8: { ...INT8, data: "a/./b" } } }],
    ["variants.int8.data", { variants: { int8: { ...INT8, data: "..\\..\\secret" } } }],
    ["variants.int8.data", { variants: { int8: { ...INT8, data: "C:\\secret" } } }],
    ["variants.int8.data", { variants: { int8: { ...INT8, data: 5 } } }],
    ["checksums", { checksums: { "small.onnx_../../../secret": "" } }],
  ])("cannot name as `%s` what is not in its folder", async (field, changes) => {
    serve(changes);
    const error = (await fetchIt().catch((caught) => caught)) as Error;
    expect(error).toBeInstanceOf(ModelLoadError);
    expect(error.message).toMatch(new RegExp(`^Expected \`${field}\` in .* to be .*inside the model's folder, got `));
    expect(await everyFile(cacheDir)).toEqual([]);
  });

  it("is checked against the manifest's checksums as it comes, and a bad file does not stay", async () => {
    const right = files["tokenizer.json"] as Buffer;
    serve();
    files["tokenizer.json"] = Buffer.from("{}");
    await expect(fetchIt()).rejects.toThrow(
      /tokenizer.json of .* to arrive whole, got: content with SHA-256 .* manifest/,
    );
    expect(await everyFile(cacheDir)).toEqual(["manifest.json"]);
    files["tokenizer.json"] = right;
    const folder = await fetchIt();
    expect((await readFile(join(folder, "tokenizer.json"))).equals(right)).toBe(true);
  });

  it("whose manifest is of no use is asked for again the next time", async () => {
    files["manifest.json"] = Buffer.from("{}");
    await expect(fetchIt()).rejects.toThrow(ModelLoadError);
    serve();
    await expect(fetchIt()).resolves.toContain(hub.commit);
  });
});

describe("a hub that means no good", () => {
  it.each(["../../../../escaped", "..", "main", "A".repeat(40), `${"a".repeat(40)}/..`, "a".repeat(39)])(
    "cannot choose the folder by calling a commit %j",
    async (commit) => {
      hub.announced = commit;
      await expect(fetchIt()).rejects.toThrow(/to name a commit by 40 hexadecimal digits, got `/);
      expect(await everyFile(cacheDir)).toEqual([]);
    },
  );

  it("that names no commit is taken at the revision's name", async () => {
    hub.announced = "";
    expect(await fetchIt({ revision: "v1" })).toBe(
      join(cacheDir, "models--someone--tiny-llmlingua-2", "snapshots", "v1"),
    );
    expect(await fetchIt({ revision: "v1", localFilesOnly: true })).toContain("v1");
  });

  it("cannot be sent out of the cache by what a file there calls a commit", async () => {
    await fetchIt();
    const reference = join(cacheDir, "models--someone--tiny-llmlingua-2", "refs", "main");
    await cp(join(cacheDir, "models--someone--tiny-llmlingua-2", "snapshots", hub.commit), join(cacheDir, "escaped"), {
      recursive: true,
    });
    await writeFile(reference, "../../escaped");
    await expect(fetchIt({ localFilesOnly: true })).rejects.toThrow(ModelLoadError);
  });

  it.each(["../main", "a/../b", "..", ""])("is not asked for a revision %j", async (revision) => {
    await expect(fetchIt({ revision })).rejects.toThrow(InvalidOptionError);
    expect(hub.requests).toEqual([]);
  });

  it("cannot fill the disk with a file that has no end", { timeout: 60_000 }, async () => {
    hub.fail("config.json", 9, "endless");
    await expect(fetchIt()).rejects.toThrow(/Expected config.json of .* to arrive whole, got: more than \d+ bytes/);
    expect(await everyFile(cacheDir)).toEqual([]);
  });

  it("must say how large the weights are", async () => {
    hub.fail("onnx/model.onnx", 9, "unsized");
    await expect(fetchIt()).rejects.toThrow(
      /to offer onnx\/model.onnx of .* with a size of at most \d+ bytes, got no size/,
    );
  });
});

describe("a user and password in the address", () => {
  it("become a header for that host alone, and are never shown", async () => {
    const remoteHost = hub.url.replace("http://", "http://mary:s3cret%2Fword@");
    await fetchIt({ remoteHost });
    const expected = `Basic ${Buffer.from("mary:s3cret/word").toString("base64")}`;
    for (const { path, authorization } of hub.requests) {
      expect(authorization).toBe(path.startsWith("/storage/") ? undefined : expected);
    }
    const error = await resolveCheckpoint("someone/else", { cacheDir, remoteHost }).catch((caught: Error) => caught);
    expect(String(error)).toContain("got no config.json");
    expect(String(error)).not.toMatch(/mary|s3cret/);
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
