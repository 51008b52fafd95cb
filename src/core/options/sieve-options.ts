import type { ScoreCache } from "../cache/cache.js";
import type { EncoderBackend } from "../model/backends/backend.js";
import { type Device, REAL_DEVICES } from "../model/devices/device.js";
import type { LoadedModel } from "../model/load/manifest.js";
import { expect, expectKnown, expectSignal, isText } from "./expect.js";

/** Names of the ways in which words are chosen: this package's own coarse-to-fine selection, and published rules. */
export const METHOD_NAMES = ["contextsieve", "llmlingua2"] as const;

/** One of {@link METHOD_NAMES}. */
export type MethodName = (typeof METHOD_NAMES)[number];

/** How a sieve is made. All optional. */
export interface SieveOptions<Name extends MethodName = MethodName> {
  /**
   * Model folder, folder of an ONNX checkpoint, or id on the Hub. `multilingual`: the package contextsieve-multilingual,
   * for all texts. `auto`: the bundled model for English and that package, where it is installed, for what the bundled
   * one does not read; it is loaded when the first such text comes.
   *
   * @default the bundled model
   */
  model?: string | undefined;
  /**
   * Where the model runs. `auto` takes what runs it fastest on this machine, which is found out once and remembered;
   * `sieve.info` says what that is, and why. A device that is named and absent is a ModelLoadError with the reason.
   *
   * @default "cpu"
   */
  device?: Device | undefined;
  /** Form of the weights, by its name in the manifest. @default the manifest's */
  dtype?: string | undefined;
  /** Threads of inference, at least 1. @default the machine's cores, at most 8 */
  threads?: number | undefined;
  /**
   * Sessions on the CPU that share the threads, at most one for each: on two cores two read a fifth to a third more tokens a second
   * than one, where many texts wait. Each takes some 70 MB, and a text that comes alone has the threads of one.
   *
   * @default 1
   */
  sessions?: number | undefined;
  /** Where scores are kept between calls: a cache, or false for none. @default a memory cache of 256 MB, shared by the process */
  cache?: ScoreCache | false | undefined;
  /**
   * How words are chosen: by this package's own coarse-to-fine selection, or by LLMLingua-2's rule as published.
   * @default "contextsieve"
   */
  method?: Name | undefined;
  /** For a model on the Hub: branch, tag or commit. @default "main" */
  revision?: string | undefined;
  /** For a model on the Hub: folder of downloaded checkpoints. @default as the Hub's Python client */
  cacheDir?: string | undefined;
  /** For a model on the Hub: never ask the network. @default HF_HUB_OFFLINE */
  localFilesOnly?: boolean | undefined;
  /** For a model on the Hub: its address, or a mirror's. @default HF_ENDPOINT, or https://huggingface.co */
  remoteHost?: string | undefined;
  /** For a private or gated model on the Hub: an access token. @default HF_TOKEN */
  token?: string | undefined;
  /** Ends the download of a model with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Opens another backend than onnxruntime-node. */
  backend?: ((model: LoadedModel) => EncoderBackend | Promise<EncoderBackend>) | undefined;
}

/** A record, so that an option that is new in `SieveOptions` cannot be forgotten here. */
const NAMES: Record<keyof SieveOptions, true> = {
  model: true,
  device: true,
  dtype: true,
  threads: true,
  sessions: true,
  cache: true,
  backend: true,
  method: true,
  revision: true,
  cacheDir: true,
  localFilesOnly: true,
  remoteHost: true,
  token: true,
  signal: true,
};

/** Names of all options that a sieve is known by: what ends its making is none. */
export const SIEVE_OPTION_NAMES = Object.keys(NAMES).filter(
  (name) => name !== "signal",
) as readonly (keyof SieveOptions)[];

/** The value of `model` that stands for two. */
export const AUTO_MODEL = "auto";

const DEVICES: readonly Device[] = ["auto", ...REAL_DEVICES];

/** @throws InvalidOptionError Naming the option, what was expected, and what came. */
export function checkSieveOptions<Name extends MethodName>(options: SieveOptions<Name>): SieveOptions<Name> {
  expect(typeof options === "object" && options !== null, "options", "an object", options);
  expectKnown(options, Object.keys(NAMES));
  const { model, device, dtype, cache, backend, method, localFilesOnly } = options;
  expect(model === undefined || isText(model), "model", "a model folder", model);
  expect(device === undefined || DEVICES.includes(device), "device", `one of ${DEVICES.join(", ")}`, device);
  expect(dtype === undefined || typeof dtype === "string", "dtype", "a string", dtype);
  for (const name of ["threads", "sessions"] as const) {
    const count = options[name];
    expect(count === undefined || (Number.isInteger(count) && count >= 1), name, "an integer of at least 1", count);
  }
  expect(cache === undefined || cache === false || isCache(cache), "cache", "a ScoreCache or false", cache);
  expectSignal(options.signal);
  expect(backend === undefined || typeof backend === "function", "backend", "a function", backend);
  expect(
    model !== AUTO_MODEL || method === undefined || method === "contextsieve",
    "model",
    `one model for \`method: "${method}"\``,
    model,
  );
  expect(method === undefined || METHOD_NAMES.includes(method), "method", `one of ${METHOD_NAMES.join(", ")}`, method);
  expect(
    localFilesOnly === undefined || typeof localFilesOnly === "boolean",
    "localFilesOnly",
    "a boolean",
    localFilesOnly,
  );
  for (const name of ["revision", "cacheDir", "remoteHost", "token"] as const) {
    const isSecret = name === "token";
    const given = isSecret && options[name] !== undefined ? "[redacted]" : options[name];
    expect(options[name] === undefined || isText(options[name]), name, "a string that is not empty", given);
  }
  return options;
}

function isCache(cache: Partial<ScoreCache> | null): boolean {
  return typeof cache?.get === "function" && typeof cache.set === "function";
}
