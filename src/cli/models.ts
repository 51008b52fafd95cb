import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { resolveHubOptions } from "../core/model/hub/options.js";
import { resolveCheckpoint } from "../core/model/hub/resolve-checkpoint.js";
import { cachedModels, isFile } from "../core/model/hub/snapshots.js";
import { describeCheckpoint } from "../core/model/load/describe-checkpoint.js";
import { type ModelManifest, readManifest } from "../core/model/load/manifest.js";
import { runConversion } from "./conversion.js";
import { guarded } from "./guard.js";

/** Models that ship inside the package, a folder each. */
const SHIPPED_MODELS = fileURLToPath(new URL("../../models/", import.meta.url));

interface HubFlags {
  cacheDir?: string;
  revision?: string;
  localFilesOnly?: boolean;
  dtype?: string;
  json?: boolean;
}

/** Adds `models list | info | fetch | convert` to the program. */
export function registerModels(program: Command): void {
  const models = program.command("models").description("models at hand, and checkpoints made into models");

  models
    .command("list")
    .description("models that ship with the package, and checkpoints in the Hub's cache")
    .option("--cache-dir <dir>", "cache of downloaded checkpoints")
    .option("--json", "print JSON")
    .action((flags: HubFlags, command: Command) => guarded(command, () => list(flags)));

  const atHub = (command: Command) =>
    command
      .option("--revision <name>", "branch, tag or commit on the Hub")
      .option("--cache-dir <dir>", "cache of downloaded checkpoints")
      .option("--dtype <name>", "form of the weights: fp32, fp16 or int8")
      .option("--local-files-only", "never ask the network");

  atHub(models.command("info"))
    .description("what a model folder, a checkpoint folder or a cached Hub id holds")
    .argument("<model>", "shipped model's name, folder, or id on the Hub")
    .option("--json", "print JSON")
    .action((model: string, flags: HubFlags, command: Command) => guarded(command, () => info(model, flags)));

  atHub(models.command("fetch"))
    .description("download a checkpoint into the cache, checked and whole; prints its folder")
    .argument("<id>", "id on the Hub")
    .action((id: string, flags: HubFlags, command: Command) =>
      guarded(command, async () => {
        process.stdout.write(`${await resolveCheckpoint(id, flags)}\n`);
      }),
    );

  models
    .command("convert")
    .description("turn a PyTorch checkpoint into a model folder: fp32 and int8 ONNX (needs python3 with torch)")
    .argument("<checkpoint>", "folder with config.json, weights and tokenizer")
    .requiredOption("--out <dir>", "model folder to write")
    .option("--name <name>", "name in the manifest")
    .option("--licence <name>", "licence in the manifest")
    .option("--texts <file>", "texts to judge the agreement on, one a line")
    .action((checkpoint: string, flags: Record<string, string>, command: Command) =>
      guarded(command, () => runConversion(checkpoint, flags)),
    );
}

async function list(flags: HubFlags): Promise<void> {
  const { cacheDir } = resolveHubOptions(flags);
  const shipped = (await readdir(SHIPPED_MODELS).catch(() => [])).sort();
  const rows: { model: string; where: string }[] = [];
  for (const name of shipped) {
    if (await isFile(join(SHIPPED_MODELS, name, "manifest.json"))) rows.push({ model: name, where: "shipped" });
  }
  for (const { model, revision } of await cachedModels(cacheDir)) rows.push({ model, where: `cached, ${revision}` });
  if (flags.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else for (const { model, where } of rows) process.stdout.write(`${model} (${where})\n`);
}

async function info(model: string, flags: HubFlags): Promise<void> {
  const shipped = join(SHIPPED_MODELS, model);
  const isShipped = !model.includes("..") && (await isFile(join(shipped, "manifest.json")));
  const folder = isShipped ? shipped : await resolveCheckpoint(model, flags);
  const manifest = await manifestOf(folder);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ folder, ...manifest }, null, 2)}\n`);
    return;
  }
  const lines = [
    `${manifest.name} ${manifest.version}`,
    `folder: ${folder}`,
    ...(manifest.base ? [`base: ${manifest.base}`] : []),
    ...(manifest.licence ? [`licence: ${manifest.licence}`] : []),
    `labels: ${manifest.outputs.labels.join(", ")}`,
    `window: ${manifest.window.maxTokens} tokens`,
    `sentence vectors: ${manifest.outputs.hidden ? `${manifest.outputs.dimension} dimensions` : "none"}`,
  ];
  for (const [name, { file }] of Object.entries(manifest.variants)) {
    const size = await stat(join(folder, file)).then(
      (found) => `${(found.size / 1e6).toFixed(1)} MB`,
      () => "not there",
    );
    lines.push(`${name}${name === manifest.defaultVariant ? " (default)" : ""}: ${file}, ${size}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function manifestOf(folder: string): Promise<ModelManifest> {
  return (await isFile(join(folder, "manifest.json"))) ? readManifest(folder) : describeCheckpoint(folder);
}
