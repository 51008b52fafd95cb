import { cleanAnswer, fillInstruction, REBUILD_INSTRUCTION } from "./instructions.js";
import { readMarkedText } from "./marked-text.js";
import type { Pair } from "./pair.js";
import { type ReconstructionScores, scoreReconstruction } from "./reconstruction-score.js";
import type { Teacher } from "./teacher.js";

export interface ReconstructOptions {
  /** What the teacher is told; `{text}` stands for the compression. @default REBUILD_INSTRUCTION */
  instruction?: string;
  signal?: AbortSignal;
}

/** A text rebuilt from its compression, and how near it comes to the original. */
export interface Reconstruction {
  id: string;
  rebuilt: string;
  scores: ReconstructionScores;
}

/**
 * The paper's check that a compression lost nothing: a teacher rebuilds each text from its
 * compression alone, without the core marks, and the result is scored against the original. Pairs are
 * taken one after the other.
 */
export async function reconstructPairs(
  pairs: Iterable<Pair>,
  teacher: Teacher,
  options: ReconstructOptions = {},
): Promise<Reconstruction[]> {
  const { instruction = REBUILD_INSTRUCTION, signal } = options;
  const reconstructions: Reconstruction[] = [];
  for (const pair of pairs) {
    signal?.throwIfAborted();
    const prompt = fillInstruction(instruction, withoutMarks(pair.compressed, pair.original));
    const answer = await teacher(prompt, signal === undefined ? {} : { signal });
    const rebuilt = cleanAnswer(answer, pair.original);
    reconstructions.push({ id: pair.id, rebuilt, scores: scoreReconstruction(pair.original, rebuilt) });
  }
  return reconstructions;
}

/** The compression without its core marks; marks that are text stay. */
function withoutMarks(compressed: string, source: string): string {
  if (!/[«»]/u.test(source)) return compressed.replace(/[«»]/gu, "");
  const literal = readMarkedText(compressed, source).filter((word) => /^[«»]$/u.test(word.surface));
  const starts = new Set(literal.map((word) => word.start));
  return compressed.replace(/[«»]/gu, (mark, index: number) => (starts.has(index) ? mark : ""));
}
