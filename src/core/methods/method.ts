import { InvalidOptionError } from "../errors.js";
import type { CompressOptions } from "../options/compress-options.js";
import type { MethodName } from "../options/sieve-options.js";
import type { CompressResult } from "../types.js";
import { LLMLINGUA2_OPTION_NAMES, type Llmlingua2CompressOptions } from "./llmlingua2/options.js";
import type { SequenceEncoder } from "./llmlingua2/types.js";

/** What `compress` takes, by the method of the sieve. */
export interface MethodOptions {
  contextsieve: CompressOptions;
  llmlingua2: Llmlingua2CompressOptions;
}

/** What `compress` takes of a sieve whose method is not known in advance. */
export type AnyMethodOptions = CompressOptions & Partial<Omit<Llmlingua2CompressOptions, keyof CompressOptions>>;

/** Methods of others, as published. */
export type PublishedName = Exclude<MethodName, "contextsieve">;

/** A published way of choosing words. */
export interface Method<Options> {
  /** @throws InvalidOptionError, BudgetError, BackendError, or the signal's reason */
  compress(options: Options, encoder: SequenceEncoder): Promise<CompressResult>;
}

/** Each method's code is imported when it is first asked for. */
const METHODS: { readonly [Name in PublishedName]: () => Promise<Method<MethodOptions[Name]>> } = {
  async llmlingua2() {
    const { checkLlmlingua2Request } = await import("./llmlingua2/request.js");
    const { compressByLlmlingua2 } = await import("./llmlingua2/compress.js");
    return { compress: async (options, encoder) => compressByLlmlingua2(checkLlmlingua2Request(options), encoder) };
  },
};

/** Options of `compress` that a method alone knows. */
const OWN_OPTIONS: { readonly [Name in PublishedName]: readonly string[] } = { llmlingua2: LLMLINGUA2_OPTION_NAMES };

/** Opens a published method. */
export function openMethod<Name extends PublishedName>(name: Name): Promise<Method<MethodOptions[Name]>> {
  return METHODS[name]();
}

/** Refuses options of other methods. @throws InvalidOptionError Naming the option and its method. */
export function checkMethodOptions(method: MethodName, options: object): void {
  for (const [name, value] of Object.entries(options ?? {})) {
    if (value === undefined) continue;
    const owner = Object.entries(OWN_OPTIONS).find(([other, names]) => other !== method && names.includes(name))?.[0];
    if (owner === undefined) continue;
    throw new InvalidOptionError(`Expected \`${name}\` with \`method: "${owner}"\` only, got it without.`);
  }
}
