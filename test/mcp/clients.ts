import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult, ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import type { SievedResult } from "../../src/mcp/index.js";
import { CLI_COMMAND } from "../support/run-cli.js";

/** A client of the official SDK, and what ends its server too. */
export interface ConnectedClient {
  client: Client;
  close(): Promise<void>;
}

export type Connect = (
  words: readonly string[],
  capabilities?: ClientCapabilities,
  prepare?: (client: Client) => void,
) => Promise<ConnectedClient>;

export const TOKEN = "a-token-of-tests-only";

/** Ways to reach `contextsieve mcp`, a process of its own, by transport. */
export const TRANSPORTS = transportsOf();

/** @param command What runs `contextsieve`. */
export function transportsOf(command?: readonly string[]): Readonly<Record<string, Connect>> {
  return {
    async stdio(words, capabilities, prepare) {
      const [program = "", ...args] = command ?? CLI_COMMAND;
      const transport = new StdioClientTransport({
        command: program,
        args: [...args, "mcp", ...words],
        stderr: "ignore",
      });
      const client = await connected(transport, capabilities, prepare);
      return { client, close: () => client.close() };
    },
    async "streamable HTTP"(words, capabilities, prepare) {
      const { url, close } = await startHttp(words, command);
      const client = await connected(httpTransport(url), capabilities, prepare);
      return {
        client,
        async close() {
          await client.close();
          await close();
        },
      };
    },
  };
}

/** Starts `contextsieve mcp --http` on a free port. */
export async function startHttp(
  words: readonly string[],
  command: readonly string[] = CLI_COMMAND,
): Promise<{ url: string; close(): Promise<void> }> {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "mcp", "--http", "0", ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CONTEXTSIEVE_MCP_TOKEN: TOKEN },
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      said += part;
      const found = /MCP at (\S+)/u.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("close", () => reject(new Error(said)));
  });
  return {
    url,
    async close() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export function httpTransport(url: string, headers: Record<string, string> = {}): Transport {
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}`, ...headers } };
  return new StreamableHTTPClientTransport(new URL(url), { requestInit }) as Transport;
}

export async function connected(
  transport: Transport,
  capabilities: ClientCapabilities = {},
  prepare: (client: Client) => void = () => undefined,
): Promise<Client> {
  const client = new Client({ name: "tests", version: "1.0.0" }, { capabilities });
  prepare(client);
  await client.connect(transport);
  return client;
}

/** A command line that starts an official server. */
export function officialServer(name: "everything" | "filesystem", ...args: readonly string[]): string {
  const path = createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${name}/dist/index.js`);
  return [process.execPath, path, ...args].map((word) => `"${word}"`).join(" ");
}

/** Texts of a result, joined. */
export function textOf(result: Awaited<ReturnType<Client["callTool"]>>): string {
  return (result as CallToolResult).content
    .map((block) => (block.type === "text" ? block.text : ""))
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What a cut result says of itself. */
export function factsOf({ _meta }: Awaited<ReturnType<Client["callTool"]>>): SievedResult {
  if (_meta?.contextsieve === undefined) throw new Error("The result was not cut.");
  return _meta.contextsieve as SievedResult;
}
