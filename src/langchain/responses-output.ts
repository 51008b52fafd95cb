import type { BaseMessage } from "@langchain/core/messages";

/** An item of OpenAI's Responses API, as `ChatOpenAI` keeps it and sends it again in the message's stead. */
interface OutputItem {
  type: string;
  content?: readonly { type: string; text?: string }[];
}

/** Items that a message's own content and calls say too. */
const READ_ITEMS = new Set(["message", "function_call", "custom_tool_call"]);

/** The items that are sent in the place of a message, if there are any. */
export function responsesOutput(message: BaseMessage): readonly OutputItem[] | undefined {
  const output = (message.response_metadata as { output?: unknown } | undefined)?.output;
  const isItems = Array.isArray(output) && output.length > 0 && output.every((item) => typeof item?.type === "string");
  return isItems ? (output as OutputItem[]) : undefined;
}

/** Items that are sent besides what the message says itself, such as a reasoning. */
export function unreadItems(output: readonly OutputItem[] | undefined): readonly OutputItem[] {
  return (output ?? []).filter(({ type }) => !READ_ITEMS.has(type));
}

/**
 * The metadata of a message whose texts are others now: its items say the same. Where they cannot be told to be of the
 * same texts, they are gone, and the message is sent as its content says.
 */
export function rewrittenOutput(
  message: BaseMessage,
  texts: readonly string[],
): Partial<Pick<BaseMessage, "response_metadata">> {
  const output = responsesOutput(message);
  if (output === undefined) return {};
  const { output: _output, ...metadata } = message.response_metadata as Record<string, unknown>;
  const count = output.flatMap(({ content = [] }) => content.filter(isOutputText)).length;
  if (count !== texts.length) return { response_metadata: metadata };
  const rest = [...texts];
  const items = output.flatMap((item): OutputItem[] => {
    if (item.type !== "message") return [item];
    const content = (item.content ?? []).flatMap((part) => {
      if (!isOutputText(part)) return [part];
      const text = rest.shift() ?? "";
      // Annotations point into the text that was.
      return text === "" ? [] : [text === part.text ? part : { ...part, text, annotations: [] }];
    });
    return content.length === 0 ? [] : [{ ...item, content }];
  });
  return { response_metadata: { ...metadata, output: items } };
}

function isOutputText({ type }: { type: string }): boolean {
  return type === "output_text";
}
