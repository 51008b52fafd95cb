// Makes a Triton model repository from a model folder: npm run deploy:triton -- [--variant int8] [--to build/triton].
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { loadFolder } from "../src/core/model/load/load-folder.js";
import type { LoadedModel } from "../src/core/model/load/manifest.js";

/** What becomes a repository. */
export interface RepositoryOptions {
  /** Model folder. */
  model: string;
  /** Folder of the repository; the model's folder is made in it. */
  to: string;
  /** Form of the weights: `gpu`, or `int8` for a server without one. */
  variant: string;
  /** Triton's number of the version, from 1: raise it with the model, and clients can name the one they mean. */
  version: number;
}

/** Longest that a request waits for others of its length, in microseconds. */
const QUEUE_DELAY_US = 2000;
/** A request that waited for so long is refused, and the client tries again elsewhere. */
const QUEUE_TIMEOUT_US = 2_000_000;
const MOST_QUEUED = 1024;
/** Rows of a batch on a GPU; on a CPU as many as the variant has in one run. */
const GPU_ROWS = 64;

/** Writes the repository: the weights under their version, and the configuration. */
export async function makeTritonRepository(options: RepositoryOptions): Promise<{ folder: string; config: string }> {
  const model = await loadFolder(options.model, options.variant, options.variant === "gpu");
  const folder = join(options.to, model.manifest.name);
  const versionFolder = join(folder, String(options.version));
  mkdirSync(versionFolder, { recursive: true });
  const { file, data } = model.variant;
  copyFileSync(join(options.model, file), join(versionFolder, "model.onnx"));
  // Under its own name: the graph refers to it.
  if (data !== undefined) copyFileSync(join(options.model, data), join(versionFolder, data));
  const config = tritonConfig(model, options);
  writeFileSync(join(folder, "config.pbtxt"), config);
  return { folder, config };
}

function tritonConfig({ manifest, variant, fingerprint }: LoadedModel, options: RepositoryOptions): string {
  const isGpu = options.variant === "gpu";
  const { logits, labels, hidden, dimension } = manifest.outputs;
  const inputs = ["input_ids", "attention_mask", ...(manifest.tokenTypes === "none" ? [] : ["token_type_ids"])];
  const tensor = (name: string, type: string, dims: string) =>
    `  { name: "${name}" data_type: ${type} dims: [ ${dims} ] }`;
  return `name: "${manifest.name}"
backend: "onnxruntime"
max_batch_size: ${isGpu ? GPU_ROWS : variant.maxBatchRows}
input [
${inputs.map((name) => tensor(name, "TYPE_INT64", "-1")).join(",\n")}
]
output [
${[
  tensor(logits, "TYPE_FP32", `-1, ${labels.length}`),
  ...(hidden === undefined ? [] : [tensor(hidden, "TYPE_FP32", `-1, ${dimension}`)]),
].join(",\n")}
]
version_policy { latest { num_versions: 2 } }
instance_group [ { count: 1 kind: ${isGpu ? "KIND_GPU" : "KIND_CPU"} } ]
dynamic_batching {
  max_queue_delay_microseconds: ${QUEUE_DELAY_US}
  default_queue_policy {
    timeout_action: REJECT
    default_timeout_microseconds: ${QUEUE_TIMEOUT_US}
    max_queue_size: ${MOST_QUEUED}
  }
}
model_warmup [ {
  name: "one window"
  batch_size: 1
${inputs.map((name) => `  inputs { key: "${name}" value { data_type: TYPE_INT64 dims: [ ${manifest.window.maxTokens} ] zero_data: true } }`).join("\n")}
} ]
parameters { key: "fingerprint" value { string_value: "${fingerprint}" } }
parameters { key: "model_version" value { string_value: "${manifest.version}" } }
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: "models/contextsieve-small" },
      to: { type: "string", default: "build/triton" },
      variant: { type: "string", default: "gpu" },
      version: { type: "string", default: "1" },
    },
  });
  const version = Number(values.version);
  if (!Number.isSafeInteger(version) || version < 1)
    throw new Error(`Expected --version from 1, got ${values.version}.`);
  const { folder } = await makeTritonRepository({ ...values, version });
  console.log(`${folder}: version ${version}, ${values.variant}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
