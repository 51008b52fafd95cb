import { DocumentCompressorPipeline } from "@langchain/classic/retrievers/document_compressors";
import { EmbeddingsFilter } from "@langchain/classic/retrievers/document_compressors/embeddings_filter";
import { Document } from "@langchain/core/documents";
import { Embeddings } from "@langchain/core/embeddings";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import { MetadataMode, TextNode } from "@llamaindex/core/schema";
import { SimilarityPostprocessor } from "llamaindex/postprocessors";
import { createSieve, type Sieve } from "../../src/core/index.js";
import { countTokens, fillSentences, pieces, SEPARATOR } from "./baselines.js";
import type { Answer, OpenOptions, System, SystemConfig, Task } from "./system.js";

type Method = (task: Task, sieve: Sieve, settings: SystemConfig["settings"]) => Promise<Answer>;

const METHODS: Record<string, Method> = {
  "langchain-embeddings-filter": langchainEmbeddingsFilter,
  "llamaindex-similarity-postprocessor": llamaindexSimilarity,
  "sentence-embedding-optimizer": sentenceEmbeddingOptimizer,
};

/** What the frameworks bring along, with this package's own embeddings. Settings: `method` and its own. */
export async function openFramework(
  { name, settings }: SystemConfig,
  { model, forgetful }: OpenOptions,
): Promise<System> {
  const method = METHODS[String(settings.method)];
  if (!method) {
    throw new Error(
      `Expected \`method\` of ${name} to be one of ${Object.keys(METHODS).join(", ")}, got \`${settings.method}\`.`,
    );
  }
  const open = () => createSieve({ model, ...(forgetful ? { cache: false } : {}) } as object);
  const sieve = await open();
  return {
    async compress(task) {
      const fresh = forgetful ? await open() : sieve;
      const started = performance.now();
      const answer = await method(task, fresh, settings);
      const ms = performance.now() - started;
      if (forgetful) await fresh.dispose();
      return { ...answer, ms };
    },
    close: () => sieve.dispose(),
  };
}

/** The documented pipeline: split, then the most similar chunks; as many as fit under the ceiling. */
async function langchainEmbeddingsFilter(
  task: Task,
  sieve: Sieve,
  settings: SystemConfig["settings"],
): Promise<Answer> {
  const embeddings = new SieveVectors(sieve);
  const splitter = new RecursiveCharacterTextSplitter({
    chunkSize: Number(settings.chunkSize),
    chunkOverlap: 0,
    separators: ["\n\n", "\n", ". ", " ", ""],
  });
  const documents = task.documents.map((pageContent) => new Document({ pageContent }));
  const filter = new EmbeddingsFilter({ embeddings, k: Number.MAX_SAFE_INTEGER });
  const pipeline = new DocumentCompressorPipeline({ transformers: [splitter, filter] });
  // It gives chunks, best first: cutting its list is its own `k`.
  const ranked = await pipeline.compressDocuments(documents, task.question);
  const chunks = fillInOrder(
    ranked.map(({ pageContent }) => pageContent),
    task.ceiling,
  );
  return { text: chunks.join(SEPARATOR), spans: spansOf(task.documents, chunks) };
}

/** Whole nodes above the lowest similarity cutoff that keeps under the ceiling. */
async function llamaindexSimilarity({ documents, question, ceiling }: Task, sieve: Sieve): Promise<Answer> {
  const [vectors, query] = await Promise.all([sieve.embedDocuments(documents), sieve.embedQuery(question)]);
  const nodes = documents.map((text, index) => ({
    node: new TextNode({ text, id_: String(index) }),
    score: dot(query, vectors[index] as Float32Array),
  }));
  let best = "";
  for (const similarityCutoff of nodes.map(({ score }) => score).sort((a, b) => b - a)) {
    const kept = await new SimilarityPostprocessor({ similarityCutoff }).postprocessNodes(nodes);
    const text = kept.map(({ node }) => node.getContent(MetadataMode.NONE)).join(SEPARATOR);
    if (countTokens(text) > ceiling) break;
    best = text;
  }
  return { text: best };
}

/** LlamaIndex's SentenceEmbeddingOptimizer (Python): each sentence embedded alone, the most similar ones kept. */
async function sentenceEmbeddingOptimizer({ documents, question, ceiling }: Task, sieve: Sieve): Promise<Answer> {
  const candidates = pieces(documents);
  const [vectors, query] = await Promise.all([
    sieve.embedDocuments(candidates.map(({ text }) => text)),
    sieve.embedQuery(question),
  ]);
  const scores = vectors.map((vector) => dot(query, vector));
  return { text: fillSentences(candidates, scores, ceiling) };
}

/** Chunks in the order they come, until one does not fit. */
function fillInOrder(chunks: readonly string[], ceiling: number): string[] {
  const kept: string[] = [];
  for (const chunk of chunks) {
    if (countTokens([...kept, chunk].join(SEPARATOR)) > ceiling) break;
    kept.push(chunk);
  }
  return kept;
}

/** Where the chunks stand in the documents: they come by rank, so an alignment in order would not find them. */
function spansOf(documents: readonly string[], chunks: readonly string[]): [number, number][][] {
  return documents.map((text) =>
    chunks.flatMap((chunk): [number, number][] => {
      const start = text.indexOf(chunk);
      return start < 0 ? [] : [[start, start + chunk.length]];
    }),
  );
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
}

class SieveVectors extends Embeddings {
  constructor(private readonly sieve: Sieve) {
    super({});
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.sieve.embedDocuments(texts)).map((vector) => [...vector]);
  }

  async embedQuery(text: string): Promise<number[]> {
    return [...(await this.sieve.embedQuery(text))];
  }
}
