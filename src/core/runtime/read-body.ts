/** What was read of an answer. */
export interface ReadBody {
  bytes: Uint8Array<ArrayBuffer>;
  /** False if there was more: it was not read. */
  isWhole: boolean;
}

/** Reads an answer's body, of at most so many bytes: a server may send one without an end. */
export async function readBody({ body }: Pick<Response, "body">, mostBytes: number): Promise<ReadBody> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isWhole = true;
  // Leaving the loop ends the connection.
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    const room = mostBytes - length;
    if (part.length > room) isWhole = false;
    const taken = isWhole ? part : part.subarray(0, room);
    parts.push(taken);
    length += taken.length;
    if (!isWhole) break;
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return { bytes, isWhole };
}
