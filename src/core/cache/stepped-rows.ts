/** Largest number of a row, in steps. */
const MOST_STEPS = 127;
/** No number of a vector, but far below what overflows when it is rounded up. */
const MOST_NUMBER = 2 ** 100;
/** What fits in a byte. */
const LEAST_EXPONENT = -128;

/** Rows of numbers as 8-bit integers, in steps of one power of two for each row. */
export interface SteppedRows {
  /** `rows x dimension`, row by row. */
  steps: Int8Array;
  /** Each row's step is two to the power of this. */
  exponents: Int8Array;
}

/**
 * Rounds rows of numbers to 8 bits. Rounding what was rounded changes nothing. A row of zeros, or one that holds what is
 * no number, becomes zeros.
 *
 * @param rows `rows x dimension`, row by row.
 * @param into Where they are written, if not into arrays of their own.
 */
export function stepRows(rows: Float32Array, dimension: number, into = emptyRows(rows.length, dimension)): SteppedRows {
  const { steps, exponents } = into;
  for (let row = 0; row < exponents.length; row += 1) {
    const from = row * dimension;
    const exponent = exponentOf(rows, from, from + dimension);
    if (exponent === undefined) continue;
    exponents[row] = exponent;
    const scale = 2 ** -exponent;
    for (let at = from; at < from + dimension; at += 1) steps[at] = Math.round((rows[at] as number) * scale);
  }
  return into;
}

function emptyRows(length: number, dimension: number): SteppedRows {
  return { steps: new Int8Array(length), exponents: new Int8Array(dimension === 0 ? 0 : length / dimension) };
}

/**
 * The power of two in whose steps a row's largest number is 127 at most, and more than half of that: so that it is the
 * same for the rounded row. Undefined for a row of zeros, or of what is no number.
 */
function exponentOf(rows: Float32Array, from: number, to: number): number | undefined {
  let largest = 0;
  for (let at = from; at < to; at += 1) largest = Math.max(largest, Math.abs(rows[at] as number));
  if (!(largest > 0 && largest < MOST_NUMBER)) return undefined;
  let exponent = Math.max(LEAST_EXPONENT, Math.ceil(Math.log2(largest / MOST_STEPS)) - 1);
  const steps = () => Math.round(largest * 2 ** -exponent);
  while (steps() > MOST_STEPS) exponent += 1;
  // One that is rounded up to what is no number would not be one the next time.
  return steps() * 2 ** exponent < MOST_NUMBER ? exponent : undefined;
}
