/** Cells that must be wide apart in each line, as the names in the head are, for lines to be rows by their number alone. */
export const FEWEST_APART = 4;
/** What stands between cells that are wide apart. */
export const WIDE_GAP = /\t+ *| {2,}\t*/u;

/** The cells of a line that are wide apart. */
export function wideCells(line: string): string[] {
  return line.trim().split(WIDE_GAP);
}
