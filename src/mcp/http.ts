import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { expect, isInteger } from "../core/index.js";

/** How servers are offered over HTTP. */
export interface HttpOptions {
  /** Connects a new client to a server of its own. */
  connect: (transport: Transport) => Promise<unknown>;
  /** Secret that every request must carry as `Authorization: Bearer ...`, of at least 16 characters. */
  token: string;
  /** Port on the loopback interface. @default 0, one that is free */
  port?: number | undefined;
  /** Origins of web pages that may ask, as browsers write them. @default [] */
  origins?: readonly string[] | undefined;
}

/** A server that listens. */
export interface HttpServer {
  /** Where clients connect. */
  url: string;
  /** Ends all sessions and stops listening. */
  close(): Promise<void>;
}

interface Session {
  transport: StreamableHTTPServerTransport;
  lastUse: number;
}

/** Refuses a request, with the status that says why. */
type Refusal = readonly [status: number, reason: string];

const HOST = "127.0.0.1";
const PATH = "/mcp";
const SESSION = "mcp-session-id";
const SHORTEST_TOKEN = 16;
const MOST_SESSIONS = 100;
const IDLE_MILLISECONDS = 30 * 60_000;
const CORS = {
  "access-control-allow-methods": "GET, POST, DELETE",
  "access-control-allow-headers": "authorization, content-type, last-event-id, mcp-protocol-version, mcp-session-id",
  "access-control-expose-headers": SESSION,
};

/**
 * Offers servers over MCP's streamable HTTP at `/mcp` of the loopback interface, a session for each client. A request
 * without the token, from another web page, or for another host's name is refused before anything is read of it.
 *
 * @throws InvalidOptionError, or Node's error if the port is taken
 */
export async function serveHttp({ connect, token, port = 0, origins = [] }: HttpOptions): Promise<HttpServer> {
  const isToken = typeof token === "string" && token.length >= SHORTEST_TOKEN;
  expect(isToken, "token", `a string of at least ${SHORTEST_TOKEN} characters`, "less");
  expect(isInteger(port, 0) && port < 2 ** 16, "port", "an integer from 0 to 65535", port);
  const sessions = new Map<string, Session>();

  /** A transport for what may open a session; only what does is connected to a server. */
  const open = () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      async onsessioninitialized(id) {
        await closeIdle(sessions);
        sessions.set(id, { transport, lastUse: Date.now() });
        await connect(transport as Transport);
      },
      onsessionclosed: (id) => void sessions.delete(id),
    });
    return transport;
  };
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const { origin } = request.headers;
    if (origin !== undefined && origins.includes(origin)) {
      response.setHeader("access-control-allow-origin", origin);
      if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
      response.setHeader("access-control-expose-headers", SESSION);
    }
    const refusal = whyRefused(request, token, origins);
    if (refusal !== undefined) return refuse(response, refusal);
    const id = request.headers[SESSION];
    const session = typeof id === "string" ? sessions.get(id) : undefined;
    if (id !== undefined && session === undefined) return refuse(response, [404, "Session not found"]);
    if (session) session.lastUse = Date.now();
    await (session?.transport ?? open()).handleRequest(request, response);
  };
  const server = createServer((request, response) => {
    respond(request, response).catch(() => {
      if (!response.headersSent) refuse(response, [500, "Internal error"]);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}${PATH}`,
    async close() {
      await Promise.allSettled([...sessions.values()].map(({ transport }) => transport.close()));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function whyRefused({ headers, url }: IncomingMessage, token: string, origins: readonly string[]): Refusal | undefined {
  const { host = "", origin, authorization = "" } = headers;
  // A name that was made to lead to this machine is not this machine's.
  if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/iu.test(host)) return [403, "Host not allowed"];
  if (origin !== undefined && !origins.includes(origin)) return [403, "Origin not allowed"];
  if (!isSame(authorization, `Bearer ${token}`)) return [401, "Token missing or wrong"];
  return url?.split("?")[0] === PATH ? undefined : [404, "Not found"];
}

/** Compares in a time that says nothing of where the two differ. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}

function refuse(response: ServerResponse, [status, reason]: Refusal): void {
  const headers = {
    "content-type": "application/json",
    connection: "close",
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
  };
  const body = { jsonrpc: "2.0", error: { code: -32000, message: reason }, id: null };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

/** Sessions that nobody has used for long go, and the longest unused where there are too many. */
async function closeIdle(sessions: Map<string, Session>): Promise<void> {
  const oldest = [...sessions].sort(([, a], [, b]) => a.lastUse - b.lastUse);
  for (const [id, { transport, lastUse }] of oldest) {
    if (sessions.size < MOST_SESSIONS && Date.now() - lastUse < IDLE_MILLISECONDS) break;
    sessions.delete(id);
    await transport.close();
  }
}
