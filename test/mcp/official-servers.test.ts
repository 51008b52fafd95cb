import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countTokens } from "../../src/index.js";
import { type ConnectedClient, factsOf, officialServer, TRANSPORTS, textOf } from "./clients.js";
import { BERTHS } from "./harbour-server.js";

const MAX_TOKENS = 150;

describe.each(Object.entries(TRANSPORTS))("the official servers behind contextsieve mcp over %s", (_, connect) => {
  describe("everything", () => {
    let server: ConnectedClient;
    const call = (name: string, args: Record<string, unknown> = {}) =>
      server.client.callTool({ name, arguments: args });
    beforeAll(async () => {
      const words = ["--wrap", officialServer("everything"), "-n", String(MAX_TOKENS)];
      const capabilities = { sampling: {}, elicitation: {}, roots: { listChanged: true } };
      server = await connect(words, capabilities, answerServer);
    });
    afterAll(() => server.close());

    /** What a server may ask of its client. */
    function answerServer(client: Client): void {
      client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
        model: "tests",
        role: "assistant",
        content: { type: "text", text: `sampled ${params.messages.length}` },
      }));
      client.setRequestHandler(ElicitRequestSchema, () => ({ action: "decline" }));
      client.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: [{ uri: "file:///harbour", name: "harbour" }],
      }));
    }

    it("has its own tools, prompts and resources", async () => {
      const { tools } = await server.client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["echo", "get-tiny-image", "get-roots-list", "read_original"]));
      expect((await server.client.listPrompts()).prompts.length).toBeGreaterThan(0);
      const { resources } = await server.client.listResources();
      expect(resources.length).toBeGreaterThan(0);
      const { contents } = await server.client.readResource({ uri: resources[0]?.uri as string });
      expect(contents.length).toBeGreaterThan(0);
    });

    it("is cut, and read back", async () => {
      const focus = "When may berth 41 not be used?";
      const result = await call("echo", { message: BERTHS, focus });
      expect(await countTokens(textOf(result))).toBeLessThanOrEqual(MAX_TOKENS);
      expect(textOf(result)).toContain("under 3 m");
      const [id] = factsOf(result).originals;
      expect(textOf(await call("read_original", { id }))).toContain("Berth 0 lies beside shed 100");
      const question = "Which berth lies beside shed 117?";
      expect(textOf(await call("read_original", { id, question }))).toMatch(/Berth 17 .*117/u);
    });

    it("sends its images, links and structured results unchanged", async () => {
      const { content } = (await call("get-tiny-image")) as { content: { type: string }[] };
      expect(content.map(({ type }) => type)).toEqual(["text", "image", "text"]);
      const links = (await call("get-resource-links", { count: 3 })) as { content: { type: string }[] };
      expect(links.content.filter(({ type }) => type === "resource_link")).toHaveLength(3);
      const { structuredContent } = await call("get-structured-content", { location: "New York" });
      expect(structuredContent).toEqual({ temperature: 33, conditions: "Cloudy", humidity: 82 });
    });

    it("tells its progress, is cancelled, and says what is wrong with a call", async () => {
      const steps: unknown[] = [];
      // The client itself loses the last step where the answer arrives in the same chunk.
      const transport = server.client.transport as Transport;
      const { onmessage } = transport;
      transport.onmessage = (message, extra) => {
        if ("method" in message && message.method === "notifications/progress") steps.push(message.params?.progress);
        onmessage?.(message, extra);
      };
      const request = { name: "trigger-long-running-operation", arguments: { duration: 0.3, steps: 3 } };
      await server.client.callTool(request, undefined, { onprogress: () => undefined });
      expect(steps).toEqual([1, 2, 3]);
      const abort = new AbortController();
      const long = { name: "trigger-long-running-operation", arguments: { duration: 60, steps: 60 } };
      const waiting = server.client.callTool(long, undefined, { signal: abort.signal });
      abort.abort(new Error("no longer needed"));
      await expect(waiting).rejects.toThrow("no longer needed");
      const wrong = await call("get-sum", { a: "one" });
      expect(wrong).toMatchObject({ isError: true });
      expect(textOf(wrong)).toContain("a");
    });

    it("asks its client, and gets the answer", async () => {
      const sampled = await call("trigger-sampling-request", { prompt: "Which berth?", maxTokens: 20 });
      expect(textOf(sampled)).toContain("sampled 1");
      expect(textOf(await call("trigger-elicitation-request"))).toContain("declined");
      expect(textOf(await call("get-roots-list"))).toContain("file:///harbour");
    });
  });

  describe("filesystem", () => {
    let server: ConnectedClient;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "mcp-files-"));
      await writeFile(join(folder, "berths.txt"), BERTHS);
      server = await connect(["--wrap", officialServer("filesystem", folder), "-n", String(MAX_TOKENS)]);
    });
    afterAll(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    it("is cut in its text and in its structured content, which still keeps to the schema that was listed", async () => {
      await server.client.listTools();
      const path = join(folder, "berths.txt");
      const focus = "When may berth 41 not be used?";
      const result = await server.client.callTool({ name: "read_text_file", arguments: { path, focus } });
      const structured = JSON.stringify(result.structuredContent);
      for (const seen of [textOf(result), structured]) {
        expect(seen).toContain("under 3 m");
        expect(await countTokens(seen)).toBeLessThanOrEqual(MAX_TOKENS);
      }
    });

    it("still refuses what lies outside of its own folders", async () => {
      const result = await server.client.callTool({ name: "read_text_file", arguments: { path: "/etc/passwd" } });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain("outside allowed directories");
    });
  });
});
