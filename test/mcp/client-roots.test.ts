import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { narrowRoots, openInRoots, openRoots } from "../../src/mcp/roots.js";
import { type Connect, TRANSPORTS, textOf } from "./clients.js";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "mcp-client-roots-")));
  for (const name of ["work", "other", "work/inner"]) await mkdir(join(folder, name));
  for (const name of ["work/a.txt", "work/inner/b.txt", "other/c.txt", "d.txt"])
    await writeFile(join(folder, name), `this is ${name}`);
  await symlink(join(folder, "other"), join(folder, "work/away"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const uri = (...names: string[]) => pathToFileURL(join(folder, ...names)).href;

describe.each(Object.entries(TRANSPORTS))("a client that announces roots, over %s", (_, connect) => {
  /** Counts the tokens of files, each by a call of its own, and says for each whether it was read. */
  const readable = async (roots: () => string[], names: string[], more: Parameters<Connect>[1] = {}) => {
    const server = await connect(["--root", folder], { roots: {}, ...more }, (client) => {
      client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots().map((one) => ({ uri: one })) }));
    });
    try {
      const read: boolean[] = [];
      for (const name of names) {
        const result = await server.client.callTool({ name: "count_tokens", arguments: { files: [name] } });
        if (result.isError) expect(textOf(result)).toContain("inside the roots");
        read.push(!result.isError);
      }
      return read;
    } finally {
      await server.close();
    }
  };

  it("has read what lies in its own and in those that were configured, no more", async () => {
    const names = ["a.txt", "inner/b.txt", join(folder, "work/a.txt"), join(folder, "d.txt"), "away/c.txt"];
    const more = [join(folder, "other/c.txt"), "../d.txt"];
    expect(await readable(() => [uri("work")], [...names, ...more])).toEqual([
      ...[true, true, true, false, false],
      ...[false, false],
    ]);
  });

  it("widens nothing, and is asked at each call", async () => {
    expect(await readable(() => ["file:///"], ["d.txt", "/etc/hostname"])).toEqual([true, false]);
    const roots = [[uri("other")], [uri("work")]];
    expect(await readable(() => roots.shift() ?? [], ["c.txt", "c.txt", "work/a.txt"])).toEqual([true, false, true]);
  });

  it("has nothing read if it does not say what they are", async () => {
    const server = await connect(["--root", folder], { roots: {} });
    try {
      const result = await server.client.callTool({ name: "count_tokens", arguments: { files: ["d.txt"] } });
      expect(result.isError).toBe(true);
      expect(textOf(result)).toContain("Expected the client to list its roots");
      const texts = await server.client.callTool({ name: "count_tokens", arguments: { texts: ["d"] } });
      expect(textOf(texts)).toBe("1");
    } finally {
      await server.close();
    }
  });
});

describe("narrowRoots", () => {
  it("leaves the smaller folder of the two where one lies in the other, and URLs", async () => {
    const roots = await openRoots([join(folder, "work"), join(folder, "d.txt"), "https://docs.example.com/a/"]);
    const narrowed = await narrowRoots(roots, [uri("work", "inner"), uri(), uri("work", "inner")]);
    expect(narrowed.paths).toEqual([join(folder, "work/inner"), join(folder, "work"), join(folder, "d.txt")]);
    expect(narrowed.urls).toBe(roots.urls);
  });

  it("takes what is not there, no folder's address, or a link that leads elsewhere, for nothing", async () => {
    const roots = await openRoots([join(folder, "work")]);
    const strange = [uri("gone"), "https://docs.example.com/", "file://%00", "file://another-host/x", "work", ""];
    for (const one of [...strange, uri("work", "away")]) {
      const narrowed = await narrowRoots(roots, [one]);
      expect(narrowed.paths, one).toEqual([]);
      await expect(openInRoots(narrowed, "a.txt")).rejects.toThrow("inside the roots");
    }
  });
});
