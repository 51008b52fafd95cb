import { Document } from "@langchain/core/documents";

/** A few documents with what a retriever gives them. */
export function harbourDocuments(): Document[] {
  return [
    new Document({
      id: "cranes",
      pageContent:
        "The harbour has three cranes. Crane 2 lifts 40 tonnes and must not be used in winds above 14 m/s. The paint of the cranes is blue, which the mayor likes very much.",
      metadata: { source: "cranes.md", page: 3 },
    }),
    new Document({
      id: "pilots",
      pageContent:
        "Pilots board at the north buoy. A pilot is compulsory for ships longer than 80 metres. Pilots are friendly people who often tell old stories in the evening.",
      metadata: { source: "pilots.md", page: 1 },
    }),
    new Document({
      id: "canteen",
      pageContent:
        "The canteen serves soup on Mondays and fish on Fridays. On most other days there is something that nobody quite remembers afterwards.",
      metadata: { source: "canteen.md", page: 9 },
    }),
  ];
}

export const QUESTION = "In what wind must crane 2 not be used?";

/** True where the words of `text` are words of `source`, in the same order. */
export function isSubsequence(text: string, source: string): boolean {
  const words = source.split(/\s+/);
  let next = 0;
  return text
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => {
      const found = words.findIndex((candidate, index) => index >= next && candidate.includes(word));
      next = found + 1;
      return found >= 0;
    });
}
