// An MCP server behind a sieve: the official filesystem server, whose answer is cut to what the model's focus needs.
import { createRequire } from "node:module";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const server = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-filesystem/dist/index.js");
const wrapped = `"${process.execPath}" "${server}" examples/data`;
const args = ["dist/cli/main.js", "mcp", "--wrap", wrapped, "--max-tokens", "200"];
const client = new Client({ name: "example", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
const focus = "How long are database backups kept?";
const { content } = await client.callTool({ name: "read_text_file", arguments: { path: "handbook.md", focus } });
console.log(content);
await client.close();
