import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  LATEST_PROTOCOL_VERSION,
  type RequestId,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { READ_ORIGINAL } from "../agents/tools/read-original.js";
import { expect } from "../core/index.js";
import { isFailure, isNotification, isRequest, isResult } from "./json-rpc.js";
import { checkResultOptions, type ResultOptions } from "./options.js";
import type { JsonSchema } from "./output-schema.js";
import { type CallFacts, type ToolResult, toolResultSieve } from "./tool-results.js";
import { type ToolPage, wrapTools } from "./wrapped-tools.js";

/** How the results of another server are cut. */
export type WrapOptions = ResultOptions & {
  /** Names of tools whose results are left alone. @default [] */
  exclude?: readonly string[] | undefined;
};

/** A request of the client that has no answer yet. */
interface Pending {
  method: string;
  call?: CallFacts | undefined;
  progressToken?: RequestId | undefined;
  /** Stops the cutting of its result. */
  abort: AbortController;
}

/** The server's end, for requests that it can answer no more: JSON-RPC's code for the server's own errors. */
const SERVER_ENDED = { code: -32000, message: "The wrapped server has ended." };
const INTERNAL_ERROR = -32603;
const METHODS_WITH_RESULTS = new Set(["tools/call", "tasks/result"]);

/**
 * Stands between a client and a server and passes on every message as it is, but for these: the list of tools gains the
 * argument `focus` and the tool `read_original`; calls lose `focus` again; results are cut under the ceiling; and no newer
 * version of the protocol is agreed on than the transports speak.
 * Returns when both sides are connected; when one of them ends, so does the other.
 *
 * @param client The side that the client talks to, not started.
 * @param server The side that talks to the server, not started.
 *
 * @throws InvalidOptionError, or what starting a transport throws
 */
export async function wrapServer(client: Transport, server: Transport, options: WrapOptions): Promise<void> {
  const { maxTokens } = checkResultOptions(options, ["exclude"]);
  const { exclude = [], ...resultOptions } = options;
  const isNames = Array.isArray(exclude) && exclude.every((name) => typeof name === "string");
  expect(isNames, "exclude", "an array of names", exclude);
  const excluded = new Set(exclude);
  const tools = wrapTools(excluded);
  const results = toolResultSieve({ ...resultOptions, exclude, maxTokens }, () => tools.canRead);
  const pending = new Map<RequestId, Pending>();
  const tasks = new Map<string, CallFacts>();
  let hasEnded = false;

  const answer = (id: RequestId, message: JSONRPCMessage) => {
    pending.delete(id);
    return client.send(message, { relatedRequestId: id });
  };
  const end = async () => {
    if (hasEnded) return;
    hasEnded = true;
    for (const [id, { abort }] of pending) {
      abort.abort();
      await answer(id, { jsonrpc: "2.0", id, error: SERVER_ENDED }).catch(() => {});
    }
    await Promise.allSettled([server.close(), client.close()]);
  };

  /** Adds what was called to the request, and takes off what the server does not know. */
  const register = (request: JSONRPCRequest): JSONRPCRequest => {
    const { id, method, params = {} } = request;
    const entry: Pending = { method, progressToken: params._meta?.progressToken, abort: new AbortController() };
    pending.set(id, entry);
    if (method === "initialize") return { ...request, params: { ...params, protocolVersion: spoken(params) } };
    if (method === "tasks/result") entry.call = tasks.get(String(params.taskId));
    if (method !== "tools/call") return request;
    const name = String(params.name);
    const { args, focus } = tools.split(name, params.arguments as JsonSchema | undefined);
    if (!excluded.has(name)) entry.call = { name, args, focus };
    return args === params.arguments ? request : { ...request, params: { ...params, arguments: args } };
  };

  const fromClient = async (message: JSONRPCMessage) => {
    if (isNotification(message) && message.method === "notifications/cancelled") {
      const id = message.params?.requestId as RequestId;
      pending.get(id)?.abort.abort();
      pending.delete(id);
    }
    if (!isRequest(message)) return server.send(message);
    const request = register(message);
    const { id, params } = request;
    if (request.method !== "tools/call" || params?.name !== READ_ORIGINAL || !tools.canRead)
      return server.send(request);
    const { signal } = (pending.get(id) as Pending).abort;
    const answered = await results.read((params.arguments ?? {}) as JsonSchema, signal).then(
      (result) => ({ result: { ...result } }),
      ({ message }: Error) => ({ error: { code: INTERNAL_ERROR, message } }),
    );
    if (!signal.aborted) await answer(id, { jsonrpc: "2.0", id, ...answered });
  };

  const fromServer = async (message: JSONRPCMessage) => {
    if (isFailure(message) && message.id !== undefined) return answer(message.id, message);
    if (!isResult(message)) return client.send(message, relatedTo(message, pending));
    const { id, result } = message;
    const request = pending.get(id);
    // Cancelled: nobody waits for it.
    if (request === undefined) return;
    const { method, call, abort } = request;
    if (method === "tools/list") return answer(id, { ...message, result: { ...tools.show(result as ToolPage) } });
    if (call === undefined || !METHODS_WITH_RESULTS.has(method)) return answer(id, message);
    const { task } = result as { task?: { taskId: string } };
    if (task) tasks.set(task.taskId, call);
    // It fails only if it was cancelled.
    const cut = await results.cut(result as ToolResult, call, abort.signal).catch(() => undefined);
    if (cut !== undefined && !abort.signal.aborted) await answer(id, { ...message, result: { ...cut } });
  };

  for (const side of [client, server]) {
    side.onclose = () => void end();
    side.onerror = () => undefined;
  }
  client.onmessage = (message) => void fromClient(message).catch(end);
  server.onmessage = (message) => void fromServer(message).catch(end);
  await server.start();
  await client.start();
}

/** The version that the client asks for, or the newest of those that the transports here speak. */
function spoken({ protocolVersion }: NonNullable<JSONRPCRequest["params"]>): string {
  const asked = String(protocolVersion);
  return SUPPORTED_PROTOCOL_VERSIONS.includes(asked) ? asked : LATEST_PROTOCOL_VERSION;
}

/** The request that a notification of progress is about: over HTTP it goes where the answer goes. */
function relatedTo(message: JSONRPCMessage, pending: ReadonlyMap<RequestId, Pending>) {
  if (!isNotification(message) || message.method !== "notifications/progress") return undefined;
  const token = message.params?.progressToken;
  const id = [...pending].find(([, { progressToken }]) => progressToken !== undefined && progressToken === token)?.[0];
  return id === undefined ? undefined : { relatedRequestId: id };
}
