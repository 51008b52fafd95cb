import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aliasedPackage } from "../support/aliased-package.js";
import { CLI_COMMAND } from "../support/run-cli.js";
import { type ConnectedClient, factsOf, officialServer, textOf, transportsOf } from "./clients.js";

const BERTHS = Array.from({ length: 60 }, (_, index) =>
  index === 41
    ? "Berth 41 may not be used when the wind is over 14 m/s."
    : `Berth ${index} lies beside shed ${index + 100}, where nobody has been for years.`,
).join("\n");
const QUESTION = "In what wind may berth 41 not be used?";

const [program, ...flags] = CLI_COMMAND;
const command = [program, "--import", aliasedPackage("@modelcontextprotocol/sdk", "mcp-sdk-oldest"), ...flags];

// The client is of the newest version.
describe.each(Object.entries(transportsOf(command)))("with the oldest SDK of the peer range, over %s", (_, connect) => {
  let folder: string;
  let server: ConnectedClient | undefined;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "mcp-oldest-")));
    await writeFile(join(folder, "berths.txt"), BERTHS);
  });
  afterAll(async () => {
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async (...request: Parameters<typeof connect>) => {
    await server?.close();
    server = await connect(...request);
    return server.client;
  };

  it("the server compresses a file of its roots, and gives back what it left out", async () => {
    const client = await open(["--root", folder], { roots: {} }, (asked) => {
      asked.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(folder).href }] }));
    });
    const result = await client.callTool({
      name: "compress",
      arguments: { files: ["berths.txt"], question: QUESTION, maxTokens: 80 },
    });
    expect(textOf(result)).toContain("14 m/s");
    const [id] = factsOf(result).originals;
    const original = await client.callTool({ name: "read_original", arguments: { id, lines: "1" } });
    expect(textOf(original)).toContain("Berth 0 lies");
  });

  it("a wrapped server is cut, read back, and fails as it does", async () => {
    const client = await open(["--wrap", officialServer("filesystem", folder), "-n", "100"]);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("read_original");
    const read = (name: string, focus: string) =>
      client.callTool({ name: "read_text_file", arguments: { path: join(folder, name), focus } });
    const result = await read("berths.txt", QUESTION);
    expect(textOf(result)).toContain("14 m/s");
    expect(factsOf(result).tokens).toBeLessThanOrEqual(100);
    expect((await read("gone.txt", QUESTION)).isError).toBe(true);
  });
});
