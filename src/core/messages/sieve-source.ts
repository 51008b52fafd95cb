import { checkSieveOptions, type SieveOptions } from "../options.js";
import { createSieve, type Sieve } from "../sieve.js";

/** Where an adapter takes its sieve from: one that is given, or the options of one that is made when first needed. */
export type SieveSource =
  | (SieveOptions & { sieve?: undefined })
  | ({ sieve: Sieve } & { [Option in keyof SieveOptions]?: undefined });

const OPTIONS = ["model", "device", "dtype", "threads", "cache", "backend"] as const satisfies (keyof SieveOptions)[];

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
  const { sieve, model, device, dtype, threads, cache, backend, ...rest } = options;
  if (sieve) return { openSieve: async () => sieve, rest };
  const given = { model, device, dtype, threads, cache, backend };
  const sieveOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  checkSieveOptions(sieveOptions);
  return { openSieve: () => sharedSieve(sieveOptions), rest };
}

async function sharedSieve(options: SieveOptions): Promise<Sieve> {
  const known = sieves.find((entry) => OPTIONS.every((name) => entry.options[name] === options[name]));
  if (known) return known.sieve;
  const entry = { options, sieve: createSieve(options) };
  sieves.push(entry);
  // A sieve that could not be made is asked for again.
  entry.sieve.catch(() => sieves.splice(sieves.indexOf(entry), 1));
  return entry.sieve;
}
