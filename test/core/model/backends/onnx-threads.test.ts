import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import workerThreads from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { BackendError, createSieve, ModelLoadError } from "../../../../src/core/index.js";
import { TEST_MODEL } from "./test-model.js";

const CORE = new URL("../../../../src/core/index.ts", import.meta.url).href;
/** What `node:worker_threads` exports changes with the replacements below. */
const { Worker } = workerThreads;
const started: InstanceType<typeof Worker>[] = [];

function replaceWorker(replacement: typeof Worker): void {
  workerThreads.Worker = replacement;
  syncBuiltinESMExports();
}

/** Takes note of the threads that are started. */
function watchWorkers(): void {
  replaceWorker(
    class extends Worker {
      constructor(...parts: ConstructorParameters<typeof Worker>) {
        super(...parts);
        started.push(this);
      }
    },
  );
}

afterEach(() => {
  replaceWorker(Worker);
  started.length = 0;
});

const open = () => createSieve({ model: TEST_MODEL, threads: 1, cache: false });

describe("a dead inference thread", () => {
  it("is replaced by the next call, for all the sieves that share it, and for new ones", async () => {
    watchWorkers();
    const [first, second] = await Promise.all([open(), open()]);
    const before = await first.embedQuery("a question");
    expect(started).toHaveLength(1);
    await started[0]?.terminate();
    const after = await Promise.all([first.embedQuery("a question"), second.embedQuery("a question")]);
    expect(after).toEqual([before, before]);
    expect(started).toHaveLength(2);
    const third = await open();
    await started[1]?.terminate();
    expect(await third.embedQuery("a question")).toEqual(before);
    expect(started).toHaveLength(3);
    await Promise.all([first, second, third].map((sieve) => sieve.dispose()));
    await expect(first.embedQuery("a question")).rejects.toThrow("disposed of");
  });

  it("fails the calls that are in it with one clear error, and no others", async () => {
    watchWorkers();
    const sieve = await open();
    const running = sieve.embedQuery("a question");
    while (started[0]?.listenerCount("message") === 0) await new Promise(setImmediate);
    await new Promise((resolve) => setTimeout(resolve, 1));
    started[0]?.emit("error", new Error("out of memory"));
    const outcome = await running.catch((error: unknown) => error);
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(BackendError);
      expect(outcome.message).toBe("The encoder's thread died: out of memory.");
    }
    await expect(sieve.embedQuery("another")).resolves.toBeInstanceOf(Float32Array);
    await sieve.dispose();
    await started[0]?.terminate();
  });
});

describe("a thread that is started while the model is read", () => {
  it("has ended when the model is refused", async () => {
    watchWorkers();
    const listeners = process.listenerCount("exit");
    await expect(createSieve({ model: "./nowhere" })).rejects.toThrow(ModelLoadError);
    expect(started.map(({ threadId }) => threadId)).toEqual([-1]);
    expect(process.listenerCount("exit")).toBe(listeners);
  });
});

describe("a thread that cannot be had", () => {
  it("is a ModelLoadError, and leaves nothing behind that would hold the process up", async () => {
    const listeners = process.listenerCount("exit");
    replaceWorker(
      class {
        constructor() {
          throw new Error("Access to this API has been restricted");
        }
      } as unknown as typeof Worker,
    );
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelLoadError);
    expect((failure as Error).message).toBe(
      "Expected a thread for the encoder to start, got: Error: Access to this API has been restricted.",
    );
    expect(process.listenerCount("exit")).toBe(listeners);
    replaceWorker(Worker);
    const sieve = await open();
    await sieve.dispose();
    expect(process.listenerCount("exit")).toBe(listeners);
  });

  it("because it ends without a word is a ModelLoadError too", () => {
    const folder = mkdtempSync(join(tmpdir(), "contextsieve-threads-"));
    const hook = join(folder, "hook.cjs");
    writeFileSync(hook, `if (require("node:worker_threads").workerData?.state) process.exit(3);`);
    const { stdout, status } = run(
      `await createSieve(${MODEL}).then(() => console.log("opened"), (error) => console.log(error.name, error.message));`,
      { NODE_OPTIONS: `--require ${hook}` },
    );
    expect(stdout).toBe("ModelLoadError Expected a thread for the encoder to start, got: it ended with exit code 3.\n");
    expect(status).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

const MODEL = JSON.stringify({ model: TEST_MODEL, threads: 1, cache: false });

describe("a sieve in a thread of the caller's", () => {
  const inThread = (code: string) => `
    const { Worker } = await import("node:worker_threads");
    const inside = ${JSON.stringify(`
      const { register } = await import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))});
      register();
      const { createSieve } = await import(${JSON.stringify(CORE)});
      const { parentPort } = await import("node:worker_threads");
      const sieve = await createSieve(${MODEL});
    `)} + ${JSON.stringify(code)};
    const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(inside)));
    const message = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));`;

  it("answers as one in the main thread does", async () => {
    const { stdout, stderr } = run(
      inThread(`parentPort.postMessage(await sieve.embedQuery("a question")); await sieve.dispose();`) +
        `console.log(JSON.stringify([...message])); const code = await new Promise((r) => worker.once("exit", r)); console.log(code);`,
    );
    expect(stderr).toBe("");
    const [vector, code] = stdout.trim().split("\n");
    const sieve = await open();
    expect(JSON.parse(vector as string)).toEqual([...(await sieve.embedQuery("a question"))]);
    expect(code).toBe("0");
    await sieve.dispose();
  });

  it.each([0, 40, 400])("may be ended with it, %i ms into a run, and the process lives", (pauseMs) => {
    const { stdout, stderr, status } = run(
      inThread(`
        parentPort.postMessage("ready");
        const documents = Array.from({ length: 40 }, (_, i) => ("word " + i + " alpha beta gamma. ").repeat(100));
        await sieve.compress({ documents, maxTokens: 50 });`) +
        `await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));
         await worker.terminate();
         await new Promise((resolve) => setTimeout(resolve, 1000));
         console.log("the process lives");`,
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("the process lives\n");
    expect(status).toBe(0);
  });
});

function run(code: string, environment: Record<string, string> = {}) {
  const script = `const { createSieve } = await import(${JSON.stringify(CORE)}); ${code}`;
  return spawnSync("node", ["--import", "tsx", "--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, ...environment },
  });
}
