import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { tlsFetch } from "../../../src/core/runtime/tls-fetch.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A certificate that signs itself, for the loopback address. */
function certificate(): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), "contextsieve-tls-"));
  try {
    const files = ["key", "cert"].map((name) => join(folder, name)) as [string, string];
    const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"];
    const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const made = spawnSync("openssl", [...words, ...names, "-keyout", files[0], "-out", files[1]]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    return { key: readFileSync(files[0], "utf8"), cert: readFileSync(files[1], "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Repeats what it is sent; knows by name who sends it. */
async function serve(own: { cert: string; key: string }, client: string): Promise<string> {
  const server = createServer({ ...own, ca: client, requestCert: true, rejectUnauthorized: false }, (asked, answer) => {
    if (asked.url === "/silent") return;
    const isKnown = (asked.socket as TLSSocket).authorized;
    answer.writeHead(asked.url === "/no" ? 403 : 200, { "x-known": String(isKnown), "x-key": asked.headers["x-key"] });
    asked.pipe(answer);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.skipIf(!hasOpenssl)(
  "trusts the authority that it is given and no other, and shows its own certificate",
  async () => {
    const [own, client] = [certificate(), certificate()];
    const url = await serve(own, client.cert);
    const ask = (tls: Parameters<typeof tlsFetch>[0], path = "/") =>
      tlsFetch(tls)(new URL(path, url), { method: "POST", body: Uint8Array.of(1, 2, 3), headers: { "x-key": "k" } });
    const known = await ask({ ca: own.cert, ...client });
    expect([known.status, known.headers.get("x-known"), known.headers.get("x-key")]).toEqual([200, "true", "k"]);
    expect([...new Uint8Array(await known.arrayBuffer())]).toEqual([1, 2, 3]);
    const unknown = await ask({ ca: own.cert }, "/no");
    expect([unknown.status, unknown.ok, unknown.headers.get("x-known")]).toEqual([403, false, "false"]);
    await expect(ask({})).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await expect(ask({ ca: client.cert })).rejects.toThrow();
  },
);

it.skipIf(!hasOpenssl)("ends a request with the signal's reason", async () => {
  const own = certificate();
  const controller = new AbortController();
  const asked = tlsFetch({ ca: own.cert })(`${await serve(own, own.cert)}/silent`, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("nobody waits")), 50);
  await expect(asked).rejects.toThrow("nobody waits");
  await expect(tlsFetch({})("https://127.0.0.1", { signal: controller.signal })).rejects.toThrow("nobody waits");
});
