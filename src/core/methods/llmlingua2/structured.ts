import type { Span } from "../../types.js";
import { type RenderedSlices, renderWords } from "../render-words.js";
import type { Llmlingua2Options } from "./options.js";
import { compressLlmlingua2 } from "./rules.js";
import { isLeftWhole, parseStructured, type Segment } from "./segments.js";
import type { Llmlingua2Context, Llmlingua2Model, Llmlingua2Result } from "./types.js";

/** Options of the published rules for a structured prompt. */
export interface StructuredOptions extends Llmlingua2Options {
  /** Stops the call with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A structured prompt after compression. Places are those of the contexts without their tags. */
export interface StructuredResult extends Llmlingua2Result {
  /** The kept contexts, joined by blank lines. */
  text: string;
  /** Each context without its tags. */
  sources: string[];
  /** Each context as it is printed; empty if the context-level filter dropped it. */
  rendered: RenderedSlices[];
}

/**
 * Compresses contexts whose parts carry their own rates (`structured_compress_prompt`):
 * `<llmlingua, rate=0.4>…</llmlingua><llmlingua, compress=False>…</llmlingua>`.
 *
 * @param options `rate` or `maxTokens` hold for segments without a rate of their own.
 * @throws InvalidOptionError
 */
export async function compressStructured(
  contexts: readonly string[],
  { signal, ...options }: StructuredOptions,
  model: Llmlingua2Model,
): Promise<StructuredResult> {
  const tagged = contexts.map(parseStructured);
  const sources = tagged.map(({ text }) => text);
  const segments = tagged.map((context) => context.segments);
  const result = await compressLlmlingua2(sources, options, model, signal, segments);
  const rendered = result.contexts.map((context, index) =>
    renderSegments(sources[index] as string, context, segments[index] as Segment[], result.rate),
  );
  const text = rendered
    .map((slices) => slices.text)
    .filter((slice) => slice !== "")
    .join("\n\n");
  return { ...result, text, sources, rendered };
}

/** Segments that stay as they are, as they are; of the others, the kept words. */
function renderSegments(
  source: string,
  context: Llmlingua2Context,
  segments: readonly Segment[],
  rate: number,
): RenderedSlices {
  if (!context.kept) return { text: "", spans: [] };
  const words = context.words.filter((word) => word.kept);
  let next = 0;
  const parts = segments.flatMap((segment): Span[] => {
    const from = next;
    while (next < words.length && (words[next] as Span).start < segment.end) next += 1;
    return isLeftWhole(segment, rate) ? [{ start: segment.start, end: segment.end }] : words.slice(from, next);
  });
  return renderWords(source, parts);
}
