// JavaScript, because the inference thread imports it too.

/**
 * Sums rows of hidden states over stretches of tokens.
 *
 * @param {Float32Array} hidden Hidden states, `rows x length x dimension`.
 * @param {number} length Padded length of each row, in tokens.
 * @param {number} dimension
 * @param {Int32Array} spans `[row, from, to]` each, `to` not included.
 * @returns {Float32Array} One sum per stretch, `spans x dimension`.
 */
export function sumSpans(hidden, length, dimension, spans) {
  const count = spans.length / 3;
  const sums = new Float32Array(count * dimension);
  for (let span = 0; span < count; span += 1) {
    const row = /** @type {number} */ (spans[3 * span]) * length;
    const from = (row + /** @type {number} */ (spans[3 * span + 1])) * dimension;
    const to = (row + /** @type {number} */ (spans[3 * span + 2])) * dimension;
    const sum = span * dimension;
    for (let at = from; at < to; at += dimension) {
      for (let column = 0; column < dimension; column += 1) {
        sums[sum + column] = /** @type {number} */ (sums[sum + column]) + /** @type {number} */ (hidden[at + column]);
      }
    }
  }
  return sums;
}
