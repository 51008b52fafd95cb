import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: { model?: string; messages?: { role: string; content: string }[]; [name: string]: unknown };
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** A text is sent as it is, anything else as JSON; absent, no reply ever comes. */
  body?: unknown;
  /** The body goes on for ever: megabytes at once, or a byte now and then. */
  endless?: "flood" | "drip";
}

/** A real server on the loopback interface; it ends with the test. */
export async function loopbackServer(
  answer: (request: ReceivedRequest, index: number) => Reply,
): Promise<{ url: string; requests: ReceivedRequest[] }> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const request: ReceivedRequest = {
      method: incoming.method ?? "",
      path: incoming.url ?? "",
      headers: incoming.headers,
      body: JSON.parse(Buffer.concat(parts).toString("utf8")),
    };
    requests.push(request);
    const { status = 200, headers = {}, body, endless } = answer(request, requests.length - 1);
    if (endless !== undefined) {
      outgoing.writeHead(status, headers);
      const isFlood = endless === "flood";
      const more = setInterval(() => outgoing.write(Buffer.alloc(isFlood ? 1 << 20 : 1, "x")), isFlood ? 1 : 20);
      return void outgoing.on("close", () => clearInterval(more));
    }
    if (body === undefined) return;
    outgoing.writeHead(status, { "content-type": "application/json", ...headers });
    outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** A chat completion as servers send it. */
export function completion(content: string, finishReason = "stop"): Reply {
  return {
    body: { id: "x", choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: finishReason }] },
  };
}
