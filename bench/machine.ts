import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where and of what a figure was measured: written into every result file. */
export interface MachineFacts {
  date: string;
  /** Commit of the working tree; ends in "+" where tracked files were changed. */
  commit: string;
  cpu: string;
  cores: number;
  /** Instruction sets that decide how fast a matrix product runs, as the kernel names them. */
  cpuFeatures: string[];
  memoryGb: number;
  /** Processes that wanted to run over the last minute: far above the cores, absolute times mean little. */
  load: number;
  system: string;
  node: string;
  versions: Record<string, string>;
}

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

const TELLING_FEATURES = ["avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp", "i8mm", "sve"];
const TELLING_PACKAGES = ["onnxruntime-node", "@huggingface/tokenizers", "gpt-ranks"];

/** Reads the machine's facts. What cannot be read here is left empty, never guessed. */
export function machineFacts(): MachineFacts {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: commitOf(ROOT),
    cpu: first?.model.trim() ?? "",
    cores: availableParallelism(),
    cpuFeatures: cpuFeatures(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    load: Math.round(10 * (loadavg()[0] ?? 0)) / 10,
    system: `${process.platform}-${process.arch} ${release()}`,
    node: process.version,
    versions: Object.fromEntries(TELLING_PACKAGES.map((name) => [name, packageVersion(name)])),
  };
}

/** The facts in one line of Markdown. */
export function machineLine(facts: MachineFacts): string {
  const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${facts.cpu || "unnamed CPU"}, ${facts.cores} cores (${facts.cpuFeatures.join(", ")}), ${facts.memoryGb} GB, load ${facts.load}`,
    `${facts.system}, Node ${facts.node.slice(1)}, ${versions.join(", ")}`,
    `commit ${facts.commit}, ${facts.date} UTC`,
  ].join("; ");
}

function commitOf(folder: string): string {
  const git = (...parameters: string[]) => execFileSync("git", ["-C", folder, ...parameters], { encoding: "utf8" });
  try {
    const isChanged = git("status", "--porcelain", "--untracked-files=no", "--", "src", "models").trim() !== "";
    return git("rev-parse", "--short=10", "HEAD").trim() + (isChanged ? "+" : "");
  } catch {
    return "";
  }
}

function cpuFeatures(): string[] {
  try {
    const flags = new Set(
      readFileSync("/proc/cpuinfo", "utf8")
        .match(/^(?:flags|Features)\s*:.*$/m)?.[0]
        .split(/\s+/),
    );
    return TELLING_FEATURES.filter((feature) => flags.has(feature));
  } catch {
    return [];
  }
}

function packageVersion(name: string): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // Not in this folder: the next one up may hold it.
    }
  }
  return "";
}
