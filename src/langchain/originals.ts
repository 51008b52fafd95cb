import { createHash } from "node:crypto";
import { type BaseStore, InMemoryStore } from "@langchain/core/stores";
import { originalId } from "../agents/tools/shelf.js";
import { expect, expectKnown, isInteger } from "../core/index.js";

export interface OriginalsOptions {
  /** Where originals are kept, as UTF-8. @default in this process, for the last 1,000 threads */
  store?: BaseStore<string, Uint8Array> | undefined;
  /** Most originals of a thread, at least 1; the oldest go first. @default 50 */
  maxPerThread?: number | undefined;
}

/** Texts as they were before they were cut, by shelf and id. */
export interface Originals {
  keep(shelf: string, text: string): Promise<void>;
  read(shelf: string, id: string): Promise<string | undefined>;
}

const MOST_THREADS = 1000;

/** Keeps originals in a store. A shelf's ids are kept beside them, the oldest first. @throws InvalidOptionError */
export function createOriginals(options: OriginalsOptions = {}): Originals {
  expect(typeof options === "object" && options !== null, "originals", "an object", options);
  expectKnown(options, ["store", "maxPerThread"]);
  const { store, maxPerThread = 50 } = options;
  expect(isInteger(maxPerThread, 1), "originals.maxPerThread", "an integer of at least 1", maxPerThread);
  const isStore = store === undefined || typeof store?.mget === "function";
  expect(isStore, "originals.store", "a BaseStore of bytes", store);
  const bytes = store ?? new InMemoryStore<Uint8Array>();
  const shelves = new Map<string, Promise<unknown>>();

  const listIds = async (prefix: string): Promise<string[]> => {
    const [list] = await bytes.mget([prefix]);
    return list ? new TextDecoder().decode(list).split(" ") : [];
  };
  const add = async (prefix: string, id: string, text: string) => {
    const ids = [...(await listIds(prefix)).filter((known) => known !== id), id];
    const gone = ids.splice(0, ids.length - maxPerThread);
    const encoder = new TextEncoder();
    await bytes.mset([
      [`${prefix}-${id}`, encoder.encode(text)],
      [prefix, encoder.encode(ids.join(" "))],
    ]);
    if (gone.length > 0) await bytes.mdelete(gone.map((known) => `${prefix}-${known}`));
  };
  const forget = async (prefix: string) => {
    const ids = await listIds(prefix);
    await bytes.mdelete([prefix, ...ids.map((id) => `${prefix}-${id}`)]);
  };

  return {
    async keep(shelf, text) {
      const prefix = prefixOf(shelf);
      const id = originalId(text);
      // Parallel tool calls of a thread write its list one after another.
      const turn = (shelves.get(prefix) ?? Promise.resolve()).catch(() => {}).then(() => add(prefix, id, text));
      shelves.delete(prefix);
      shelves.set(prefix, turn);
      await turn;
      for (const oldest of shelves.keys()) {
        if (shelves.size <= MOST_THREADS) break;
        shelves.delete(oldest);
        if (store === undefined) await forget(oldest);
      }
    },
    async read(shelf, id) {
      const [text] = await bytes.mget([`${prefixOf(shelf)}-${id}`]);
      return text && new TextDecoder().decode(text);
    },
  };
}

/** Shelves are named by the caller's ids: hashed, they fit every store's alphabet of keys. */
function prefixOf(shelf: string): string {
  return `contextsieve-originals-${createHash("sha256").update(shelf).digest("hex").slice(0, 16)}`;
}
