import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url).pathname;

/** Packages that a module of ours pulls in when it is loaded, by bundling it with all packages left outside. */
async function packagesOf(entry: string): Promise<string[]> {
  const outDir = await mkdtemp(join(tmpdir(), "contextsieve-"));
  try {
    const output = await build({
      root,
      configFile: false,
      logLevel: "silent",
      build: {
        ssr: join(root, entry),
        outDir,
        write: false,
        rolldownOptions: { external: (id: string) => !id.startsWith(".") && !id.startsWith("/") },
      },
    });
    const chunks = (Array.isArray(output) ? output : [output]).flatMap((result) =>
      "output" in result ? result.output : [],
    );
    const imports = chunks.flatMap((chunk) =>
      chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : [],
    );
    return [...new Set(imports)].filter((id) => !chunks.some(({ fileName }) => fileName === id)).sort();
  } finally {
    await rm(outDir, { recursive: true });
  }
}

describe("contextsieve/langchain", { timeout: 120_000 }, () => {
  it("loads @langchain/core, what the core needs, and neither langchain nor llamaindex, ai or openai", async () => {
    const packages = await packagesOf("src/langchain/index.ts");
    const foreign = packages.filter((id) => !id.startsWith("node:"));
    expect(foreign.filter((id) => id.startsWith("@langchain/core/")).length).toBeGreaterThan(4);
    expect(
      foreign.filter((id) => /^(langchain|llamaindex|@llamaindex|ai|openai|@langchain\/(?!core\/))/.test(id)),
    ).toEqual([]);
  });

  it("is not loaded by the core", async () => {
    const packages = await packagesOf("src/index.ts");
    expect(packages.filter((id) => /langchain|llamaindex|^ai$|^openai$/.test(id))).toEqual([]);
  });

  it("loads in a process of its own without a file of llamaindex or langchain", async () => {
    const hooks =
      "export async function load(url, context, next) { process._rawDebug(url); return next(url, context); }";
    const script = `
      const { register } = await import("node:module");
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
      const { SieveDocumentCompressor } = await import("./src/langchain/index.ts");
      console.log(new SieveDocumentCompressor({ maxTokens: 3 }).constructor.name);
    `;
    const run = [process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { cwd: root }] as const;
    const { stdout, stderr } = await promisify(execFile)(run[0], [...run[1]], run[2]);
    expect(stdout.trim()).toBe("SieveDocumentCompressor");
    const files = stderr.split("\n").filter((line) => line.includes("/node_modules/"));
    expect(files.some((file) => file.includes("/node_modules/@langchain/core/"))).toBe(true);
    expect(
      files.filter((file) =>
        /node_modules\/(langchain|llamaindex|@llamaindex|ai|openai|@langchain\/langgraph)\//.test(file),
      ),
    ).toEqual([]);
  });
});
