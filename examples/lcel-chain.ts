// A chain under a ceiling: the context of the prompt never takes more than 120 tokens, its tags included.
import { readFile } from "node:fs/promises";
import { Document } from "@langchain/core/documents";
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda, RunnablePassthrough, RunnableSequence } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { SieveRunnable } from "contextsieve/langchain";

const pageContent = await readFile(new URL("data/handbook.md", import.meta.url), "utf8");
const documents = [new Document({ pageContent, metadata: { source: "handbook.md" } })];
const context = new SieveRunnable({
  maxTokens: 120,
  output: "text",
  template: ({ metadata }, text) => `<source name="${metadata?.source}">\n${text}\n</source>`,
});
const chain = RunnableSequence.from([
  RunnablePassthrough.assign({ context }),
  ChatPromptTemplate.fromTemplate("{context}\n\nQuestion: {query}"),
  RunnableLambda.from((prompt: { toString(): string }) => {
    console.log(prompt.toString());
    return prompt;
  }),
  new FakeListChatModel({ responses: ["Within 5 minutes; then the secondary is called."] }),
  new StringOutputParser(),
]);
console.log(await chain.invoke({ documents, query: "How long does the primary have to acknowledge a page?" }));
