import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type Command, InvalidArgumentError, Option } from "commander";
import { InvalidOptionError } from "../core/index.js";
import { commandWords } from "./command-words.js";
import { guarded } from "./guard.js";
import { createNotices, type Notices } from "./notices.js";
import { tokenNumber } from "./numbers.js";
import { addModelFlags, type ModelFlags, sieveOptions } from "./open-sieve.js";
import { openScoreFolder } from "./score-folder.js";
import { tokenizerName } from "./tokenizer-names.js";

interface McpFlags extends ModelFlags {
  wrap?: string;
  root?: string[];
  exclude?: string[];
  maxTokens?: number;
  tokenizer?: string;
  http?: true | number;
  token?: string;
  allowOrigin?: string[];
  quiet?: boolean;
}

type Mcp = typeof import("../mcp/index.js");
type Connect = Parameters<Mcp["serveHttp"]>[0]["connect"];

/** A result of a wrapped server may be as long as this, in bytes: it is to be cut. */
const LONGEST_MESSAGE = 512 * 2 ** 20;
const TOKEN_BYTES = 24;

const EXAMPLES = `
Examples:
  contextsieve mcp --root docs --root https://docs.example.com/handbook
  contextsieve mcp --wrap "npx -y @modelcontextprotocol/server-filesystem ." --max-tokens 2k
  CONTEXTSIEVE_MCP_TOKEN="$SECRET" contextsieve mcp --http 8808 --root docs

Needs the package @modelcontextprotocol/sdk beside contextsieve. Clients: see docs/mcp.md.
`;

/** Adds `mcp` to the program. */
export function registerMcp(program: Command): void {
  const command = program
    .command("mcp")
    .description("serve a sieve over MCP, or cut the tool results of another MCP server")
    .option("--wrap <command>", "stand in front of the MCP server that this command starts, and cut its tool results")
    .option("--root <path>", "folder, file or URL that may be read; give it again for more (default: none)", collect)
    .option("--exclude <tool>", "with --wrap: leave this tool's results alone; give it again for more", collect)
    .addOption(
      new Option("-n, --max-tokens <n>", "ceiling of a result, in target tokens: 2000, 2k (default: 2000)")
        .argParser(tokenNumber)
        .env("CONTEXTSIEVE_MAX_TOKENS"),
    )
    .addOption(
      new Option("--tokenizer <name>", "encoding, model, or folder with a tokenizer.json (default: o200k_base)").env(
        "CONTEXTSIEVE_TOKENIZER",
      ),
    )
    .option("--http [port]", "serve streamable HTTP on the loopback interface in the place of stdio", portNumber)
    .addOption(
      new Option(
        "--token <secret>",
        "with --http: what clients must send as a bearer token; better set by the variable (default: a new one)",
      ).env("CONTEXTSIEVE_MCP_TOKEN"),
    )
    .option(
      "--allow-origin <origin>",
      "with --http: origin of a web page that may ask; give it again for more",
      collect,
    )
    .option("--quiet", "nothing but errors on standard error");
  addModelFlags(command)
    .addHelpText("after", EXAMPLES)
    .action((flags: McpFlags) => guarded(command, () => runMcp(flags, program.version() as string)));
}

async function runMcp(flags: McpFlags, version: string): Promise<void> {
  refuseIdleFlags(flags);
  const notices = createNotices(flags.quiet === true);
  const mcp = await importMcp();
  const connect = await connector(mcp, flags, { version, notices });
  if (flags.http === undefined) return serveStdio(connect);
  const token = flags.token ?? randomBytes(TOKEN_BYTES).toString("base64url");
  const { url, close } = await mcp.serveHttp({
    ...{ connect, token, origins: flags.allowOrigin ?? [] },
    ...(flags.http === true ? {} : { port: flags.http }),
  });
  notices.say(`MCP at ${url}`);
  // Without it nobody could connect.
  if (flags.token === undefined) process.stderr.write(`Authorization: Bearer ${token}\n`);
  await interrupted();
  await close();
}

/** What connects one client: to a sieve, or to a wrapped server that is started for it. */
async function connector(
  mcp: Mcp,
  flags: McpFlags,
  { version, notices }: { version: string; notices: Notices },
): Promise<Connect> {
  const cache = flags.cache === undefined ? undefined : await openScoreFolder(flags.cache, notices);
  const options = {
    ...sieveOptions(flags, notices, cache),
    ...(flags.maxTokens === undefined ? {} : { maxTokens: flags.maxTokens }),
    ...(flags.tokenizer === undefined ? {} : { tokenizer: tokenizerName(flags.tokenizer) }),
  };
  if (flags.wrap === undefined) {
    const makeServer = await mcp.sieveServer({
      ...options,
      roots: flags.root ?? [],
      info: { name: "contextsieve", version },
    });
    return (transport) => makeServer().connect(transport);
  }
  const [command, ...args] = commandWords(flags.wrap);
  const { StdioClientTransport } = await import("@modelcontextprotocol/sdk/client/stdio.js");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "CONTEXTSIEVE_MCP_TOKEN"));
  return (transport) => {
    // The environment is what the client configured for the server behind.
    const server = new StdioClientTransport({
      command,
      args,
      env: env as Record<string, string>,
      maxBufferSize: LONGEST_MESSAGE,
    });
    return mcp.wrapServer(transport, server, { ...options, exclude: flags.exclude ?? [] });
  };
}

/** Serves the one client on standard input, until it is closed. */
async function serveStdio(connect: Connect): Promise<void> {
  const { StdioServerTransport } = await import("@modelcontextprotocol/sdk/server/stdio.js");
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LONGEST_MESSAGE });
  await connect(transport);
  const { onclose } = transport;
  const closed = new Promise<void>((resolve) => {
    transport.onclose = () => {
      onclose?.();
      resolve();
    };
  });
  await Promise.race([once(process.stdin, "end"), interrupted(), closed]);
  await transport.close();
}

function interrupted(): Promise<unknown> {
  return Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}

async function importMcp(): Promise<Mcp> {
  try {
    return await import("../mcp/index.js");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new InvalidOptionError(
      "Expected the package @modelcontextprotocol/sdk beside contextsieve, got none. Install it: npm install @modelcontextprotocol/sdk",
      { cause },
    );
  }
}

/** A flag that would do nothing was meant otherwise. */
function refuseIdleFlags({ wrap, root, exclude, http, token, allowOrigin }: McpFlags): void {
  const idle = [
    wrap !== undefined && root !== undefined ? "--root without --wrap" : undefined,
    wrap === undefined && exclude !== undefined ? "--exclude with --wrap" : undefined,
    http === undefined && allowOrigin !== undefined ? "--allow-origin with --http" : undefined,
  ].find((text) => text !== undefined);
  if (idle !== undefined) throw new InvalidOptionError(`Expected ${idle}.`);
  if (http !== undefined && token !== undefined && token.length < 16)
    throw new InvalidOptionError("Expected --token to have at least 16 characters, got less.");
}

function portNumber(value: string): number {
  const port = Number(value);
  if (!/^\d+$/u.test(value) || port >= 2 ** 16)
    throw new InvalidArgumentError(`Expected a port from 0 to 65535, got \`${value}\`.`);
  return port;
}

function collect(value: string, given: readonly string[] = []): string[] {
  return [...given, value];
}
