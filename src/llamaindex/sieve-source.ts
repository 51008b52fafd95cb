import { createHash } from "node:crypto";
import { type CompressOptions, createSieve, type Sieve, type SieveOptions } from "../core/index.js";

/** Where an adapter's sieve comes from: one that stands already, or the options to make one on first use. */
export type SieveSource =
  | (SieveOptions & { sieve?: never })
  | ({ sieve: Sieve } & { [Name in keyof SieveOptions]?: never });

/** How an adapter compresses: all of `compress` but what the framework hands over with each call. */
export type CompressSettings = Omit<CompressOptions, "documents" | "query">;

/** A sieve that is opened on first use, and what of the options was not about it. */
export interface SieveHandle {
  settings: CompressSettings;
  /** Equal for equal options, in every process. */
  id: string;
  /** @throws InvalidOptionError, ModelLoadError */
  open(): Promise<Sieve>;
  /** Gives up the sieve if it was opened here; the caller's own is left alone. */
  dispose(): Promise<void>;
}

const SOURCE_OPTIONS = {
  model: true,
  device: true,
  dtype: true,
  threads: true,
  cache: true,
  backend: true,
} satisfies Record<keyof SieveOptions, true>;

/** Sorts the options: those that make a sieve, and the settings of its calls. */
export function sieveHandle(options: SieveSource & Partial<CompressSettings>): SieveHandle {
  const { sieve, ...rest } = options;
  const entries = Object.entries(rest).filter(([, value]) => value !== undefined);
  const source = Object.fromEntries(entries.filter(([name]) => name in SOURCE_OPTIONS)) as SieveOptions;
  const settings = Object.fromEntries(entries.filter(([name]) => !(name in SOURCE_OPTIONS)));
  let opened: Promise<Sieve> | undefined;
  return {
    settings,
    id: idOf(sieve, source),
    open() {
      if (sieve) return Promise.resolve(sieve);
      opened ??= createSieve(source).catch((error: unknown) => {
        opened = undefined; // a model that is put in its place later is found then
        throw error;
      });
      return opened;
    },
    async dispose() {
      const own = opened;
      opened = undefined;
      await (await own?.catch(() => undefined))?.dispose();
    },
  };
}

/** Functions count by their source, a cache by being there: neither survives into another process. */
function idOf(sieve: Sieve | undefined, source: SieveOptions): string {
  const { model = "", device = "cpu", dtype = "", cache, backend } = source;
  const facts = sieve ? [sieve.info.fingerprint] : [model, device, dtype, cache !== false, String(backend)];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 16);
}
