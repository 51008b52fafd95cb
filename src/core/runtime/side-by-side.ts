/** What can be laid side by side. */
type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int8Array | Uint8Array;

/**
 * The same arrays over one buffer. A buffer of its own costs an array about 250 bytes besides its numbers, which is more
 * than most arrays of a short text hold.
 */
export function sideBySide<Arrays extends { readonly [name: string]: NumberArray }>(arrays: Arrays): Arrays {
  // The widest first: each then begins at a multiple of its numbers' size.
  const widestFirst = Object.entries(arrays).sort(([, a], [, b]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT);
  const buffer = new ArrayBuffer(widestFirst.reduce((bytes, [, { byteLength }]) => bytes + byteLength, 0));
  let offset = 0;
  const views = widestFirst.map(([name, array]): [string, NumberArray] => {
    const view = viewOf(array, buffer, offset);
    view.set(array);
    offset += array.byteLength;
    return [name, view];
  });
  return Object.fromEntries(views) as Arrays;
}

function viewOf(like: NumberArray, buffer: ArrayBuffer, offset: number): NumberArray {
  const Kind = like.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => NumberArray;
  return new Kind(buffer, offset, like.length);
}
