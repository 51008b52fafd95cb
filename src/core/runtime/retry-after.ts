/**
 * How long a server asks to be left alone (`Retry-After`), in milliseconds from now: seconds or a date.
 *
 * @returns Undefined if it does not say.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  const durationMs = /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(durationMs) ? Math.max(0, durationMs) : undefined;
}
