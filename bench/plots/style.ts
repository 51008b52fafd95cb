/** How a system is drawn: this package in strong colours, peers on the same weights in warm ones, the rest in greys. */
export interface LineStyle {
  color: string;
  dash: number[];
  width: number;
}

const STYLES: Record<string, LineStyle> = {
  contextsieve: { color: "#0b6e4f", dash: [], width: 3 },
  "contextsieve-known": { color: "#2bb673", dash: [], width: 3 },
  "contextsieve-no-question": { color: "#0b6e4f", dash: [6, 3], width: 2 },
  "contextsieve-llmlingua2": { color: "#2b7bba", dash: [6, 3], width: 2 },
  "python-llmlingua2": { color: "#d1495b", dash: [], width: 2 },
  "npm-llmlingua2": { color: "#edae49", dash: [], width: 2 },
  "langchain-embeddings-filter": { color: "#6a4c93", dash: [], width: 1.5 },
  "llamaindex-similarity": { color: "#9d6fd1", dash: [4, 2], width: 1.5 },
  "sentence-embedding-optimizer": { color: "#3d5a80", dash: [2, 2], width: 1.5 },
  "bm25-sentences": { color: "#555555", dash: [], width: 1.5 },
  "bm25-documents": { color: "#555555", dash: [4, 2], width: 1.5 },
  truncation: { color: "#999999", dash: [], width: 1.5 },
  "stop-words": { color: "#999999", dash: [4, 2], width: 1.5 },
  "random-words": { color: "#bbbbbb", dash: [2, 2], width: 1.5 },
};

/** The style of a system; grey where it has none of its own. */
export function styleOf(system: string): LineStyle {
  return STYLES[system] ?? { color: "#777777", dash: [1, 2], width: 1.5 };
}
