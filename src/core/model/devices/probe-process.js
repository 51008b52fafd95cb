// Loads and runs a graph on one device, in a process of its own: a driver that is broken may end it. JavaScript, so that a
// source checkout and the built package start the same file. Says `{ message }`: absent where the device works.

/** @typedef {typeof import("onnxruntime-node")} Runtime */

const [device = "", graph = ""] = process.argv.slice(2);
const INPUT = [1, -2, 3.5, 0];

try {
  await probe();
  tell(undefined);
} catch (cause) {
  tell(String(cause));
}

async function probe() {
  const module = await import("onnxruntime-node");
  const runtime = /** @type {{ default?: Runtime }} */ (module).default ?? module;
  // Why a library could not be loaded is only said in the log.
  runtime.env.logLevel = "error";
  const session = await runtime.InferenceSession.create(Buffer.from(graph, "base64"), {
    executionProviders: [device],
    intraOpNumThreads: 1,
  });
  const { y } = await session.run({ x: new runtime.Tensor("float32", Float32Array.from(INPUT), [1, INPUT.length]) });
  const output = Array.from(/** @type {Float32Array} */ (y?.data ?? []));
  if (output.length !== INPUT.length || INPUT.some((value, at) => Math.abs(2 * value - (output[at] ?? 9)) > 1e-3)) {
    throw new Error(`wrong numbers: twice ${INPUT.join(", ")} is not ${output.join(", ")}`);
  }
}

/** @param {string | undefined} message */
function tell(message) {
  // What is left to do at the end may fail, too: the answer goes out first.
  process.send?.({ message }, undefined, undefined, () => process.exit());
}
