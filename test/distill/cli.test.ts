import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { describe, expect, it, vi } from "vitest";
import { registerDistill } from "../../src/cli/distill.js";
import { completion, loopbackServer } from "./loopback-server.js";
import { temporaryFolder } from "./temporary-folder.js";

/** Runs `contextsieve distill ...` in this process. */
async function run(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const capture = (stream: "stdout" | "stderr") =>
    vi.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  const spies = [capture("stdout"), capture("stderr")];
  const program = new Command("contextsieve").exitOverride().configureOutput({
    writeOut: (text) => process.stdout.write(text),
    writeErr: (text) => process.stderr.write(text),
  });
  registerDistill(program);
  try {
    await program.parseAsync(["distill", ...words], { from: "user" });
    return { status: 0, ...written };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { status: error.exitCode, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const pairs = [
  { id: "a", domain: "docs", original: "The cache is kept for one hour.", compressed: "cache kept «one hour»." },
  { id: "b", domain: "docs", original: "It never expires.", compressed: "never expires today." },
];

function pairFile(): string {
  const path = join(temporaryFolder(), "pairs.jsonl");
  writeFileSync(path, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
  return path;
}

describe("contextsieve distill", () => {
  it("annotates pairs into labelled passages", async () => {
    const out = join(temporaryFolder(), "labels.jsonl");
    const { status, stderr } = await run("annotate", "--in", pairFile(), "--out", out);
    expect(status).toBe(0);
    expect(stderr).toBe("2 passages, 12 words: 66.7% kept, 16.7% core\n");
    const [header, first] = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(header).toMatchObject({ kind: "header", method: "alignment", counts: { passages: 2 } });
    expect(first.labels).toEqual([0, 1, 0, 1, 0, 2, 2, 1]);
  });

  it("annotates by the paper's method where told", async () => {
    const out = join(temporaryFolder(), "labels.jsonl");
    await run("annotate", "--in", pairFile(), "--out", out, "--method", "llmlingua2");
    expect(JSON.parse(readFileSync(out, "utf8").split("\n")[0] as string).method).toBe("llmlingua2");
  });

  it("reports the quality of pairs, and writes the good ones", async () => {
    const source = pairFile();
    const many = Array.from({ length: 20 }, (_, index) => ({ ...pairs[index === 7 ? 1 : 0], id: `p${index}` }));
    writeFileSync(source, many.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
    const out = join(temporaryFolder(), "good.jsonl");
    const { stdout } = await run("quality", "--in", source, "--out", out, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ pairs: 20, kept: 19, dropped: { "variation-rate": 1 } });
    const left = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect(left).toHaveLength(19);
    expect(left).not.toContain("p7");
    const text = await run("quality", "--in", source);
    expect(text.stdout).toContain("20 pairs, 19 good enough, 19 with nothing invented");
    expect(text.stdout).toContain("Variation Rate: 1 left out, from 0.2500 up");
    const few = await run("quality", "--in", pairFile());
    expect(few.stdout).toContain("Variation Rate: 0 left out, since 5% of 2 pairs is less than one");
  });

  it("assembles a dataset", async () => {
    const data = temporaryFolder();
    const out = temporaryFolder();
    expect((await run("dataset", "--data", data, "--out", out)).status).toBe(2);
    mkdirSync(join(data, "distil"));
    writeFileSync(join(data, "distil/pairs.train.jsonl"), readFileSync(pairFile()));
    const { stdout } = await run("dataset", "--data", data, "--out", out);
    expect(stdout).toContain(`${join(out, "distil.train.jsonl")}: 2 passages, 12 words`);
    expect(existsSync(join(out, "distil.train.jsonl"))).toBe(true);
  });

  it("has a teacher compress documents, with the key from the environment and no bar off a terminal", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-from-the-environment");
    const { url, requests } = await loopbackServer(() => completion("cache kept «one hour»."));
    const folder = temporaryFolder();
    const documents = join(folder, "documents.jsonl");
    const out = join(folder, "pairs.jsonl");
    writeFileSync(documents, `${JSON.stringify({ id: "a", text: pairs[0]?.original })}\n`);
    const words = ["teacher", "--in", documents, "--out", out, "--endpoint", url, "--model", "m"];
    const first = await run(...words);
    const second = await run(...words);
    vi.unstubAllEnvs();
    expect(first).toEqual({ status: 0, stdout: "", stderr: "1 chunk compressed, 0 there already, 0 failed\n" });
    expect(second.stderr).toBe("0 chunks compressed, 1 there already, 0 failed\n");
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers.authorization).toBe("Bearer sk-from-the-environment");
    expect(JSON.parse(readFileSync(out, "utf8")).compressed).toBe("cache kept «one hour».");
  });

  it("ends with status 1 where some chunks failed, keeps the others, and says how many and why", async () => {
    const { url } = await loopbackServer(({ body }) =>
      body.messages?.[0]?.content.includes("Number 1") ? { status: 400, body: "too long" } : completion("Number."),
    );
    const folder = temporaryFolder();
    const lines = [0, 1, 2].map((index) => JSON.stringify({ id: `d${index}`, text: `Number ${index}.` }));
    writeFileSync(join(folder, "documents.jsonl"), lines.join("\n"));
    const words = ["--in", join(folder, "documents.jsonl"), "--out", join(folder, "o.jsonl"), "--endpoint", url];
    const { status, stderr } = await run("teacher", ...words, "--model", "m");
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^2 chunks compressed, 0 there already, 1 failed\nerror: 1 chunk failed, first d1#0: .* status 400: too long\n$/u,
    );
    expect(readFileSync(join(folder, "o.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
  });

  it("draws a bar on a terminal", async () => {
    const { url } = await loopbackServer(() => completion("text."));
    const folder = temporaryFolder();
    writeFileSync(join(folder, "documents.jsonl"), `${JSON.stringify({ id: "a", text: "A text." })}\n`);
    const before = Object.getOwnPropertyDescriptor(process.stderr, "isTTY");
    Object.defineProperty(process.stderr, "isTTY", { value: true, configurable: true });
    const words = ["--in", join(folder, "documents.jsonl"), "--out", join(folder, "o.jsonl"), "--endpoint", url];
    const { stderr } = await run("teacher", ...words, "--model", "m");
    if (before) Object.defineProperty(process.stderr, "isTTY", before);
    else Reflect.deleteProperty(process.stderr, "isTTY");
    expect(stderr).toContain(`[${"-".repeat(30)}] 0/1 chunks`);
    expect(stderr).toContain(`[${"#".repeat(30)}] 1/1 chunks`);
  });

  it("ends with status 1 and one line where the teacher fails, without the key", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-from-the-environment");
    const { url } = await loopbackServer(() => ({ status: 401, body: "bad key sk-from-the-environment" }));
    const folder = temporaryFolder();
    writeFileSync(join(folder, "documents.jsonl"), `${JSON.stringify({ id: "a", text: "A text." })}\n`);
    const { status, stderr } = await run(
      ...[
        "teacher",
        "--in",
        join(folder, "documents.jsonl"),
        "--out",
        join(folder, "o.jsonl"),
        "--endpoint",
        url,
        "--model",
        "m",
      ],
    );
    vi.unstubAllEnvs();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: Expected an answer from .* got status 401: bad key \[redacted\]\n$/u);
  });

  it.each([
    [
      ["annotate", "--in", "/no/such/file.jsonl", "--out", "x"],
      /Expected a readable JSON-lines file, got `\/no\/such\/file\.jsonl`/u,
    ],
    [
      ["teacher", "--in", "x", "--out", "y", "--endpoint", "nowhere", "--model", "m"],
      /Expected --endpoint to be an http/u,
    ],
  ])("ends %j with status 2 and one line", async (words, message) => {
    const { status, stderr, stdout } = await run(...(words as string[]));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
  });

  it.each([
    ["annotate", "--in", "x"],
    ["annotate", "--in", "x", "--out", "y", "--method", "magic"],
    ["teacher", "--in", "x", "--out", "y", "--endpoint", "http://h", "--model", "m", "--concurrency", "two"],
  ])("refuses bad usage: %s %s %s", async (...words) => {
    const { status, stderr } = await run(...words);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^error: .+\n$/u);
  });
});
