// Holds what lies in deploy/ against the schemas of those who read it: Kubernetes' (PyPI's kubernetes-validate, which brings
// them along) and Triton's (tritonclient). Both are installed into build/; what CI knows without them is in test/deploy.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeTritonRepository } from "./make-triton-repository.js";

const VENV = "build/check-deploy";
const PACKAGES = ["kubernetes-validate==1.31.0", "setuptools<81", "tritonclient[grpc]==2.51.0", "protobuf<6"];
const KUBERNETES_VERSION = "1.31";
const MANIFESTS = ["deploy/kubernetes/triton.yaml", "deploy/kubernetes/redis.yaml"];
/** Reads the configuration as Triton's own message, and says what it understood. */
const READ_CONFIG = `
import sys
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2
config = text_format.Parse(open(sys.argv[1]).read(), model_config_pb2.ModelConfig())
print(config.name, config.backend, config.max_batch_size, [own.name for own in config.input], [own.name for own in config.output])
`;

function run(command: string, parameters: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return stdout.trim();
}

const python = join(VENV, "bin/python");
if (!existsSync(python)) run("python3", ["-m", "venv", VENV]);
run(python, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
for (const file of MANIFESTS) {
  run(join(VENV, "bin/kubernetes-validate"), ["--strict", "-k", KUBERNETES_VERSION, file]);
  console.log(`ok   ${file}: as Kubernetes ${KUBERNETES_VERSION} has it, strictly`);
}
for (const variant of ["gpu", "int8"]) {
  const { folder } = await makeTritonRepository({
    model: "models/contextsieve-small",
    to: `build/triton-${variant}`,
    variant,
    version: 1,
  });
  console.log(`ok   ${folder}/config.pbtxt: ${run(python, ["-c", READ_CONFIG, join(folder, "config.pbtxt")])}`);
}
