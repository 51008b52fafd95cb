import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { countTokens } from "../../src/core/index.js";
import { aliasedPackage } from "../support/aliased-package.js";
import { QUESTION } from "./texts.js";

const root = new URL("../../", import.meta.url).pathname;

interface Flow {
  core: string;
  isCompressor: boolean;
  vectors: number[];
  first: { id: string; pageContent: string; metadata: Record<string, unknown> };
  text: string;
  paths: string[];
  kept: string[];
  tool: string;
}

describe("with the oldest @langchain/core of the peer range", () => {
  let flow: Flow;
  beforeAll(async () => {
    const register = aliasedPackage("@langchain/core", "langchain-core-oldest");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--import", register, "test/langchain/oldest/flow.ts"],
      { cwd: root },
    );
    flow = JSON.parse(stdout);
    expect(flow.core).toContain("/node_modules/langchain-core-oldest/");
  });

  it("the compressor is one of its compressors and keeps ids and metadata", async () => {
    expect(flow.isCompressor).toBe(true);
    expect(flow.first).toMatchObject({ id: "cranes", metadata: { page: 3, source: "cranes.md" } });
    expect(flow.first.pageContent).toContain("14 m/s");
    expect(flow.vectors).toEqual([384, 384, 384]);
  });

  it("traces nest and ceilings hold", async () => {
    expect(flow.paths).toContain("Retriever > SieveDocumentCompressor");
    expect(flow.paths).toContain("RunnableSequence > SieveRunnable");
    expect(await countTokens(flow.text)).toBeLessThanOrEqual(40);
  });

  it("messages are trimmed and tool results are cut", async () => {
    expect(flow.kept.at(-1)).toBe(QUESTION);
    expect(await countTokens(flow.kept.join(""))).toBeLessThanOrEqual(50 - 4 * flow.kept.length);
    expect(await countTokens(flow.tool)).toBeLessThanOrEqual(40);
    expect(flow.tool).toMatch(/14 m\/s[\s\S]*read_original/);
  });
});
