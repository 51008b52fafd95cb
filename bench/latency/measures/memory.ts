import { type Figure, type Measure, numberOf } from "../case.js";
import { makeDocuments } from "../corpus.js";
import { importLibrary } from "../library.js";
import { peakMb, residentMb } from "../memory.js";

/** Resident memory while documents stream through one sieve, each seen once and let go by the caller. */
export const measure: Measure = async ({ settings, model, dtype, dist }) => {
  const documents = numberOf(settings, "documents");
  const perRequest = numberOf(settings, "documentsPerRequest");
  const tokens = numberOf(settings, "tokensPerDocument");
  const marks = numberOf(settings, "marks");
  const { createSieve } = await importLibrary(dist);
  const figures: Figure[] = [{ name: "before the model is opened", value: residentMb(), unit: "MB" }];
  const sieve = await createSieve({ model, ...(dtype ? { dtype } : {}) });
  figures.push({ name: "model open", value: residentMb(), unit: "MB" });
  for (let seen = 0; seen < documents; ) {
    await sieve.compress({
      documents: makeDocuments(perRequest, tokens, 40_000 + seen),
      query: "What was decided, and what does it cost?",
      rate: 0.3,
    });
    seen += perRequest;
    if (seen % (documents / marks) < perRequest) {
      figures.push({ name: `after ${seen.toLocaleString("en")} documents`, value: residentMb(), unit: "MB" });
    }
  }
  figures.push({ name: "peak", value: peakMb(), unit: "MB" });
  figures.push({ name: "JavaScript heap at the end", value: process.memoryUsage().heapUsed / 2 ** 20, unit: "MB" });
  figures.push({ name: "array buffers at the end", value: process.memoryUsage().arrayBuffers / 2 ** 20, unit: "MB" });
  await sieve.dispose();
  figures.push({ name: "disposed of", value: residentMb(), unit: "MB" });
  return { figures };
};
