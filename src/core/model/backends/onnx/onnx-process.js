// The inference process: see session-host.ts for where it takes the thread's place.
import { serve } from "./onnx-worker.js";

/** @typedef {import("./onnx-protocol.js").OnnxWorkerData} OnnxWorkerData */

// Who asked is gone: there is nobody left to answer.
process.on("disconnect", () => process.exit());

/** @type {Omit<OnnxWorkerData, "state">} */
const data = JSON.parse(process.argv[2] ?? "");
// Nobody shares it: a process may be ended at any time.
const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(1);

void serve(
  { ...data, state },
  {
    // What cannot be sent any more is not missed.
    postMessage: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    on: (event, listener) => process.on(event, listener),
  },
);
