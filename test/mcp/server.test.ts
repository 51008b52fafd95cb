import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countTokens } from "../../src/index.js";
import { type ConnectedClient, factsOf, TRANSPORTS, textOf } from "./clients.js";

const CRANES = Array.from({ length: 60 }, (_, index) =>
  index === 41
    ? "Crane 41 must not be used when the wind is over 14 m/s."
    : `Crane ${index} is painted blue and stands beside shed ${index + 100}, where nobody has been for years.`,
).join("\n");

describe.each(Object.entries(TRANSPORTS))("contextsieve mcp over %s", (_, connect) => {
  let server: ConnectedClient;
  let folder: string;
  let outside: string;
  const pages = createServer((request, response) => {
    if (request.url === "/manual/away") response.writeHead(302, { location: "/secret" }).end();
    else response.end(request.url === "/manual/cranes.txt" ? CRANES : "secret");
  });
  const call = (name: string, args: object) =>
    server.client.callTool({ name, arguments: args as Record<string, unknown> });
  let page: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mcp-root-"));
    outside = await mkdtemp(join(tmpdir(), "mcp-outside-"));
    await writeFile(join(folder, "cranes.txt"), CRANES);
    await writeFile(join(outside, "secret.txt"), "secret");
    await symlink(join(outside, "secret.txt"), join(folder, "link.txt"));
    await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
    page = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    server = await connect(["--root", folder, "--root", `${page}/manual/`, "-n", "200"]);
  });
  afterAll(async () => {
    await server.close();
    pages.close();
    for (const path of [folder, outside]) await rm(path, { recursive: true, force: true });
  });

  it("lists its tools, with what may be read", async () => {
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["compress", "count_tokens", "read_original"]);
    expect(tools[0]?.inputSchema.properties).toHaveProperty("files.description", expect.stringContaining(folder));
    expect(server.client.getServerVersion()).toMatchObject({ name: "contextsieve" });
  });

  it.each(["texts", "files", "urls"])("compresses %s to what the question needs, under the ceiling", async (kind) => {
    const sources = { texts: CRANES, files: "cranes.txt", urls: `${page}/manual/cranes.txt` };
    const named = { [kind]: [sources[kind as keyof typeof sources]] };
    const question = "In what wind may crane 41 not be used?";
    const result = await call("compress", { ...named, question, maxTokens: 80 });
    expect(result.isError).toBeFalsy();
    expect(await countTokens(textOf(result))).toBeLessThanOrEqual(80);
    expect(textOf(result)).toContain("14 m/s");
    const { tokens, originalTokens, originals } = factsOf(result);
    expect(tokens).toBeLessThanOrEqual(80);
    expect(originalTokens).toBeGreaterThan(1000);
    expect(textOf(result)).toContain(`read_original ${originals[0]}`);
    const counted = await call("count_tokens", named);
    expect(textOf(counted)).toBe(String(await countTokens(CRANES)));
  });

  it("gives back what was left out", async () => {
    const question = "In what wind may crane 41 not be used?";
    const result = await call("compress", { texts: [CRANES], question, maxTokens: 80 });
    const [id] = factsOf(result).originals;
    const whole = await call("read_original", { id });
    expect(textOf(whole)).toContain("Crane 0 is painted blue and stands beside shed 100");
    expect(await countTokens(textOf(whole))).toBeLessThanOrEqual(200);
    expect(await call("read_original", { id: "000000000000" })).toMatchObject({ isError: true });
  });

  it("reads no file outside of its roots, by whatever name", async () => {
    const secret = join(outside, "secret.txt");
    const names = [secret, pathToFileURL(secret).href, `../${secret.split("/").at(-2)}/secret.txt`, "link.txt"];
    for (const name of [...names, "/etc/passwd", "../../../etc/passwd", "missing.txt", ".", "cranes.txt\0.md"]) {
      for (const tool of ["compress", "count_tokens"]) {
        const result = await call(tool, { files: [name] });
        expect(result, name).toMatchObject({ isError: true });
        expect(textOf(result)).toBe(`Expected a file inside the roots, got \`${name}\`.`);
      }
    }
  });

  it("fetches no page outside of its roots, nor one that a page inside leads to", async () => {
    const encoded = [`${page}/manual/..%2fsecret`, `${page}/manual/%2e%2e/secret`];
    const others = [`${page}/secret`, `${page}/manual/../secret`, `${page}/manuals`, "file:///etc/passwd"];
    const hosts = ["http://example.com/manual/", page.replace("http://", "http://user:word@"), "gopher", ""];
    for (const url of [...encoded, ...others, ...hosts, `${page}/manual/away`]) {
      const result = await call("compress", { urls: [url] });
      expect(result, url).toMatchObject({ isError: true });
      expect(textOf(result)).toContain("Expected a URL inside the roots");
    }
  });

  it("says what is wrong with a call, and goes on", async () => {
    const wrong = [{}, { texts: "no list" }, { texts: ["a"], maxTokens: 0 }, { texts: ["a"], maxTokens: 201 }];
    for (const args of [...wrong, { texts: ["a"], query: "typo" }]) {
      const result = await call("compress", args);
      expect(result).toMatchObject({ isError: true });
      expect(textOf(result)).toMatch(/^Expected .*, got .*\.$/u);
    }
    expect(await call("unknown", {})).toMatchObject({ isError: true });
    expect(textOf(await call("compress", { texts: ["short"] }))).toBe("short");
  });
});
