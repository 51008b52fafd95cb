/** When colours are used: `auto` is on a terminal, unless NO_COLOR or FORCE_COLOR say otherwise. */
export const COLOUR_MODES = ["auto", "always", "never"] as const;
/** One of {@link COLOUR_MODES}. */
export type ColourMode = (typeof COLOUR_MODES)[number];

/** Whether to colour what goes to a stream; the flag goes before NO_COLOR (https://no-color.org), that before FORCE_COLOR. */
export function usesColour(
  mode: ColourMode,
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (mode !== "auto") return mode === "always";
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return stream.isTTY === true && TERM !== "dumb";
}
