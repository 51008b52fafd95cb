import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What goes wrong with a connection: its answer is late, or cut off after so many bytes. */
export interface Fault {
  /** Before anything of the answer is passed on, in milliseconds. */
  delayMs?: number;
  /** Bytes of the answer that are passed on before the connection is cut. */
  cutAfterBytes?: number;
}

export interface FaultyProxy {
  url: string;
  /** Connections that were made so far. */
  connections: number;
  /** Asked for each answer, by its number. */
  fault: (answer: number) => Fault | undefined;
  /** Cuts all connections and takes no more. */
  kill(): Promise<void>;
  /** Takes connections again, on the same port, for the same server or another. */
  restart(target?: string): Promise<void>;
}

/** A proxy on the loopback interface that passes bytes on, until it is told not to. */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  let answers = 0;
  let to = new URL(target);

  const pass = (client: Socket) => {
    const upstream = connect(Number(to.port), to.hostname);
    proxy.connections += 1;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
    }
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    let fault: Fault | undefined;
    let passed = 0;
    client.on("data", (part) => {
      // A client of HTTP/1.1 asks one question at a time on a connection.
      if (fault === undefined || passed > 0) {
        fault = proxy.fault(answers) ?? {};
        answers += 1;
        passed = 0;
      }
      upstream.write(part);
    });
    upstream.on("data", async (part) => {
      const { delayMs = 0, cutAfterBytes = Number.POSITIVE_INFINITY } = fault ?? {};
      if (passed === 0 && delayMs > 0) {
        upstream.pause();
        await new Promise((wake) => setTimeout(wake, delayMs));
        upstream.resume();
      }
      const rest = cutAfterBytes - passed;
      passed += part.length;
      if (client.destroyed) return;
      client.write(part.length > rest ? part.subarray(0, rest) : part);
      // Half an answer arrives before the end of it.
      if (part.length > rest) client.end();
    });
  };

  const listen = async () => {
    server = createServer(pass).listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  };

  const proxy: FaultyProxy = {
    url: "",
    connections: 0,
    fault: () => undefined,
    async kill() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async restart(other) {
      if (other !== undefined) to = new URL(other);
      await listen();
    },
  };
  await listen();
  proxy.url = `http://127.0.0.1:${port}`;
  return proxy;
}
