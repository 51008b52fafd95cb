import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { bootstrapMean } from "../../bench/quality/bootstrap.js";
import { readSet, spread } from "../../bench/quality/cases.js";
import { alignedSpans, shareInSourceOrder } from "../../bench/quality/faithfulness.js";
import { gradeSystem } from "../../bench/quality/grade-systems.js";
import { areaUnderCurve, f1 } from "../../bench/quality/label-scores.js";
import { askModel, gradeAnswer } from "../../bench/quality/llm-grader.js";
import { measureSet, type Point } from "../../bench/quality/measure-set.js";
import { mergeResults } from "../../bench/quality/merge.js";
import { openSystem } from "../../bench/quality/open-system.js";
import { findRegressions } from "../../bench/quality/regression.js";
import { qualityReport } from "../../bench/quality/report.js";
import { type QualityResult, survivalAt } from "../../bench/quality/result.js";
import { readSystems, type SystemConfig } from "../../bench/quality/system.js";

describe("intervals", () => {
  it("are the same for the same values, and hold the mean", () => {
    const values = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? 1 : 0));
    const groups = values.map((_, index) => `g${index}`);
    const interval = bootstrapMean(values, groups);
    expect(bootstrapMean(values, groups)).toEqual(interval);
    expect(interval.mean).toBeCloseTo(1 / 3, 10);
    // The normal approximation: 1.96 standard errors of a share of one third over 60.
    const half = 1.96 * Math.sqrt((1 / 3) * (2 / 3) * (1 / 60));
    expect(interval.high - interval.mean).toBeGreaterThan(0.7 * half);
    expect(interval.high - interval.mean).toBeLessThan(1.3 * half);
  });

  it("are wider where questions hang on the same documents", () => {
    const values = Array.from({ length: 60 }, (_, index) => (index < 30 ? 1 : 0));
    const apart = bootstrapMean(
      values,
      values.map((_, index) => `g${index}`),
    );
    const together = bootstrapMean(
      values,
      values.map((_, index) => `g${Math.floor(index / 6)}`),
    );
    expect(together.high - together.low).toBeGreaterThan(1.5 * (apart.high - apart.low));
  });
});

describe("words in source order", () => {
  const documents = ["The limit is 5 retries. Do not raise it.", "A second document."];

  it("are all of them where words were only deleted, in any case and accent", () => {
    expect(shareInSourceOrder(documents, "limit 5 retries. not raise.\n\nsecond")).toBe(1);
    expect(shareInSourceOrder(["Café Zürich"], "cafe zurich")).toBe(1);
    expect(shareInSourceOrder(documents, "")).toBe(1);
  });

  it("are fewer where words were moved or made up", () => {
    expect(shareInSourceOrder(documents, "second limit")).toBe(0.5);
    expect(shareInSourceOrder(documents, "limit is 7 retries")).toBe(0.75);
  });

  it("are found again in the source by alignment, as slices", () => {
    const source = documents[0] as string;
    const slices = alignedSpans(source, "limit 5 not raise").map(([start, end]) => source.slice(start, end));
    expect(slices).toEqual(["limit", "5", "not", "raise"]);
  });
});

describe("label scores", () => {
  it("give the known area under the curve, ties counted half", () => {
    expect(areaUnderCurve([0.1, 0.4, 0.35, 0.8], [false, false, true, true])).toBe(0.75);
    expect(areaUnderCurve([0.5, 0.5, 0.5], [true, false, true])).toBe(0.5);
    expect(areaUnderCurve([3, 2, 1], [true, false, false])).toBe(1);
  });

  it("give the known F1", () => {
    // Two hits among three claims and four positives.
    expect(f1([0.9, 0.8, 0.7, 0.2, 0.1], [true, true, false, true, true], 0.5)).toBeCloseTo(4 / 7, 12);
  });
});

const point = (overrides: Partial<Point>): Point => ({
  system: "own",
  set: "s",
  share: 0.2,
  keptShare: 0.2,
  questions: 4,
  survival: { mean: 0.5, low: 0.4, high: 0.6 },
  over: { mean: 0, max: 0 },
  under: { mean: 0, max: 0 },
  inOrder: 1,
  outcomes: "",
  ...overrides,
});

it("a system that keeps more than it is asked to is read off its own curve", () => {
  const at = (share: number, keptShare: number, mean: number) =>
    point({ share, keptShare, survival: { mean, low: mean, high: mean } });
  const curve = [at(0.2, 0.25, 0.5), at(0.3, 0.35, 0.7)];
  expect(survivalAt(curve, 0.3)).toBeCloseTo(0.6, 12);
  expect(survivalAt(curve, 0.2)).toBeCloseTo(0.4, 12);
  expect(survivalAt([at(0.2, 0.1985, 0.5)], 0.2)).toBe(0.5);
});

describe("regressions", () => {
  const own: SystemConfig = { name: "own", title: "own", kind: "own", settings: {} };
  const run = (outcomes: string, ids = [...outcomes].map((_, index) => `q${index}`)): QualityResult => ({
    machine: {
      date: "2026-01-01 00:00",
      commit: "",
      cpu: "",
      cores: 2,
      cpuFeatures: [],
      memoryGb: 1,
      load: 0,
      system: "",
      node: "v20",
      versions: {},
    },
    model: { name: "m", version: "1", dtype: "int8", fingerprint: "f" },
    quick: true,
    systems: [own],
    absent: [],
    sets: [{ name: "s", ids, groups: ids }],
    points: [point({ outcomes })],
    losses: [],
    domains: { set: "s", share: 0.2, rows: [] },
    labels: undefined,
    timedSet: "s",
    times: [],
    graded: [],
  });

  it("are found where many answers were lost", () => {
    const [regression] = findRegressions(run("1".repeat(40)), run("1".repeat(30) + "0".repeat(10)));
    expect(regression).toMatchObject({ system: "own", set: "s", share: 0.2, questions: 40 });
    expect(regression?.change.mean).toBeCloseTo(-0.25, 12);
  });

  it("are not found where answers were won, stayed, or one was lost by chance", () => {
    const before = run("10".repeat(20));
    expect(findRegressions(before, run("1".repeat(40)))).toEqual([]);
    expect(findRegressions(before, before)).toEqual([]);
    expect(findRegressions(before, run(`00${"10".repeat(19)}`))).toEqual([]);
  });

  it("are looked for only on questions that both runs asked", () => {
    const before = run("1".repeat(10));
    expect(findRegressions(before, run("0".repeat(10), [..."abcdefghij"]))).toEqual([]);
    expect(findRegressions(before, run("-".repeat(10)))).toEqual([]);
  });

  it("of a partial run are judged on results that it was merged into", () => {
    const other = { ...run("11"), points: [point({ system: "other", outcomes: "11" })] };
    const merged = mergeResults(other, run("10"));
    expect(merged.points.map(({ system, outcomes }) => [system, outcomes])).toEqual([
      ["other", "11"],
      ["own", "10"],
    ]);
    expect(mergeResults(merged, run("11")).points.map(({ outcomes }) => outcomes)).toEqual(["11", "11"]);
    expect(() => mergeResults(run("11"), run("111"))).toThrow("the same questions of s");
    const foreign = run("11");
    foreign.model.fingerprint = "g";
    expect(() => mergeResults(foreign, other)).toThrow("Expected own to be measured again on s");
  });

  it("of another model stand beside today's, and are said to be of then", () => {
    const foreign = run("11");
    foreign.model.fingerprint = "g";
    foreign.points.push({ ...(foreign.points[0] as QualityResult["points"][number]), system: "peer" });
    const merged = mergeResults(foreign, run("10"));
    expect(merged.points.map(({ system, outcomes }) => [system, outcomes])).toEqual([
      ["peer", "11"],
      ["own", "10"],
    ]);
    expect(merged.takenOver?.map(({ systems }) => systems)).toEqual([["peer"]]);
    expect(qualityReport(merged)).toContain("(g): peer.");
    expect(mergeResults(merged, run("10")).takenOver?.map(({ systems }) => systems)).toEqual([["peer"]]);
  });

  it("appear in a report that names every system and set", () => {
    const report = qualityReport(run("1010"));
    expect(report).toContain("## s: 4 questions");
    expect(report).toContain("| own | 0.500 ± 0.100 | 4 |");
  });
});

describe("the committed variants", () => {
  it("have names of their own, and answers of a system that is there", () => {
    const systems = readSystems();
    const names = systems.map(({ name }) => name);
    expect(systems.length).toBeGreaterThanOrEqual(13);
    expect(new Set(names).size).toBe(names.length);
    for (const { answersOf } of systems) if (answersOf) expect(names).toContain(answersOf);
  });

  it("without a model keep the ceiling and the order of words on the example documents", async () => {
    const examples = readSet("examples", 4);
    if (!examples) throw new Error("no examples");
    const cases = examples.cases.map((current) => ({
      ...current,
      documents: current.documents.map((text) => text.slice(0, 2500)),
    }));
    const set = { ...examples, cases };
    for (const config of readSystems().filter(({ kind }) => kind === "plain")) {
      const system = await openSystem(config, { model: "", forgetful: false });
      const { points, losses } = await measureSet(config, system, set, [0.1, 0.3], { share: 0.3, cases: 1 });
      for (const { over, inOrder, questions, outcomes } of points) {
        expect([config.name, over.max]).toEqual([config.name, 0]);
        expect(questions).toBe(4);
        expect(outcomes).toMatch(/^[01]{4}$/);
        // BM25 puts documents by rank; a cut inside a word, or a mark glued to another, is no word of the source.
        if (config.name !== "bm25-documents") expect(inOrder).toBeGreaterThan(0.97);
      }
      expect(losses.numbers.found).toBeGreaterThan(10);
      if (config.name === "random-words") expect(losses.numbers.lost).toBeGreaterThan(0.3 * losses.numbers.found);
      if (config.name === "truncation") expect(losses.numbers.lost).toBeLessThan(0.15 * losses.numbers.found);
    }
  });

  it("refuse a kind that nobody opens", async () => {
    const config = { name: "x", title: "x", kind: "magic", settings: {} };
    await expect(openSystem(config, { model: "", forgetful: false })).rejects.toThrow("got `magic`");
  });
});

it("a limit is spread evenly over a list", () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7], 4)).toEqual([0, 2, 4, 6]);
  expect(spread([0, 1], 10)).toEqual([0, 1]);
});

describe("a language model as the judge", () => {
  it("gets the context and the question, with the key, and its answer is graded as for SQuAD", async () => {
    const seen: { headers: Record<string, unknown>; body: { messages: { content: string }[]; model: string } }[] = [];
    const server = createServer(async (incoming, outgoing) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      const body = JSON.parse(Buffer.concat(parts).toString());
      seen.push({ headers: { ...incoming.headers, path: incoming.url }, body });
      const content = body.messages[1].content.includes("five minutes") ? "The five minutes." : "unknown";
      outgoing.end(JSON.stringify({ choices: [{ message: { role: "assistant", content } }] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const endpoint = { url, model: "judge", apiKey: "key-1" };
    const documents = ["Page the secondary after five minutes.", "Nothing of use."];
    const current = { id: "1", question: "How long?", answers: ["five minutes"], gold: [0], documents, group: "g" };
    const set = { name: "s", cases: [current] };

    const full = await gradeSystem(endpoint, "full context", undefined, set, 0.5, 10);
    expect(full).toMatchObject({ share: 1, questions: 1, exactMatch: { mean: 1 }, f1: { mean: 1 } });
    const lossy = { compress: async () => ({ text: "Nothing of use." }), close: async () => {} };
    const half = await gradeSystem(endpoint, "lossy", lossy, set, 0.5, 10);
    expect(half).toMatchObject({ share: 0.5, exactMatch: { mean: 0 }, f1: { mean: 0 } });
    expect(seen[0]?.headers).toMatchObject({ path: "/v1/chat/completions", authorization: "Bearer key-1" });
    expect(seen[0]?.body.model).toBe("judge");
    expect(seen[1]?.body.messages[1]?.content).toBe("Context:\nNothing of use.\n\nQuestion: How long?");
  });

  it("that refuses is an error with its status, without the key", async () => {
    const server = createServer((_, outgoing) => void outgoing.writeHead(401).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(askModel({ url, model: "m", apiKey: "key-2" }, "c", "q")).rejects.toThrow(
      "Expected the language model to answer, got HTTP 401.",
    );
  });

  it("gets half of F1 for half an answer", () => {
    expect(gradeAnswer("in 1969", ["July 1969", "1969"])).toEqual({ exactMatch: 0, f1: 2 / 3 });
    expect(gradeAnswer("", ["x"])).toEqual({ exactMatch: 0, f1: 0 });
  });
});
