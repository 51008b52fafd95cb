/** Types of content that models count by their own rules, not as text. */
const MEDIA = /^(?:input[-_])?(?:image|audio|video|file|media|document)(?:[-_](?:url|data|id|file[-_]id))?$/;

/**
 * What a part that is no text costs: `mediaTokens` for an image, a sound, a video or a file, else the tokens of
 * its JSON, such as a model's reasoning.
 *
 * @example
 * const part = { kind: "opaque", cost: opaqueCost({ type: "image_url", image_url: { url } }, mediaTokens) };
 */
export function opaqueCost(part: { type?: unknown }, mediaTokens: number): number | string {
  return typeof part.type === "string" && MEDIA.test(part.type) ? mediaTokens : JSON.stringify(part);
}
