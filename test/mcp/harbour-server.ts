// An MCP server for tests: a tool for each thing that a proxy must pass on.
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";

/** What the server was asked, in the order of asking. */
export interface HarbourServer {
  server: Server;
  calls: { name: string; args: Record<string, unknown> | undefined }[];
  /** Calls that were cancelled while they ran. */
  cancelled: number;
}

export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const IMAGE = { type: "image", data: PIXEL, mimeType: "image/png" } as const;
export const LINK = {
  type: "resource_link",
  uri: "file:///berths.csv",
  name: "berths",
  description: "All berths",
} as const;

/** A text in which one line answers, of about 1,200 tokens. */
export const BERTHS = Array.from({ length: 60 }, (_, index) =>
  index === 41
    ? "Berth 41 must not be used when the tide is under 3 m."
    : `Berth ${index} lies beside shed ${index + 100}, is painted blue, and nobody has been there for many years.`,
).join("\n");

const ROWS = Array.from({ length: 60 }, (_, id) => ({ id, tide: `${id / 10} m`, keeper: `keeper number ${id}` }));
const object = (properties: object = {}) => ({ type: "object" as const, properties });
const TOOLS = [
  {
    name: "list_berths",
    description: "Lists berths.",
    inputSchema: { ...object({ tide: { type: "number" } }), required: ["tide"] },
  },
  { name: "look", description: "Looks.", inputSchema: object({ focus: { type: "number" } }) },
  {
    name: "rows",
    inputSchema: object(),
    outputSchema: {
      ...object({
        rows: {
          type: "array",
          minItems: 60,
          items: { ...object({ id: { type: "number" } }), required: ["id", "tide"] },
        },
      }),
      required: ["rows"],
      additionalProperties: false,
    },
  },
  ...["picture", "fail", "refuse", "steps", "wait", "resource"].map((name) => ({ name, inputSchema: object() })),
];

/** A server that is not connected yet. Its tool `wait` takes as many milliseconds as it is told. */
export function harbourServer(): HarbourServer {
  const server = new Server({ name: "harbour", version: "7.0.0" }, { capabilities: { tools: {}, logging: {} } });
  const state: HarbourServer = { server, calls: [], cancelled: 0 };
  const text = (said: string) => ({ content: [{ type: "text", text: said }] });
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) =>
    params?.cursor === undefined ? { tools: TOOLS.slice(0, 2), nextCursor: "2" } : { tools: TOOLS.slice(2) },
  );
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification, _meta }) => {
    const { name, arguments: args } = params;
    state.calls.push({ name, args });
    if (name === "picture") return { content: [{ type: "text", text: BERTHS }, IMAGE, LINK], _meta: { own: 1 } };
    if (name === "resource")
      return { content: [{ type: "resource", resource: { uri: "file:///b.txt", text: BERTHS } }] };
    if (name === "fail") return { ...text(`${BERTHS}\nError: connect ECONNREFUSED 127.0.0.1:5432`), isError: true };
    if (name === "refuse") throw new McpError(-32042, "The harbour is closed", { until: "06:00" });
    if (name === "rows") return { ...text(JSON.stringify({ rows: ROWS })), structuredContent: { rows: ROWS } };
    if (name === "look") return text(`focus is ${String(args?.focus)}`);
    if (name === "steps") {
      for (const progress of [1, 2, 3]) {
        const params = {
          progressToken: _meta?.progressToken as string,
          progress,
          total: 3,
          message: `step ${progress}`,
        };
        await sendNotification({ method: "notifications/progress", params });
      }
      await server.sendLoggingMessage({ level: "info", data: "all steps done" });
    }
    if (name === "wait") {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Number(args?.milliseconds));
        signal.addEventListener("abort", () => {
          state.cancelled += 1;
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return { ...text(name === "steps" ? "done" : BERTHS), _meta: { number: args?.number } };
  });
  return state;
}
