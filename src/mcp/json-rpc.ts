import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";

// The SDK has these under other names from version to version. What a transport hands on has been checked.

type RequestMessage = Extract<JSONRPCMessage, { id: unknown; method: string }>;
type NotificationMessage = Exclude<Extract<JSONRPCMessage, { method: string }>, RequestMessage>;
type ResultMessage = Extract<JSONRPCMessage, { result: unknown }>;
type FailureMessage = Extract<JSONRPCMessage, { error: unknown }>;

/** True for what asks for an answer. */
export function isRequest(message: JSONRPCMessage): message is RequestMessage {
  return "method" in message && "id" in message;
}

/** True for what asks for none. */
export function isNotification(message: JSONRPCMessage): message is NotificationMessage {
  return "method" in message && !("id" in message);
}

/** True for the answer to a request. */
export function isResult(message: JSONRPCMessage): message is ResultMessage {
  return "result" in message;
}

/** True for what a request has failed with. */
export function isFailure(message: JSONRPCMessage): message is FailureMessage {
  return "error" in message;
}
