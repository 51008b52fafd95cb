import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { LoggingMessageNotificationSchema, type Progress } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countTokens } from "../../src/index.js";
import { type HttpServer, serveHttp, type WrapOptions, wrapServer } from "../../src/mcp/index.js";
import { type FakeSieve, openFakeSieve } from "../support/fake-sieve.js";
import { connected, factsOf, httpTransport, TOKEN, textOf } from "./clients.js";
import { BERTHS, type HarbourServer, harbourServer, IMAGE, LINK } from "./harbour-server.js";

const MAX_TOKENS = 150;
let fake: FakeSieve;
beforeAll(async () => {
  fake = await openFakeSieve();
});
afterAll(() => fake.close());

/** A wrapped harbour, and who talks to it. */
interface Wrapped {
  client: Client;
  harbour: HarbourServer;
  close(): Promise<void>;
}

type Open = (options?: Partial<WrapOptions>) => Promise<Wrapped>;

async function wrappedHarbour(
  client: Parameters<typeof wrapServer>[0],
  harbour: HarbourServer,
  options: Partial<WrapOptions>,
): Promise<void> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  await harbour.server.connect(far);
  await wrapServer(client, near, { maxTokens: MAX_TOKENS, ...options, sieve: fake.sieve } as WrapOptions);
}

const OPENINGS: Readonly<Record<string, Open>> = {
  async memory(options = {}) {
    const harbour = harbourServer();
    const [own, other] = InMemoryTransport.createLinkedPair();
    await wrappedHarbour(other, harbour, options);
    const client = await connected(own);
    return { client, harbour, close: () => client.close() };
  },
  async "streamable HTTP"(options = {}) {
    const harbour = harbourServer();
    const http: HttpServer = await serveHttp({
      connect: (transport) => wrappedHarbour(transport, harbour, options),
      token: TOKEN,
    });
    const client = await connected(httpTransport(http.url));
    return {
      client,
      harbour,
      async close() {
        await client.close();
        await http.close();
      },
    };
  },
};

describe.each(Object.entries(OPENINGS))("a wrapped server over %s", (_, open) => {
  let wrapped: Wrapped;
  beforeAll(async () => {
    wrapped = await open();
  });
  afterAll(() => wrapped.close());
  const call = (name: string, args: Record<string, unknown> = {}) => wrapped.client.callTool({ name, arguments: args });

  it("is announced as itself, with its tools, their schemas, and what was added", async () => {
    expect(wrapped.client.getServerVersion()).toEqual({ name: "harbour", version: "7.0.0" });
    const first = await wrapped.client.listTools();
    const second = await wrapped.client.listTools({ cursor: first.nextCursor as string });
    const tools = [...first.tools, ...second.tools];
    expect(first.tools.map(({ name }) => name)).toEqual(["list_berths", "look"]);
    expect(second.tools.at(-1)?.name).toBe("read_original");
    expect(tools[0]).toMatchObject({
      description: "Lists berths.",
      inputSchema: {
        type: "object",
        properties: { tide: { type: "number" }, focus: { type: "string" } },
        required: ["tide"],
      },
    });
    // An argument of that name that the tool has itself stays what it was.
    expect(tools[1]?.inputSchema.properties).toEqual({ focus: { type: "number" } });
    expect(tools[2]?.outputSchema).toEqual({
      type: "object",
      properties: {
        rows: { type: "array", items: { type: "object", properties: { id: { type: "number" } } } },
      },
    });
  });

  it("cuts a long result under the ceiling for the focus, which the server never sees", async () => {
    await wrapped.client.listTools();
    const focus = "When may berth 41 not be used?";
    const result = await call("list_berths", { tide: 2, focus });
    expect(wrapped.harbour.calls.at(-1)).toEqual({ name: "list_berths", args: { tide: 2 } });
    expect(await countTokens(textOf(result))).toBeLessThanOrEqual(MAX_TOKENS);
    const { tokens, originalTokens, originals } = factsOf(result);
    expect(tokens).toBe(await countTokens(textOf(result)));
    expect(originalTokens).toBeGreaterThan(1000);
    expect(textOf(result)).toContain(`read_original ${originals[0]}`);
    expect(textOf(await call("look", { focus: 7 }))).toBe("focus is 7");
  });

  it("gives the original back under the ceiling, and never one that it has not", async () => {
    const { originals } = factsOf(await call("list_berths", { tide: 2 }));
    const result = await call("read_original", { id: originals[0] });
    expect(textOf(result)).toContain("Berth 0 lies beside shed 100");
    expect(await countTokens(textOf(result))).toBeLessThanOrEqual(MAX_TOKENS);
    const found = await call("read_original", { id: originals[0], pattern: "berth 41*tide" });
    expect(textOf(found)).toContain("42: Berth 41 must not be used when the tide is under 3 m.");
    const lines = await call("read_original", { id: originals[0], lines: "60" });
    expect(textOf(lines)).toMatch(/^60: Berth 59 lies/u);
    const asked = await call("read_original", { id: originals[0], question: "When may berth 41 not be used?" });
    expect(await countTokens(textOf(asked))).toBeLessThanOrEqual(MAX_TOKENS);
    expect(wrapped.harbour.calls.some(({ name }) => name === "read_original")).toBe(false);
    expect(await call("read_original", { id: "ffffffffffff" })).toMatchObject({ isError: true });
  });

  it("passes on images, links and what results say of themselves, and cuts the text of a resource", async () => {
    const result = await call("picture");
    expect((result.content as unknown[]).slice(1)).toEqual([IMAGE, LINK]);
    expect(result._meta).toMatchObject({ own: 1 });
    expect(await countTokens(textOf(result))).toBeLessThanOrEqual(MAX_TOKENS);
    const [block] = (await call("resource")).content as { resource: { uri: string; text: string } }[];
    expect(block?.resource.uri).toBe("file:///b.txt");
    expect(await countTokens(block?.resource.text ?? BERTHS)).toBeLessThanOrEqual(MAX_TOKENS);
  });

  it("cuts data as data, so that it keeps to the schema that was shown", async () => {
    await wrapped.client.listTools({ cursor: "2" });
    const result = await call("rows");
    expect(await countTokens(JSON.stringify(result.structuredContent))).toBeLessThanOrEqual(MAX_TOKENS);
    const { rows } = result.structuredContent as { rows: { id: number }[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(60);
    expect(() => JSON.parse(textOf(result))).not.toThrow();
  });

  it("passes on the server's errors word for word, and cuts a failure to what failed", async () => {
    await expect(call("refuse")).rejects.toMatchObject({
      code: -32042,
      message: expect.stringMatching(/The harbour is closed$/u),
      data: { until: "06:00" },
    });
    const result = await call("fail");
    expect(result.isError).toBe(true);
    expect(await countTokens(textOf(result))).toBeLessThanOrEqual(MAX_TOKENS);
  });

  it("passes on progress and log messages", async () => {
    const steps: Progress[] = [];
    const logged = new Promise((resolve) => {
      wrapped.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => resolve(params.data));
    });
    const request = { name: "steps", arguments: {} };
    const result = await wrapped.client.callTool(request, undefined, {
      onprogress: (progress) => steps.push(progress),
    });
    expect(steps.map(({ progress, message }) => [progress, message])).toEqual([
      [1, "step 1"],
      [2, "step 2"],
      [3, "step 3"],
    ]);
    expect(textOf(result)).toBe("done");
    expect(await logged).toBe("all steps done");
  });

  it("answers 150 of 200 calls at once, each with its own result, and cancels 50 at the server", async () => {
    const slow = await open();
    const calls = Array.from({ length: 200 }, (_, number) => {
      const abort = new AbortController();
      const isCancelled = number % 4 === 0;
      const args = { number, milliseconds: isCancelled ? 600_000 : 20 };
      const options = { signal: abort.signal, timeout: 100_000 };
      const answer = slow.client.callTool({ name: "wait", arguments: args }, undefined, options);
      return { abort, answer, isCancelled };
    });
    while (slow.harbour.calls.length < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const { abort, isCancelled } of calls) if (isCancelled) abort.abort(new Error("not needed"));
    const settled = await Promise.allSettled(calls.map(({ answer }) => answer));
    for (const [index, outcome] of settled.entries()) {
      if (calls[index]?.isCancelled) expect(outcome.status).toBe("rejected");
      else if (outcome.status === "rejected") throw outcome.reason;
      else {
        expect(await countTokens(textOf(outcome.value))).toBeLessThanOrEqual(MAX_TOKENS);
        expect(outcome.value._meta).toMatchObject({ number: index, contextsieve: expect.anything() });
      }
    }
    expect(slow.harbour.cancelled).toBe(50);
    // The connection is as good as before.
    expect(textOf(await slow.client.callTool({ name: "look", arguments: { focus: 1 } }))).toBe("focus is 1");
    await slow.close();
  });
});

describe("wrapServer", () => {
  it("leaves excluded tools as they are", async () => {
    const { client, close } = await (OPENINGS.memory as Open)({ exclude: ["list_berths"] });
    const { tools } = await client.listTools();
    expect(tools[0]?.inputSchema.properties).toEqual({ tide: { type: "number" } });
    const result = await client.callTool({ name: "list_berths", arguments: { tide: 2 } });
    expect(textOf(result)).toContain(BERTHS);
    await close();
  });

  it("gives a failing sieve's client what the server gave", async () => {
    const harbour = harbourServer();
    const [own, other] = InMemoryTransport.createLinkedPair();
    const [near, far] = InMemoryTransport.createLinkedPair();
    await harbour.server.connect(far);
    const sieve = { ...fake.sieve, compress: () => Promise.reject(new Error("the model is gone")) };
    await wrapServer(other, near, { maxTokens: MAX_TOKENS, sieve });
    const client = await connected(own);
    expect(textOf(await client.callTool({ name: "list_berths", arguments: { tide: 2 } }))).toContain(BERTHS);
    await client.close();
  });

  it("answers what is open when the server ends, and lets the client go", async () => {
    const { client, harbour } = await (OPENINGS.memory as Open)();
    const closed = new Promise<void>((resolve) => {
      client.onclose = resolve;
    });
    const waiting = client.callTool({ name: "wait", arguments: { milliseconds: 600_000 } });
    while (harbour.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await harbour.server.close();
    await expect(waiting).rejects.toThrow("The wrapped server has ended.");
    await closed;
  });

  it.each([
    [{ maxTokens: 39 }, "Expected `maxTokens` to be an integer of at least 40, got `39`."],
    [{ exclude: "echo" }, 'Expected `exclude` to be an array of names, got `"echo"`.'],
    [{ maxtokens: 500 }, "got `maxtokens`"],
  ])("refuses %o before anything is started", async (options, message) => {
    const [client, server] = InMemoryTransport.createLinkedPair();
    await expect(wrapServer(client, server, { ...options, sieve: fake.sieve } as WrapOptions)).rejects.toThrow(message);
  });
});
