import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** A tool whose results are long. */
export const lookupTool = tool(
  async ({ topic }: { topic: string }) => Array.from({ length: 60 }, (_, index) => `${topic}${index}`).join(" "),
  { name: "lookup", description: "Looks a topic up.", schema: z.object({ topic: z.string() }) },
);
