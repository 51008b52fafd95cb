import type { Teacher } from "./teacher.js";
import { TeacherError } from "./teacher-error.js";

/**
 * What is needed of a chat model; every LangChain chat model (`BaseChatModel`) and language model fits, and
 * so does any Runnable from a string to a message or a string.
 */
export interface ChatModelLike {
  invoke(input: string, options?: { signal?: AbortSignal }): Promise<unknown>;
}

/** A teacher from a LangChain chat model. Retries are the caller's and the model's own. */
export function chatModelTeacher(model: ChatModelLike): Teacher {
  return async (prompt, options) => {
    const signal = options?.signal;
    const answer = await model.invoke(prompt, signal === undefined ? {} : { signal });
    const text = textOf(answer);
    if (text === undefined) throw new TeacherError("Expected the chat model to answer with text, got none.");
    return text;
  };
}

/** The text of a message: a string, a `content` string, or the text parts of a `content` list. */
function textOf(answer: unknown): string | undefined {
  if (typeof answer === "string") return answer;
  if (typeof answer !== "object" || answer === null || !("content" in answer)) return undefined;
  const content: unknown = answer.content;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => (typeof part === "string" ? part : partText(part)));
  const found = texts.filter((text) => text !== undefined);
  return found.length === 0 ? undefined : found.join("");
}

function partText(part: unknown): string | undefined {
  if (typeof part !== "object" || part === null || !("text" in part)) return undefined;
  return typeof part.text === "string" ? part.text : undefined;
}
