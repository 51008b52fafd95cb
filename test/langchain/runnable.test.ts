import { AIMessage } from "@langchain/core/messages";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnablePassthrough, RunnableSequence } from "@langchain/core/runnables";
import { beforeAll, describe, expect, it } from "vitest";
import { countTokens, createSieve, type Sieve, type SourceDocument } from "../../src/core/index.js";
import { SieveRunnable } from "../../src/langchain/index.js";
import { ScriptedChatModel } from "./scripted-model.js";
import { harbourDocuments, QUESTION } from "./texts.js";
import { TraceCollector } from "./trace.js";

const template = ({ metadata }: SourceDocument, text: string) =>
  `<source name="${metadata?.source}">\n${text}\n</source>`;

describe("SieveRunnable", { timeout: 120_000 }, () => {
  let sieve: Sieve;
  beforeAll(async () => {
    sieve = await createSieve();
  }, 120_000);

  const input = () => ({ query: QUESTION, documents: harbourDocuments() });

  it("gives documents, or one text rendered by the caller's template, counted under the ceiling", async () => {
    const settings = { sieve, maxTokens: 60, template, separator: "\n" };
    const text = await new SieveRunnable({ ...settings, output: "text" }).invoke(input());
    const documents = await new SieveRunnable(settings).invoke(input());
    expect(text).toBe(
      documents.map(({ pageContent, metadata }) => template({ text: "", metadata }, pageContent)).join("\n"),
    );
    expect(text).toMatch(/^<source name="cranes.md">/);
    const tokens = await countTokens(text);
    expect(tokens).toBeLessThanOrEqual(60);
    expect(tokens).toBeGreaterThan(48);
  });

  it("gives an empty text or no documents for none", async () => {
    expect(await new SieveRunnable({ sieve, maxTokens: 9 }).invoke({ documents: [] })).toEqual([]);
    expect(await new SieveRunnable({ sieve, maxTokens: 9, output: "text" }).invoke({ documents: [] })).toBe("");
  });

  it("is a link of a chain: the model is sent the context under the ceiling, and the trace nests", async () => {
    const model = new ScriptedChatModel([new AIMessage("Above 14 m/s.")]);
    const chain = RunnableSequence.from([
      RunnablePassthrough.assign({ context: new SieveRunnable({ sieve, maxTokens: 40, output: "text" }) }),
      ChatPromptTemplate.fromTemplate("{context}\n\nQuestion: {query}"),
      model,
      new StringOutputParser(),
    ]);
    const tracer = new TraceCollector();
    expect(await chain.invoke(input(), { callbacks: [tracer] })).toBe("Above 14 m/s.");
    const prompt = model.calls[0]?.[0]?.text as string;
    expect(prompt).toMatch(/14 m\/s[\s\S]*Question: In what wind/);
    expect(await countTokens(prompt.split("\n\nQuestion")[0] as string)).toBeLessThanOrEqual(40);
    expect(tracer.paths()).toContain("RunnableSequence > RunnableMap > SieveRunnable");
  });

  it("answers batches as single calls, with errors in their places", async () => {
    const runnable = new SieveRunnable({ sieve, maxTokens: 30, output: "text" });
    const single = await runnable.invoke(input());
    const broken = { query: 7 as unknown as string, documents: harbourDocuments() };
    const [first, failed, none] = await runnable.batch(
      [input(), broken, { documents: [] }],
      { maxConcurrency: 2 },
      { returnExceptions: true },
    );
    expect(first).toBe(single);
    expect(failed).toMatchObject({ name: "InvalidOptionError" });
    expect(none).toBe("");
  });

  it("streams its output, and hands a stream of input through", async () => {
    const runnable = new SieveRunnable({ sieve, maxTokens: 30, output: "text" });
    const chunks: string[] = [];
    for await (const chunk of await runnable.stream(input())) chunks.push(chunk);
    expect(chunks.join("")).toBe(await runnable.invoke(input()));
  });

  it("stops with the signal, also in the middle of a run", async () => {
    const runnable = new SieveRunnable({ sieve, maxTokens: 30 });
    const controller = new AbortController();
    const tracer = new TraceCollector();
    const promise = runnable.invoke(input(), { signal: controller.signal, callbacks: [tracer] });
    controller.abort(new Error("the user left"));
    await expect(promise).rejects.toThrowError();
    await expect(runnable.invoke(input(), { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrowError(
      "gone",
    );
    expect(tracer.runs[0]?.error).toBeDefined();
  });

  it("puts no sieve and no function into traces", async () => {
    const tracer = new TraceCollector();
    await new SieveRunnable({ sieve, maxTokens: 30, template }).invoke(input(), { callbacks: [tracer] });
    expect(JSON.stringify(tracer.runs[0]?.serialized)).not.toMatch(/fingerprint|template|maxTokens/);
  });
});
