import { Agent, request } from "node:https";
import { Readable } from "node:stream";

/** Whom a client trusts, and who it is, in PEM. */
export interface TlsOptions {
  /** Certificates of the authorities that are trusted, in the place of the platform's. */
  ca?: string | undefined;
  /** The client's own certificate, for servers that ask for one. */
  cert?: string | undefined;
  /** The private key of `cert`. */
  key?: string | undefined;
  /** Of `key`, where it has one. */
  passphrase?: string | undefined;
}

/** So much of `fetch` as a client of an API needs, over https with these certificates: the platform's takes none. */
export function tlsFetch(tls: TlsOptions): typeof fetch {
  const agent = new Agent({ keepAlive: true, ...tls });
  return async (input, init = {}) => {
    const { method = "GET", headers, body, signal } = init;
    signal?.throwIfAborted();
    return new Promise<Response>((resolve, reject) => {
      const asked = request(
        input instanceof Request ? input.url : input,
        { agent, method, headers: Object.fromEntries(new Headers(headers)), ...(signal ? { signal } : {}) },
        (answer) => {
          const known = new Headers();
          for (const [name, value] of Object.entries(answer.headers)) known.set(name, String(value));
          const status = answer.statusCode ?? 0;
          const isEmpty = status === 204 || status === 304;
          const content = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
          resolve(new Response(content, { status, headers: known }));
        },
      );
      asked.once("error", (error) => reject(signal?.aborted ? signal.reason : error));
      asked.end(typeof body === "string" || body instanceof Uint8Array ? body : undefined);
    });
  };
}
