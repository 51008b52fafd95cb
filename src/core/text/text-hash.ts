/**
 * A text as a number of 53 bits, so that the words or sentences of a request do not meet by chance. Not for what an
 * adversary may choose to have meet.
 */
export function textHash(text: string): number {
  let high = 0x2545f491;
  let low = 0x9e3779b9;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x5bd1e995);
    low = Math.imul(low ^ unit, 0x1b873593) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
