import {
  type AnyMethodOptions,
  checkRequest,
  checkSieveOptions,
  createSieve,
  expect,
  expectKnown,
  type MethodName,
  SIEVE_OPTION_NAMES,
  type Sieve,
  type SieveOptions,
} from "../core/index.js";

/** Options of a sieve that an adapter makes: a `signal` is of one of its calls. */
export type OwnSieveOptions = Omit<SieveOptions, "signal">;
/** Exactly one of the three ways to say how much stays. */
export type OneBudget =
  | { maxTokens: number; rate?: undefined; threshold?: undefined }
  | { rate: number; maxTokens?: undefined; threshold?: undefined }
  | { threshold: number; maxTokens?: undefined; rate?: undefined };

/** Where an adapter takes its sieve from: one that is given, or the options of one that is made when first needed. */
export type SieveSource =
  | (OwnSieveOptions & { sieve?: undefined })
  | ({ sieve: Sieve } & { [Option in keyof OwnSieveOptions]?: undefined });

const DEFAULT_METHOD: MethodName = "contextsieve";
/** Options of `compress` that an adapter has from the framework. */
const PER_CALL = ["documents", "query"] as const;

/** Sieves made for adapters, by their options. They last as long as the process, which their threads do not keep alive. */
const sieves: { options: SieveOptions; sieve: Promise<Sieve> }[] = [];

/**
 * Splits an adapter's options into the sieve's own and the rest. Adapters with the same options share one sieve, which is
 * made when it is first asked for.
 *
 * @throws InvalidOptionError
 */
export function splitSieveOptions<Options extends SieveSource>(
  options: Options,
): { openSieve: () => Promise<Sieve>; rest: Omit<Options, keyof OwnSieveOptions | "sieve">; method: MethodName } {
  expect(typeof options === "object" && options !== null, "options", "an object", options);
  const { sieve, ...others } = options;
  const isOwn = ([name]: [string, unknown]) => (SIEVE_OPTION_NAMES as readonly string[]).includes(name);
  const entries = Object.entries(others);
  const rest = Object.fromEntries(entries.filter((entry) => !isOwn(entry))) as Omit<
    Options,
    keyof OwnSieveOptions | "sieve"
  >;
  if (sieve) {
    expect(typeof sieve.info === "object", "sieve", "a sieve, as `await createSieve()` gives it", sieve);
    return { openSieve: async () => sieve, rest, method: sieve.info.method ?? DEFAULT_METHOD };
  }
  const given = entries.filter((entry) => isOwn(entry) && entry[1] !== undefined);
  const sieveOptions = checkSieveOptions(Object.fromEntries(given));
  return { openSieve: () => sharedSieve(sieveOptions), rest, method: sieveOptions.method ?? DEFAULT_METHOD };
}

/** What opens the sieve of an adapter that has no options of its own. @throws InvalidOptionError */
export function sieveOpener(options: SieveSource): () => Promise<Sieve> {
  const { openSieve, rest } = splitSieveOptions(options);
  expectKnown(rest, ["sieve", ...SIEVE_OPTION_NAMES]);
  return openSieve;
}

/**
 * Checks an adapter's options of `compress` where the adapter is made, long before its first call. Those of a published
 * method are checked by it, when it is called. Documents and the question come with each call: here they would be lost.
 *
 * @throws InvalidOptionError
 */
export function checkCompressSettings(
  settings: Omit<AnyMethodOptions, "documents" | "query">,
  method: MethodName,
): void {
  for (const name of PER_CALL) {
    const value = (settings as AnyMethodOptions)[name];
    expect(value === undefined, name, "given with each call, not as an option", value);
  }
  if (method === DEFAULT_METHOD) checkRequest({ ...settings, documents: ["-"] });
}

async function sharedSieve(options: SieveOptions): Promise<Sieve> {
  const known = sieves.find((entry) => SIEVE_OPTION_NAMES.every((name) => entry.options[name] === options[name]));
  if (known) return known.sieve;
  const entry = { options, sieve: createSieve(options) };
  sieves.push(entry);
  // A sieve that could not be made is made again when it is next asked for.
  entry.sieve.catch(() => sieves.splice(sieves.indexOf(entry), 1));
  return entry.sieve;
}
