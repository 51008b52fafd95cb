import { compress } from "./compress.js";
import { createDocumentReader } from "./document/reader.js";
import type { Encoder } from "./model/encoder.js";
import type { LoadedModel } from "./model/load/manifest.js";
import { pieceTokenizerOf } from "./model/piece-tokenizer.js";
import { checkRequest } from "./options/compress-options.js";
import type { CompressResult } from "./types.js";

/** Prose with what the steps look for: names, figures, quotations, negations, conditions, code. */
const DOCUMENTS = [
  "The board met on 12 March and decided, after a long discussion, that the bridge will not be closed before 2027. " +
    "Dr. Lind said: “It is safe, unless the river rises by more than 1.5 m.” " +
    "However, the north lane (built in 1962) needs new cables, new lights and a fence; the cost is about $4,200,000.",
  "What did the town pay for the ferry? In 2019 it paid 30% less than planned, because `FERRY_RATE` was never changed. " +
    "The ferry didn't run on Sundays, and nobody who lives near Old Harbour wanted it back.",
];
const QUESTION = "What was decided about the bridge?";
/** Keep probabilities of words, one after another. */
const SCORES = [0.9, 0.2, 0.6, 0.4, 0.7, 0.1, 0.5];

let isRehearsed = false;

/**
 * Rehearses once in a process, for the time in which a model opens in its thread and this one has nothing to do. Nobody
 * waits for it: what goes wrong, the first request will say.
 */
export function rehearseOnce(model: LoadedModel): void {
  if (isRehearsed) return;
  isRehearsed = true;
  rehearse(model).catch(() => undefined);
}

/**
 * Takes a request through every step but the model's pass: the ranks of the default encoding are loaded by that, and
 * functions and expressions compiled, which would take longer than the rest of a first request.
 */
export async function rehearse(model: LoadedModel): Promise<CompressResult> {
  const pair = { first: silentEncoder(model) };
  const request = checkRequest({ documents: DOCUMENTS, query: QUESTION, rate: 0.5 });
  return compress(request, pair, createDocumentReader(pair, undefined, undefined));
}

/** Cuts words into pieces as the model's encoder does, and answers at once. */
function silentEncoder(model: LoadedModel): Encoder {
  const tokenizer = pieceTokenizerOf(model);
  const dimension = model.manifest.outputs.dimension ?? 0;
  const vectors = (count: number) => new Float32Array(count * dimension).fill(dimension ** -0.5);
  return {
    model,
    device: "cpu",
    deviceReason: undefined,
    dimension,
    runs: 0,
    async encode({ text, words, sentences }) {
      await tokenizer.piecesSliced(text, words);
      const keep = Float32Array.from(words, (_, word) => SCORES[word % SCORES.length] as number);
      const nothing = new Float32Array(words.length);
      return { keep, core: keep, pivot: nothing, vectors: vectors(sentences.length), dimension };
    },
    encodeQuestion: async () => vectors(1),
    run: async () => new Float32Array(0),
    dispose: async () => undefined,
  };
}
