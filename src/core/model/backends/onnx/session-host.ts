import { type ChildProcess, fork } from "node:child_process";
import { isMainThread, Worker } from "node:worker_threads";
import { packageFile } from "../../load/package-files.js";
import type { OnnxWorkerData, OnnxWorkerReply, OnnxWorkerRequest } from "./onnx-protocol.js";
import { withoutReports } from "./runtime-environment.js";
import { guardThread, releaseThread, stopThread, threadState } from "./thread-guard.js";

/** Where a session runs: a thread of this process, or a process of its own. */
export interface SessionHost {
  post(request: OnnxWorkerRequest, transfer: ArrayBuffer[]): void;
  onReply(listener: (reply: OnnxWorkerReply) => void): void;
  /** Called once, when the host is gone: by itself, or because it was ended. */
  onEnd(listener: (reason: Error) => void): void;
  /** Whether the process waits for the host before it exits. */
  hold(isBusy: boolean): void;
  /** Ends it once no native code runs in it. */
  end(): Promise<void>;
}

/**
 * Starts a host, which loads the runtime and waits to be told what to open.
 *
 * In the main thread that is a thread. In a thread of the caller's it is a process: ending such a thread ends the
 * threads it started, and onnxruntime-node aborts the process if its thread is ended in the middle of a run (its C++
 * finds that it may no longer call into JavaScript, and throws). JavaScript can neither catch that nor put off the
 * end. If the permission model forbids processes, it is a thread there too.
 *
 * @param environment Variables of its own make it a process everywhere: a library path counts from a process's start.
 * @throws The system's error if neither can be started.
 */
export async function startHost(environment?: NodeJS.ProcessEnv): Promise<SessionHost> {
  if (isMainThread && !environment) return startThread();
  try {
    return await startProcess(environment);
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_ACCESS_DENIED") throw error;
    return startThread();
  }
}

async function startThread(): Promise<SessionHost> {
  // A thread has a copy of the environment that native code does not see: the process's own says it.
  Object.assign(process.env, withoutReports(process.env));
  const state = threadState();
  const workerData: OnnxWorkerData = { state };
  // By its path: a bundler that saw an address here would take the thread, and the runtime's binaries, into the bundle.
  const worker = new Worker(await packageFile("THREAD"), {
    workerData,
    name: "contextsieve",
    execArgv: [],
  });
  guardThread(state);
  const ended = endOnce();
  const gone = (reason: Error) => {
    releaseThread(state);
    ended.tell(reason);
  };
  worker.once("error", gone);
  worker.once("exit", (code) => gone(new Error(`it ended with exit code ${code}`)));
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    onReply: (listener) => void worker.on("message", listener),
    onEnd: ended.listen,
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    async end() {
      await stopThread(state);
      await worker.terminate();
    },
  };
}

async function startProcess(environment = process.env): Promise<SessionHost> {
  const child: ChildProcess = fork(await packageFile("PROCESS"), {
    serialization: "advanced",
    env: withoutReports(environment),
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = endOnce();
  const exited = new Promise<void>((resolve) => ended.listen(() => resolve()));
  child.once("error", ended.tell);
  child.once("exit", (code, signal) => ended.tell(new Error(`it ended with ${signal ?? `exit code ${code}`}`)));
  return {
    // A failure to send is reported as the end of the process.
    post: (request) => void child.send(request, () => undefined),
    onReply: (listener) => void child.on("message", (reply) => listener(reply as OnnxWorkerReply)),
    onEnd: ended.listen,
    hold(isBusy) {
      if (isBusy) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
    },
    async end() {
      // It shares nothing with this process: it may be killed in the middle of a run.
      child.ref();
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** An event that happens once; listeners that come later are called at once. */
function endOnce() {
  let reason: Error | undefined;
  const listeners: ((reason: Error) => void)[] = [];
  return {
    tell(own: Error) {
      if (reason) return;
      reason = own;
      for (const listener of listeners) listener(own);
    },
    listen(listener: (reason: Error) => void) {
      if (reason) listener(reason);
      else listeners.push(listener);
    },
  };
}
