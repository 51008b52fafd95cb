import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it. */
export interface SeenRequest {
  path: string;
  authorization: string | undefined;
  /** Bytes that were asked for; undefined for all of them. */
  range: string | undefined;
}

/** A server with the Hub's paths: `/{model}/resolve/{revision}/{file}`, large files behind a redirect. */
export interface HubServer {
  url: string;
  /** Address that large files are sent to: another origin, as the Hub's storage is. */
  storageUrl: string;
  commit: string;
  /** What it says the commit is, in place of `commit`; no word of one where it is empty. */
  announced: string | undefined;
  requests: SeenRequest[];
  /** Whether the storage can begin in the middle of a file. */
  hasRanges: boolean;
  /** Answers the next so many requests for a file with what `fault` does. */
  fail(file: string, times: number, fault: Fault): void;
  close(): Promise<void>;
}

export type Fault =
  | "busy"
  | "gone"
  | "truncated"
  | "altered"
  | "hangs"
  | "refused"
  | "endless"
  | "unsized"
  | "later"
  | "much later";

export interface HubFiles {
  [file: string]: Buffer;
}

/** Files at least this large lie in the storage, named by their SHA-256; smaller ones are Git blobs. */
const LARGE = 1024;

/** Starts the server on the loopback address. */
export async function startHub(model: string, files: HubFiles): Promise<HubServer> {
  const commit = createHash("sha1").update(model).digest("hex");
  const requests: SeenRequest[] = [];
  const faults = new Map<string, Fault[]>();
  const open = new Set<ServerResponse>();

  const storage = createServer((request, response) => {
    open.add(response);
    requests.push(seen(request));
    const file = decodeURIComponent((request.url ?? "").slice("/storage/".length));
    const content = files[file];
    if (!content) return void response.writeHead(404).end();
    const first = own.hasRanges ? Number(/^bytes=(\d+)-$/u.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    if (first > 0) {
      response.statusCode = 206;
      response.setHeader("content-range", `bytes ${first}-${content.length - 1}/${content.length}`);
    }
    send(response, content.subarray(first), faults.get(file)?.shift());
  });
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  const storageUrl = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;

  const setCommit = (response: ServerResponse) => {
    const announced = own.announced ?? commit;
    if (announced !== "") response.setHeader("x-repo-commit", announced);
  };
  const hub = createServer((request, response) => {
    open.add(response);
    requests.push(seen(request));
    const [, revision, file] =
      new RegExp(`^/${model}/resolve/([^/]+)/(.+)$`).exec(decodeURIComponent(request.url ?? "")) ?? [];
    const content = file === undefined ? undefined : files[file];
    const isKnown = revision === "main" || revision === "v1" || revision === commit;
    const isLarge = content !== undefined && content.length >= LARGE;
    const queue = faults.get(file ?? "");
    if (!isLarge || ["busy", "later", "much later", "refused"].includes(queue?.[0] ?? "")) {
      const fault = queue?.shift();
      if (fault === "later") return void response.writeHead(429, { "retry-after": "2" }).end("later");
      if (fault === "much later") return void response.writeHead(429, { "retry-after": "3600" }).end("later");
      if (fault === "busy") return void response.writeHead(503).end("busy");
      if (fault === "refused") return void response.writeHead(401).end("no");
      if (!content || !isKnown) return void response.writeHead(404).end();
      setCommit(response);
      response.setHeader(
        "etag",
        `"${createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex")}"`,
      );
      return send(response, content, fault);
    }
    if (!isKnown) return void response.writeHead(404).end();
    setCommit(response);
    if (queue?.[0] === "unsized") {
      queue.shift();
      response.flushHeaders();
      return void response.end(content);
    }
    response.writeHead(302, {
      "x-linked-size": String(content.length),
      "x-linked-etag": `"${createHash("sha256").update(content).digest("hex")}"`,
      location: `${storageUrl}/storage/${encodeURIComponent(file as string)}`,
    });
    response.end();
  });
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));

  const own: HubServer = {
    url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    storageUrl,
    commit,
    announced: undefined,
    hasRanges: true,
    requests,
    fail: (file, times, fault) =>
      void faults.set(
        file,
        Array.from({ length: times }, () => fault),
      ),
    async close() {
      for (const response of open) response.destroy();
      await Promise.all([hub, storage].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
  return own;
}

function send(response: ServerResponse, content: Buffer, fault: Fault | undefined): void {
  if (fault === "gone") return void response.writeHead(404).end();
  if (fault === "endless") {
    response.removeHeader("etag");
    const drip = setInterval(() => response.write(Buffer.alloc(1 << 20, " ")), 1);
    return void response.on("close", () => clearInterval(drip));
  }
  response.setHeader("content-length", content.length);
  if (fault === "truncated" || fault === "hangs") {
    response.write(content.subarray(0, Math.floor(content.length / 2)));
    if (fault === "truncated") setTimeout(() => response.destroy(), 100);
    return;
  }
  const altered = Buffer.from(content);
  if (fault === "altered") altered[0] = (altered[0] as number) ^ 1;
  response.end(altered);
}

function seen(request: IncomingMessage): SeenRequest {
  return {
    path: decodeURIComponent(request.url ?? ""),
    authorization: request.headers.authorization,
    range: request.headers.range,
  };
}
