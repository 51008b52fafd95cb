import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";

type Answer = AIMessage | ((messages: BaseMessage[]) => AIMessage);

/** A chat model that says its answers one after another and remembers what it was sent. */
export class ScriptedChatModel extends BaseChatModel {
  readonly calls: BaseMessage[][] = [];
  readonly #answers: Answer[];

  constructor(answers: readonly Answer[]) {
    super({});
    this.#answers = [...answers];
  }

  _llmType(): string {
    return "scripted";
  }

  override bindTools(): this {
    return this;
  }

  /** LangChain's own would download a tokenizer's ranks. */
  override async getNumTokens(): Promise<number> {
    throw new Error("Expected nobody to count with the model.");
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.calls.push(messages);
    const answer = this.#answers.shift();
    if (!answer) throw new Error("Expected no further call of the model.");
    const message = typeof answer === "function" ? answer(messages) : answer;
    return { generations: [{ text: message.text, message }] };
  }
}

let calls = 0;

/** An answer that calls a tool. */
export function callTool(name: string, args: Record<string, unknown>): AIMessage {
  calls += 1;
  return new AIMessage({ content: "", tool_calls: [{ name, args, id: `call_${calls}`, type: "tool_call" }] });
}
