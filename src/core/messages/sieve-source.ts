import { checkSieveOptions, type SieveOptions } from "../options.js";
import { createSieve, type Sieve } from "../sieve.js";

/** Where an adapter takes its sieve from: one that is given, or the options of one that is made when first needed. */
export type SieveSource =
  | (SieveOptions & { sieve?: undefined })
  | ({ sieve: Sieve } & { [Option in keyof SieveOptions]?: undefined });

/** A record, so that an option that is new in `SieveOptions` cannot be forgotten here. */
const OPTIONS: Record<keyof SieveOptions, true> = {
  model: true,
  device: true,
  dtype: true,
  threads: true,
  cache: true,
  method: true,
  revision: true,
  cacheDir: true,
  localFilesOnly: true,
  remoteHost: true,
  backend: true,
};
const OPTION_NAMES = Object.keys(OPTIONS) as (keyof SieveOptions)[];

/** Sieves made for adapters, by their options. They last as long as the process: their threads do not hold it up. */
const sieves: { options: SieveOptions; sieve: Promise<Sieve> }[] = [];

/**
 * Takes the sieve's own options out of an adapter's. Adapters with the same options share one sieve, which is
 * made when it is first asked for.
 *
 * @throws InvalidOptionError
 */
export function takeSieve<Options extends SieveSource>(
  options: Options,
): { openSieve: () => Promise<Sieve>; rest: Omit<Options, keyof SieveOptions | "sieve"> } {
  const { sieve, ...others } = options;
  const isOwn = ([name]: [string, unknown]) => Object.hasOwn(OPTIONS, name);
  const entries = Object.entries(others);
  const rest = Object.fromEntries(entries.filter((entry) => !isOwn(entry))) as Omit<
    Options,
    keyof SieveOptions | "sieve"
  >;
  if (sieve) return { openSieve: async () => sieve, rest };
  const given = entries.filter((entry) => isOwn(entry) && entry[1] !== undefined);
  const sieveOptions = checkSieveOptions(Object.fromEntries(given));
  return { openSieve: () => sharedSieve(sieveOptions), rest };
}

async function sharedSieve(options: SieveOptions): Promise<Sieve> {
  const known = sieves.find((entry) => OPTION_NAMES.every((name) => entry.options[name] === options[name]));
  if (known) return known.sieve;
  const entry = { options, sieve: createSieve(options) };
  sieves.push(entry);
  // A sieve that could not be made is asked for again.
  entry.sieve.catch(() => sieves.splice(sieves.indexOf(entry), 1));
  return entry.sieve;
}
