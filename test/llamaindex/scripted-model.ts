import {
  type ChatMessage,
  type ChatResponse,
  type ChatResponseChunk,
  extractText,
  type LLMChatParamsNonStreaming,
  type LLMChatParamsStreaming,
  type LLMMetadata,
  ToolCallLLM,
} from "llamaindex";

/** What the model says next: a text, or a call of a tool. */
export type Reply = string | { name: string; input: Record<string, string> };

/** A chat model that says what it is told to, and remembers what it was asked; no network. */
export class ScriptedModel extends ToolCallLLM {
  readonly supportToolCall = true;
  readonly metadata: LLMMetadata = {
    model: "scripted",
    temperature: 0,
    topP: 1,
    contextWindow: 128_000,
    tokenizer: undefined,
    structuredOutput: false,
  };
  /** The messages of every call. */
  readonly asked: ChatMessage[][] = [];
  readonly #replies: Reply[];

  constructor(replies: Reply[] = []) {
    super();
    this.#replies = replies;
  }

  /** Every call's messages as one text. */
  get prompts(): string[] {
    return this.asked.map((messages) => messages.map(({ content }) => extractText(content)).join("\n"));
  }

  chat(parameters: LLMChatParamsStreaming): Promise<AsyncIterable<ChatResponseChunk>>;
  chat(parameters: LLMChatParamsNonStreaming): Promise<ChatResponse>;
  async chat({
    messages,
    stream,
  }: LLMChatParamsStreaming | LLMChatParamsNonStreaming): Promise<ChatResponse | AsyncIterable<ChatResponseChunk>> {
    this.asked.push([...messages]);
    const reply = this.#replies.shift() ?? "That is all.";
    const content = typeof reply === "string" ? reply : "";
    const options = typeof reply === "string" ? {} : { toolCall: [{ ...reply, id: `call-${this.asked.length}` }] };
    if (!stream) return { message: { role: "assistant", content, options }, raw: null };
    return (async function* () {
      yield { delta: content, options, raw: null };
    })();
  }
}

/** What the default question template puts between its dashes. */
export function contextOf(prompt: string): string {
  const parts = prompt.split("\n---------------------\n");
  if (parts.length !== 3) throw new Error(`Expected a prompt of LlamaIndex's question template, got ${prompt}.`);
  return parts[1] as string;
}
