import { request } from "node:http";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HttpServer, serveHttp } from "../../src/mcp/index.js";
import { connected, httpTransport, TOKEN } from "./clients.js";
import { harbourServer } from "./harbour-server.js";

const PAGE = "https://harbour.example";
const INITIALIZE = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "tests", version: "1.0.0" } },
});

describe("serveHttp", () => {
  let http: HttpServer;
  let connections = 0;
  beforeAll(async () => {
    http = await serveHttp({
      connect(transport) {
        connections += 1;
        return harbourServer().server.connect(transport);
      },
      token: TOKEN,
      origins: [PAGE],
    });
  });
  afterAll(() => http.close());

  /** Asks as no client of the SDK would. */
  const ask = (headers: Record<string, string>, { method = "POST", path = "/mcp", body = INITIALIZE } = {}) =>
    new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(http.url);
      const accept = { accept: "application/json, text/event-stream", "content-type": "application/json" };
      request({ hostname, port, path, method, headers: { ...accept, ...headers } }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
      })
        .on("error", reject)
        .end(method === "POST" ? body : undefined);
    });
  const authorization = `Bearer ${TOKEN}`;

  it("listens on the loopback interface alone", () => {
    expect(http.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/u);
  });

  it.each<[string, number, Record<string, string>]>([
    ["no token", 401, {}],
    ["a wrong token", 401, { authorization: `${authorization}!` }],
    ["a token that is no bearer's", 401, { authorization: TOKEN }],
    ["another origin", 403, { authorization, origin: "https://evil.example" }],
    ["another port of this machine as its origin", 403, { authorization, origin: "http://localhost:3000" }],
    ["a sandboxed page", 403, { authorization, origin: "null" }],
    ["a name that was made to lead here", 403, { authorization, host: "evil.example" }],
    ["a name that begins as this machine's does", 403, { authorization, host: "localhost.evil.example" }],
    ["a session that is none", 404, { authorization, "mcp-session-id": "5c6b" }],
  ])("refuses %s with %i, and connects nothing", async (_, status, headers) => {
    const before = connections;
    const answer = await ask(headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { message: expect.any(String) } });
    expect(connections).toBe(before);
  });

  it("refuses other paths, and requests that open no session", async () => {
    const before = connections;
    expect((await ask({ authorization }, { path: "/" })).status).toBe(404);
    expect((await ask({ authorization }, { path: "/mcp/../secret" })).status).toBe(404);
    expect((await ask({ authorization }, { body: "{" })).status).toBe(400);
    const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
    expect((await ask({ authorization }, { body: list })).status).toBe(400);
    expect(connections).toBe(before);
  });

  it("answers pages of the origins that it was given, and tells their browsers so", async () => {
    const preflight = await ask({ origin: PAGE }, { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({ "access-control-allow-origin": PAGE });
    const answer = await ask({ authorization, origin: PAGE });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ "access-control-allow-origin": PAGE, "mcp-session-id": expect.any(String) });
    expect((await ask({ origin: "https://evil.example" }, { method: "OPTIONS" })).status).toBe(403);
  });

  it("gives each client a session of its own, until the client ends it", async () => {
    const before = connections;
    const clients = await Promise.all([1, 2, 3].map(() => connected(httpTransport(http.url))));
    expect(connections).toBe(before + 3);
    for (const client of clients) expect((await client.listTools()).tools).toHaveLength(2);
    for (const client of clients) await client.close();
  });

  it.each([
    [{ token: "short" }, "Expected `token` to be a string of at least 16 characters"],
    [{ token: TOKEN, port: 70_000 }, "Expected `port` to be an integer from 0 to 65535"],
  ])("refuses %o", async (options, message) => {
    const connect = async () => InMemoryTransport.createLinkedPair();
    await expect(serveHttp({ connect, ...options })).rejects.toThrow(message);
  });
});
