import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { resolveHubOptions } from "../core/model/hub/options.js";
import { resolveCheckpoint } from "../core/model/hub/resolve-checkpoint.js";
import { cachedModels, isFile } from "../core/model/hub/snapshots.js";
import { describeCheckpoint } from "../core/model/load/describe-checkpoint.js";
import { type ModelManifest, type ModelVariant, readManifest } from "../core/model/load/manifest.js";
import { runConversion } from "./conversion.js";
import { guarded } from "./guard.js";
import { print } from "./output.js";
import { SHIPPED_MODELS } from "./package-files.js";

/** What the file of a graph's weights is called beside the graph's, where no manifest says. */
const WEIGHTS_ENDINGS = ["_data", ".data"];

interface HubFlags {
  cacheDir?: string;
  revision?: string;
  localFilesOnly?: boolean;
  dtype?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  contextsieve models list
  contextsieve models info contextsieve-small
  contextsieve models fetch someone/llmlingua-2-checkpoint --dtype int8
  contextsieve models convert ./checkpoint --out ./my-model --licence MIT
`;

/** Adds `models list | info | fetch | convert` to the program. */
export function registerModels(program: Command): void {
  const models = program
    .command("models")
    .description("models at hand, and checkpoints made into models")
    .addHelpText("after", EXAMPLES);

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
        await print(`${await resolveCheckpoint(id, flags)}\n`);
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
  if (flags.json) await print(`${JSON.stringify(rows, null, 2)}\n`);
  else await print(rows.map(({ model, where }) => `${model} (${where})\n`).join(""));
}

async function info(model: string, flags: HubFlags): Promise<void> {
  const shipped = join(SHIPPED_MODELS, model);
  const isShipped = !model.includes("..") && (await isFile(join(shipped, "manifest.json")));
  const folder = isShipped ? shipped : await resolveCheckpoint(model, flags);
  const manifest = await manifestOf(folder);
  if (flags.json) {
    await print(`${JSON.stringify({ folder, ...manifest }, null, 2)}\n`);
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
  for (const [name, variant] of Object.entries(manifest.variants)) {
    const size = await sizeOf(folder, variant);
    const shown = size === undefined ? "not there" : `${(size / 1e6).toFixed(1)} MB`;
    lines.push(`${name}${name === manifest.defaultVariant ? " (default)" : ""}: ${variant.file}, ${shown}`);
  }
  await print(`${lines.join("\n")}\n`);
}

/** Bytes of a graph with the weights that lie beside it; undefined where either is missing. */
async function sizeOf(folder: string, { file, data }: ModelVariant): Promise<number | undefined> {
  const bytesOf = (name: string) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => undefined,
    );
  const graph = await bytesOf(file);
  if (graph === undefined) return undefined;
  if (data !== undefined) {
    const weights = await bytesOf(data);
    return weights === undefined ? undefined : graph + weights;
  }
  // A checkpoint has no manifest that names them: onnx's own names.
  const beside = await Promise.all(WEIGHTS_ENDINGS.map((ending) => bytesOf(`${file}${ending}`)));
  return beside.reduce<number>((sum, bytes) => sum + (bytes ?? 0), graph);
}

async function manifestOf(folder: string): Promise<ModelManifest> {
  return (await isFile(join(folder, "manifest.json"))) ? readManifest(folder) : describeCheckpoint(folder);
}
