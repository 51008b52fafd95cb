// A long conversation: each call stays under 1,000 tokens, and the prompt's beginning stays the same between trims.
import { readFile } from "node:fs/promises";
import { AIMessage, type BaseMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { sieveMessages } from "contextsieve/langchain";

const transcript = await readFile(new URL("data/meeting.txt", import.meta.url), "utf8");
const turns = transcript.split(/\n\n(?=\w+:)/).slice(1);
const messages: BaseMessage[] = [new SystemMessage("You take the minutes.")];
let sent: BaseMessage[] = [];
for (const turn of turns) {
  const isChair = turn.startsWith("Lindiwe:");
  messages.push(isChair ? new HumanMessage(turn) : new AIMessage(turn));
  if (!isChair) continue;
  const before = sent;
  sent = await sieveMessages(messages, { maxTokens: 1000 });
  const isWarm = before.every(({ text }, index) => text === sent[index]?.text);
  console.log(`${messages.length} messages, ${sent.length} sent${isWarm ? "" : ": trimmed"}`);
}
console.log(`\nThe last call:\n\n${sent.map(({ text }) => text).join("\n\n")}`);
