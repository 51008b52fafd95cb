import { defineConfig } from "vitest/config";

/** Real frameworks, the oldest and the newest version of each. */
const ADAPTERS = [
  "test/{langchain,llamaindex,mcp,ai-sdk,openai-agents,deepagents}/**/*.test.ts",
  "test/both-adapters.test.ts",
];
/** The library as its users have it: real models, servers and processes. */
const WHOLE = [
  "test/whole/**/*.test.ts",
  "test/cli/**/*.test.ts",
  "test/bench/**/*.test.ts",
  "test/bulk/workers.test.ts",
  "test/agents/tools/cut-texts.test.ts",
  "test/agents/tools/salient.test.ts",
  "test/deploy/**/*.test.ts",
  "test/distill/{cli,endpoint-teacher}.test.ts",
  "test/core/cache/{fleet,keyv,stores}.test.ts",
  "test/core/methods/llmlingua2/compress.test.ts",
  "test/core/model/backends/*.test.ts",
  "test/core/model/encoder-pool.test.ts",
  "test/core/model/hub/*.test.ts",
  "test/core/tokens/count-tokens.test.ts",
];
/** One file of src each. */
const UNIT = ["test/**/*.test.ts"];

export default defineConfig({
  test: {
    // Property tests and real models take their time on a small, busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: "forks",
    projects: [
      { extends: true, test: { name: "unit", include: UNIT, exclude: [...ADAPTERS, ...WHOLE] } },
      { extends: true, test: { name: "whole", include: WHOLE } },
      { extends: true, test: { name: "adapters", include: ADAPTERS } },
    ],
  },
});
