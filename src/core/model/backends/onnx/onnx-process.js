// The inference process: see session-host.ts for when it takes the thread's place.
import { serve } from "./onnx-worker.js";

/** @typedef {import("./onnx-protocol.js").OnnxWorkerData} OnnxWorkerData */

// The parent process is gone.
process.on("disconnect", () => process.exit());

/** @type {Omit<OnnxWorkerData, "state">} */
const data = JSON.parse(process.argv[2] ?? "");
// Shared with no thread: a process may be killed at any time.
const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(1);

void serve(
  { ...data, state },
  {
    // A message that cannot be sent has no receiver.
    postMessage: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    on: (event, listener) => process.on(event, listener),
  },
);
