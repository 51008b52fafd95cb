// The inference thread, or process. JavaScript, so that a source checkout and the built package start the same file.
import { readlinkSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { getPriority, setPriority } from "node:os";
import { basename, dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { sumSpans } from "./sum-spans.js";

/** @typedef {import("./onnx-protocol.js").OnnxWorkerData} OnnxWorkerData */
/** @typedef {import("./onnx-protocol.js").OnnxWorkerReply} OnnxWorkerReply */
/** @typedef {import("./onnx-protocol.js").OnnxWorkerRequest} OnnxWorkerRequest */
/** @typedef {import("./onnx-protocol.js").SessionData} SessionData */
/** @typedef {import("../backend.js").EncoderBatch} EncoderBatch */
/** @typedef {import("../backend.js").EncoderOutput} EncoderOutput */
/** @typedef {typeof import("onnxruntime-node")} Runtime */
/** @typedef {import("onnxruntime-node").InferenceSession} InferenceSession */

// As in onnx-protocol.ts, which cannot be imported here: from a source checkout it is no JavaScript.
const IDLE = 0;
const RUNNING = 1;

/** How much lower the priority of the encoder's threads is than the callers', as a niceness. */
const BEHIND = 5;
const LEAST_PRIORITY = 19;
/**
 * How long a session's idle thread looks for work before it sleeps, in microseconds: as long as the stretches between two
 * steps of a run. By itself onnxruntime takes a million turns, some 20 ms, and the threads that it would need run elsewhere.
 */
const SPIN_US = 50;
/** Weights larger than this are mapped, in bytes. */
const MOST_BYTES_IN_MEMORY = 2 ** 30;

/**
 * The way to the callers' thread: a message port, or what is for one between processes.
 *
 * @typedef {object} Port
 * @property {(message: OnnxWorkerReply, transfer: ArrayBuffer[]) => void} postMessage
 * @property {(event: "message", listener: (request: OnnxWorkerRequest) => void) => unknown} on
 */

if (parentPort) {
  const { state } = /** @type {OnnxWorkerData} */ (workerData);
  serve(state, parentPort);
}

/**
 * Loads the runtime, opens the session that it is told to, and runs batches for as long as there are any.
 *
 * @param {Int32Array} state
 * @param {Port} port
 */
export function serve(state, port) {
  const loading = loadRuntime();
  /** @type {Session | undefined} */
  let session;
  /** @param {OnnxWorkerRequest} request */
  const answer = async (request) => {
    // A thread that was told to stop starts nothing more.
    if (Atomics.compareExchange(state, 0, IDLE, RUNNING) !== IDLE) return;
    if (request.kind === "open") session = await openSession(loading, request.data, port);
    else if (session) await runBatch(session, request, port);
    rest(state);
  };
  // One after another: onnxruntime's run() blocks its thread, which is why it has one of its own.
  let last = loading.then(
    () => rest(state),
    () => rest(state),
  );
  port.on("message", (request) => {
    last = last.then(() => answer(request));
  });
}

/** @returns {Promise<Runtime>} */
async function loadRuntime() {
  const module = await import("onnxruntime-node");
  const runtime = /** @type {{ default?: Runtime }} */ (module).default ?? module;
  // Failures are reported as errors, not printed: `auto` tries GPUs that may be absent.
  runtime.env.logLevel = "fatal";
  return runtime;
}

/**
 * What runs batches.
 *
 * @typedef {object} Session
 * @property {Runtime} runtime
 * @property {InferenceSession} inference
 * @property {SessionData} data
 */

/**
 * Opens a session and says so, or why there is none.
 *
 * @param {Promise<Runtime>} loading
 * @param {SessionData} data
 * @param {Port} port
 * @returns {Promise<Session | undefined>}
 */
async function openSession(loading, data, port) {
  /** @type {"runtime" | "session"} */
  let stage = "runtime";
  try {
    const runtime = await loading;
    stage = "session";
    if (data.executionProvider === "cpu") giveWay();
    const { model, externalData, free } = await weightsOf(data);
    const inference = await runtime.InferenceSession.create(/** @type {string} */ (model), {
      ...(externalData ? { externalData } : {}),
      executionProviders: [data.executionProvider],
      intraOpNumThreads: data.threads,
      interOpNumThreads: 1,
      // A pattern is a block of memory for each shape of a run that was ever seen, and nearly every shape is new.
      enableMemPattern: false,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      extra: { session: { intra_op: { spin_duration_us: String(SPIN_US) } } },
    });
    free();
    const { logits, hidden = logits } = data.outputs;
    const missing = [logits, hidden].find((name) => !inference.outputNames.includes(name));
    if (missing !== undefined) throw new Error(`no output \`${missing}\` in ${inference.outputNames.join(", ")}`);
    port.postMessage({ kind: "ready" }, []);
    return { runtime, inference, data };
  } catch (cause) {
    port.postMessage({ kind: "failed", stage, message: String(cause) }, []);
    return undefined;
  }
}

/**
 * The graph and its weights, read into memory: by its path, onnxruntime maps the weights, and a file that is cut off or
 * written over while it is in use ends the process or changes what it says. Very large ones are left to it.
 *
 * @param {SessionData} data
 * @returns {Promise<{ model: string | Uint8Array; externalData?: { path: string; data: Uint8Array }[]; free(): void }>}
 */
async function weightsOf({ modelPath, dataFiles }) {
  const files = [];
  let bytes = (await stat(modelPath)).size;
  for (const name of dataFiles) {
    const found = await stat(join(dirname(modelPath), name)).catch(() => undefined);
    if (!found) continue;
    bytes += found.size;
    files.push(name);
  }
  if (bytes > MOST_BYTES_IN_MEMORY) return { model: modelPath, free: () => undefined };
  const model = await readForNow(modelPath);
  const externalData = await Promise.all(
    files.map(async (name) => ({ path: name, ...(await readForNow(join(dirname(modelPath), name))) })),
  );
  return {
    model: model.data,
    externalData,
    free: () => [model, ...externalData].map(({ free }) => free()),
  };
}

/**
 * Reads a file into memory that is given back when told to. The runtime has copied what it needs by then; a buffer of
 * the ordinary kind stays until this thread's collector comes by, and makes the allocator keep what is freed later.
 *
 * @param {string} path
 * @returns {Promise<{ data: Uint8Array; free(): void }>}
 */
async function readForNow(path) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = /** @type {ResizableBuffer} */ (Reflect.construct(ArrayBuffer, [size, { maxByteLength: size }]));
    const data = new Uint8Array(buffer, 0, size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(data, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${basename(path)} ended after ${at} of ${size} bytes`);
      at += bytesRead;
    }
    return { data, free: () => buffer.resize(0) };
  } finally {
    await file.close();
  }
}

/**
 * What Node 20 has, and the types of its language version do not.
 *
 * @typedef {ArrayBuffer & { resize(bytes: number): void }} ResizableBuffer
 */

/**
 * Lets the callers' event loop go first if cores are few: a session's threads are busy for as long as there
 * is work. Linux only: there a thread has a priority of its own, and those of the session inherit this one's.
 */
function giveWay() {
  if (process.platform !== "linux") return;
  try {
    const thread = Number(basename(readlinkSync("/proc/thread-self")));
    setPriority(thread, Math.min(LEAST_PRIORITY, getPriority(thread) + BEHIND));
  } catch {
    // No /proc, or not allowed: the same answers, in the scheduler's order.
  }
}

/**
 * The thread may be ended from here on, until it runs again.
 *
 * @param {Int32Array} state
 */
function rest(state) {
  Atomics.compareExchange(state, 0, RUNNING, IDLE);
  Atomics.notify(state, 0);
}

/**
 * @param {Session} session
 * @param {{ id: number, batch: EncoderBatch }} request
 * @param {Port} port
 */
async function runBatch(session, { id, batch }, port) {
  try {
    const output = await run(session, batch);
    const transfer = [/** @type {ArrayBuffer} */ (output.logits.buffer)];
    if (output.sums) transfer.push(/** @type {ArrayBuffer} */ (output.sums.buffer));
    if (output.hidden) transfer.push(/** @type {ArrayBuffer} */ (output.hidden.buffer));
    port.postMessage({ kind: "output", id, output }, transfer);
  } catch (cause) {
    port.postMessage({ kind: "error", id, message: String(cause) }, []);
  }
}

/**
 * @param {Session} session
 * @param {EncoderBatch} batch
 * @returns {Promise<EncoderOutput>}
 */
async function run({ runtime, inference, data }, batch) {
  const { rows, length, lengths } = batch;
  const mask = new Int32Array(rows * length);
  for (let row = 0; row < rows; row += 1) {
    const end = row * length + /** @type {number} */ (lengths[row]);
    mask.fill(1, row * length, end);
    if (data.padId !== 0) batch.inputIds.fill(data.padId, end, (row + 1) * length);
  }
  const tensor = (/** @type {Int32Array} */ values) => new runtime.Tensor("int64", widen(values), [rows, length]);
  const results = await inference.run({
    input_ids: tensor(batch.inputIds),
    attention_mask: tensor(mask),
    ...(data.inputs.tokenTypeIds
      ? { token_type_ids: tensor(batch.tokenTypeIds ?? new Int32Array(rows * length)) }
      : {}),
  });
  const logits = results[data.outputs.logits];
  if (!logits) throw new Error(`the model has no output \`${data.outputs.logits}\``);
  const hidden = data.outputs.hidden === undefined ? undefined : results[data.outputs.hidden];
  const dimension = hidden ? /** @type {number} */ (hidden.dims[2]) : 0;
  return {
    logits: own(/** @type {Float32Array} */ (logits.data)),
    labels: /** @type {number} */ (logits.dims[2]),
    ...(hidden ? vectorsOf(/** @type {Float32Array} */ (hidden.data), dimension, batch) : {}),
    dimension,
  };
}

/**
 * Megabytes of hidden states stay in this thread if their sums are all that is needed: each buffer that the
 * callers' thread takes over is a reason for its garbage collector to run.
 *
 * @param {Float32Array} hidden
 * @param {number} dimension
 * @param {EncoderBatch} batch
 * @returns {Pick<EncoderOutput, "hidden" | "sums">}
 */
function vectorsOf(hidden, dimension, { length, spans }) {
  return spans ? { sums: sumSpans(hidden, length, dimension, spans) } : { hidden: own(hidden) };
}

/**
 * int32 values as int64 tensor data: little-endian low words at even places. No token id is negative.
 *
 * @param {Int32Array} values
 */
function widen(values) {
  const wide = new BigInt64Array(values.length);
  const halves = new Int32Array(wide.buffer);
  for (let index = 0; index < values.length; index += 1) halves[2 * index] = /** @type {number} */ (values[index]);
  return wide;
}

/**
 * The values in an ArrayBuffer of their own, so that it can be transferred.
 *
 * @param {Float32Array} values
 */
function own(values) {
  const isWhole = values.byteOffset === 0 && values.byteLength === values.buffer.byteLength;
  return isWhole && values.buffer instanceof ArrayBuffer ? values : values.slice();
}
