import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { countTokens } from "gpt-ranks/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { readCases } from "../../bench/latency/case.js";
import { makeDocuments, makeQuestions } from "../../bench/latency/corpus.js";
import { longestStall } from "../../bench/latency/loop-watch.js";
import { latencyReport } from "../../bench/latency/report.js";
import { median, quantile, randomStream } from "../../bench/latency/statistics.js";
import { machineFacts } from "../../bench/machine.js";
import { startLineProcess } from "../../bench/peers/line-process.js";
import { drawChart } from "../../bench/plots/chart.js";

const MEASURES = fileURLToPath(new URL("../../bench/latency/measures", import.meta.url));

it("every committed case names a measure that is there, and quick settings that it has", () => {
  const cases = readCases();
  expect(cases.length).toBeGreaterThanOrEqual(8);
  for (const { measure, settings, quick } of cases) {
    expect(existsSync(join(MEASURES, `${measure}.ts`))).toBe(true);
    for (const name of Object.keys(quick)) expect(Object.keys(settings)).toContain(name);
  }
});

describe("the documents that are timed", () => {
  it("are as long as asked for to within a sentence, all different, and the same at every run", () => {
    const documents = makeDocuments(30, 300, 5);
    for (const text of documents) {
      expect(countTokens(text)).toBeGreaterThan(285);
      expect(countTokens(text)).toBeLessThan(420);
    }
    expect(new Set(documents).size).toBe(30);
    expect(makeDocuments(30, 300, 5)).toEqual(documents);
    expect(makeDocuments(1, 300, 6)[0]).not.toBe(documents[0]);
  });

  it("are asked about in their own words", () => {
    const documents = makeDocuments(2, 100, 1);
    for (const question of makeQuestions(documents, 10, 2)) {
      const words = question.replace("What is said about ", "").replace(/\?$/, "");
      expect(documents.some((text) => text.split(/\s+/).join(" ").includes(words))).toBe(true);
    }
  });
});

describe("statistics", () => {
  it("interpolate quantiles", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([1, 2, 3, 4])).toBe(2.5);
    expect(quantile([0, 10], 0.9)).toBeCloseTo(9, 12);
    expect(median([])).toBeNaN();
  });

  it("draw evenly from [0, 1)", () => {
    const random = randomStream(3);
    const draws = Array.from({ length: 10_000 }, random);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
    expect(draws.reduce((sum, value) => sum + value, 0) / draws.length).toBeCloseTo(0.5, 1);
  });
});

it("a stall of the event loop is seen, also at the very end", async () => {
  const block = async () => {
    const end = performance.now() + 120;
    while (performance.now() < end);
  };
  expect(await longestStall(block)).toBeGreaterThan(110);
});

it("the machine's facts hold no empty name and no path", () => {
  const facts = machineFacts();
  expect(facts.cores).toBeGreaterThan(0);
  expect(facts.versions["onnxruntime-node"]).toMatch(/^\d+\.\d+/);
  expect(JSON.stringify(facts)).not.toMatch(/"[^"]*\/(?:home|root|work)\//);
});

it("a report says which targets were met", () => {
  const figures = [
    { name: "ratio", value: 0.9, unit: "", target: { atLeast: 0.85 } },
    { name: "p50", value: 12.34, unit: "ms", target: { atMost: 10 } },
  ];
  const latencyCase = { name: "c", title: "A case", measure: "m", settings: {}, quick: {} };
  const report = latencyReport({
    machine: machineFacts(),
    model: { name: "m", version: "1", dtype: "int8" },
    quick: false,
    cases: [{ case: latencyCase, figures, peakMb: 100, seconds: 1 }],
  });
  expect(report).toContain("| ratio | 0.9 | ≥ 0.85: met |");
  expect(report).toContain("| p50 | 12.3 ms | ≤ 10 ms: missed |");
});

describe("a peer in a process of its own", () => {
  const echo = `console.log('{"version":"1"}'); require("readline").createInterface({ input: process.stdin })
    .on("line", (line) => line.includes("die") ? process.exit(3) : console.log(line));`;

  it("answers requests in order", async () => {
    const peer = await startLineProcess(process.execPath, ["-e", echo]);
    expect(peer.hello.version).toBe("1");
    expect(await Promise.all([peer.ask({ n: 1 }), peer.ask({ n: 2 })])).toEqual([{ n: 1 }, { n: 2 }]);
    await peer.close();
  });

  it("that ends too early is an error with what it said", async () => {
    const peer = await startLineProcess(process.execPath, ["-e", echo]);
    await expect(peer.ask({ die: true })).rejects.toThrow("exit code 3");
    await expect(peer.ask({ n: 1 })).rejects.toThrow("exit code 3");
    await expect(startLineProcess(process.execPath, ["-e", "throw new Error('no such model')"])).rejects.toThrow(
      "no such model",
    );
  });
});

it("a plot is an SVG with a line for each system in each panel, and its names", async () => {
  const points = ["a", "b"].flatMap((system) =>
    ["left", "right"].flatMap((panel) =>
      [0.1, 0.3].map((x) => ({ system, title: `system ${system}`, x, y: x, panel, order: x })),
    ),
  );
  const axes = {
    title: "T",
    x: { title: "X", format: "%", isLog: false },
    y: { title: "Y" },
    panels: ["left", "right"],
    systems: ["a", "b"],
  };
  const svg = await drawChart(points, axes);
  expect(svg.startsWith("<svg")).toBe(true);
  expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(4);
  for (const text of ["system a", "system b", "left", "right", ">X<", ">Y<"]) expect(svg).toContain(text);
});
