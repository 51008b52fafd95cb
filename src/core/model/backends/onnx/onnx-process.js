// The inference process: see session-host.ts for when it takes the thread's place.
import { serve } from "./onnx-worker.js";

// The parent process is gone.
process.on("disconnect", () => process.exit());

// Shared with no thread: a process may be killed at any time.
const state = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)).fill(1);

serve(state, {
  // A message that cannot be sent has no receiver.
  postMessage: (message) => void process.send?.(message, undefined, undefined, () => undefined),
  on: (event, listener) => process.on(event, listener),
});
