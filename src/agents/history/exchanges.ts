import { isStatement } from "../speech.js";
import { type NeutralMessage, saidIn } from "./types.js";

/**
 * Which questions an answer is to: by the index of each assistant's message that says something, the indices of the user
 * messages before it that ask and state nothing. What the user stated has no answer, only an acknowledgement.
 */
export function questionsAnswered(messages: readonly NeutralMessage[]): Map<number, readonly number[]> {
  const answered = new Map<number, readonly number[]>();
  let asked: number[] = [];
  let isAsking = false;
  for (const [index, message] of messages.entries()) {
    const said = saidIn(message);
    if (message.role === "user") {
      if (!isAsking) asked = [];
      if (!isStatement(said)) asked = [...asked, index];
    } else if (message.role === "assistant" && asked.length > 0 && said.trim() !== "") answered.set(index, asked);
    isAsking = message.role === "user" || (isAsking && message.role === "system");
  }
  return answered;
}
