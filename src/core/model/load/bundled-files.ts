import { fileURLToPath } from "node:url";

// Where the package's own files lie beside its code. Loaded when one is wanted, since a bundle of CommonJS has no address
// of its own. Constants of a module, because tools that gather a program's files (@vercel/nft) read these; bundlers are
// told to leave them alone.

/** The bundled model's manifest. */
export const MANIFEST = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../../../../models/contextsieve-small/manifest.json", import.meta.url),
);
/** Its tokenizer. */
export const TOKENIZER = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../../../../models/contextsieve-small/tokenizer.json", import.meta.url),
);
/** Its graph for CPUs. */
export const GRAPH = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../../../../models/contextsieve-small/model.int8.onnx", import.meta.url),
);
/** Its graph for GPUs. */
export const GPU_GRAPH = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../../../../models/contextsieve-small/model.gpu.onnx", import.meta.url),
);
/** The weights of both graphs. */
export const WEIGHTS = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../../../../models/contextsieve-small/model.int8.onnx_data", import.meta.url),
);
/** The inference thread. */
export const THREAD = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../backends/onnx/onnx-worker.js", import.meta.url),
);
/** The inference process. */
export const PROCESS = fileURLToPath(
  new URL(/* webpackIgnore: true */ "../backends/onnx/onnx-process.js", import.meta.url),
);
/** What tries a device. */
export const PROBE = fileURLToPath(new URL(/* webpackIgnore: true */ "../devices/probe-process.js", import.meta.url));
