import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** A text of so many words, each of which it holds once. */
export const longText = (word: string, count = 60) =>
  Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");

/** A tool whose results are long. */
export const lookupTool = tool(async ({ topic }: { topic: string }) => longText(topic), {
  name: "lookup",
  description: "Looks a topic up.",
  schema: z.object({ topic: z.string() }),
});
