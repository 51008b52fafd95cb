/** Whether `part` can be had from `whole` by leaving out keys and items. */
export function isSubStructure(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    let at = 0;
    for (const item of part) {
      while (at < whole.length && !isSubStructure(item, whole[at])) at += 1;
      if (at === whole.length) return false;
      at += 1;
    }
    return true;
  }
  if (part instanceof Date || whole instanceof Date) return String(part) === String(whole);
  if (part !== null && typeof part === "object") {
    if (whole === null || typeof whole !== "object" || Array.isArray(whole)) return false;
    return Object.entries(part).every(
      ([key, value]) => Object.hasOwn(whole, key) && isSubStructure(value, (whole as Record<string, unknown>)[key]),
    );
  }
  return Object.is(part, whole);
}
