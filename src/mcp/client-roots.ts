import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type ListRootsResult,
  ListRootsResultSchema,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { InvalidOptionError } from "../core/index.js";
import { narrowRoots, type Roots } from "./roots.js";

/** A client that does not say in this time what it works in is refused. */
const ASK_MILLISECONDS = 10_000;

/**
 * What a client may have read: what lies in the roots that were configured, and in its own if it announces some. It is
 * asked at each call, since its folders may change; it never widens what was configured.
 *
 * @throws InvalidOptionError if it does not answer; or the signal's reason
 */
export async function rootsOfClient(
  roots: Roots,
  sendRequest: RequestHandlerExtra<ServerRequest, ServerNotification>["sendRequest"],
  signal: AbortSignal,
): Promise<Roots> {
  const options = { signal, timeout: ASK_MILLISECONDS };
  let listed: ListRootsResult;
  try {
    listed = await sendRequest({ method: "roots/list" }, ListRootsResultSchema, options);
  } catch (cause) {
    signal.throwIfAborted();
    throw new InvalidOptionError(`Expected the client to list its roots, got ${(cause as Error).message}.`, { cause });
  }
  const uris = listed.roots.map(({ uri }) => uri);
  return uris.length === 0 ? roots : narrowRoots(roots, uris);
}
