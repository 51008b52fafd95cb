// Tokens a second on a GPU by the size of a run: the ONNX graph by onnxruntime from Node, beside plain PyTorch on the same
// weights. `npx tsx bench/gpu/main.ts [--device cuda] [--python bench/peers/.venv/bin/python]`. Writes
// bench/results/gpu.json and gpu.md; without the device a table that says so.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { EncoderBackend } from "../../src/core/model/backends/backend.js";
import { REAL_DEVICES, type RealDevice } from "../../src/core/model/devices/device.js";
import { measurePace } from "../../src/core/model/devices/measure-pace.js";
import { openBackend } from "../../src/core/model/devices/open-backend.js";
import { probeDevice } from "../../src/core/model/devices/probe-device.js";
import { bundledModel } from "../../src/core/model/load/find-model.js";
import { loadFolder } from "../../src/core/model/load/load-folder.js";
import type { LoadedModel } from "../../src/core/model/load/manifest.js";
import { machineFacts, ROOT } from "../machine.js";

/** Windows of full length in a run. */
const ROWS = [1, 2, 4, 8, 16, 32, 64, 128];
const TIMED_RUNS = 5;
const RESULTS = join(ROOT, "bench/results");

interface Row {
  rows: number;
  /** Padded tokens of a run. */
  tokens: number;
  /** Tokens a second; null where it was not measured. */
  onnx: number | null;
  torchFp32: number | null;
  torchFp16: number | null;
}

const { values } = parseArgs({
  options: {
    device: { type: "string", default: "cuda" },
    python: { type: "string", default: join(ROOT, "bench/peers/.venv/bin/python") },
  },
});
const device = values.device as RealDevice;
if (!REAL_DEVICES.includes(device)) throw new Error(`Expected --device to be one of ${REAL_DEVICES}, got ${device}.`);

const outcome = await probeDevice(device);
const { isAvailable } = outcome;
const reason = (outcome.reason ?? "").replaceAll(ROOT, ".");
const model = await loadFolder(await bundledModel(), undefined, device !== "cpu");
const length = model.manifest.window.maxTokens;
const table: Row[] = ROWS.map((rows) => ({
  rows,
  tokens: rows * length,
  onnx: null,
  torchFp32: null,
  torchFp16: null,
}));
if (isAvailable) {
  await measureOnnx(model, table);
  measureTorch(table);
}
const facts = machineFacts();
writeFileSync(
  join(RESULTS, "gpu.json"),
  `${JSON.stringify({ machine: facts, device, isAvailable, reason, model: model.fingerprint, dtype: model.dtype, table }, undefined, 2)}\n`,
);
writeFileSync(join(RESULTS, "gpu.md"), page());

async function measureOnnx(own: LoadedModel, rowsOf: Row[]): Promise<void> {
  const backend: EncoderBackend = await openBackend(own, device);
  try {
    for (const row of rowsOf) {
      const sizes = { firstRows: row.rows, mostRows: row.rows, timedRuns: TIMED_RUNS };
      row.onnx = (await measurePace(backend, own, sizes)).tokensPerSecond;
    }
  } finally {
    await backend.dispose();
  }
}

function measureTorch(rowsOf: Row[]): void {
  const program = join(ROOT, "bench/gpu/plain_torch.py");
  const words = ["--length", String(length), "--rows", ROWS.join(","), "--device", device === "cuda" ? "cuda" : "cpu"];
  const { status, stdout, stderr } = spawnSync(values.python, [program, ...words], { encoding: "utf8" });
  if (status !== 0) {
    console.log(`PyTorch was not measured: ${(stderr ?? "").trim().split("\n").at(-1) || `no ${values.python}`}`);
    return;
  }
  for (const line of stdout.trim().split("\n")) {
    const { form, rows, tokensPerSecond } = JSON.parse(line) as { form: string; rows: number; tokensPerSecond: number };
    const row = rowsOf.find((candidate) => candidate.rows === rows);
    if (row) row[form === "fp32" ? "torchFp32" : "torchFp16"] = tokensPerSecond;
  }
}

function page(): string {
  const cell = (value: number | null) => (value === null ? "" : String(value));
  const said = isAvailable
    ? `Measured on ${device}, ${facts.cpu}, ${facts.date}, commit ${facts.commit}.`
    : `**No GPU was available** (${device}: ${reason}), so nothing here is measured.`;
  return `# The encoder on a GPU

<!-- Written by \`npx tsx bench/gpu/main.ts\`. -->

${said}

Tokens a second over windows of ${length} tokens, by the size of a run; the ONNX graph
(\`${model.dtype}\`) by onnxruntime from Node, beside plain PyTorch on the same weights.

| windows | padded tokens | ONNX from Node | PyTorch fp32 | PyTorch fp16 |
|---:|---:|---:|---:|---:|
${table.map((row) => `| ${row.rows} | ${row.tokens} | ${cell(row.onnx)} | ${cell(row.torchFp32)} | ${cell(row.torchFp16)} |`).join("\n")}
`;
}
