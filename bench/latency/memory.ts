/** Resident memory of this process in MB, after a garbage collection where Node runs with --expose-gc. */
export function residentMb(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Most resident memory this process ever had, in MB. */
export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1024;
}
