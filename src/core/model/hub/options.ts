import { homedir } from "node:os";
import { join } from "node:path";
import { InvalidOptionError, ModelLoadError } from "../../errors.js";
import { takeCredentials } from "../../runtime/credentials.js";

/** Where checkpoints come from. All optional; what is absent comes from the environment, as for Python's Hub client. */
export interface HubOptions {
  /** Branch, tag or commit. A branch is looked up once and then stays at the commit it had. @default "main" */
  revision?: string | undefined;
  /** Folder of downloaded checkpoints, laid out as the Hub's Python client does. @default HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub */
  cacheDir?: string | undefined;
  /** Never ask the network. @default HF_HUB_OFFLINE */
  localFilesOnly?: boolean | undefined;
  /** Address of the Hub or of a mirror with its paths. @default HF_ENDPOINT, or https://huggingface.co */
  remoteHost?: string | undefined;
  /** Access token for private and gated checkpoints. @default HF_TOKEN */
  token?: string | undefined;
  /** Form of the weights to fetch. @default the manifest's, or fp32 if there is no manifest */
  dtype?: string | undefined;
  /** Also fetch the form for GPUs, if a manifest has one and no `dtype` is given. @default false */
  forGpu?: boolean | undefined;
  /** Stops the download with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Told of every piece that arrives. */
  onProgress?: ((progress: HubProgress) => void) | undefined;
}

/** How far a file has come. */
export interface HubProgress {
  file: string;
  receivedBytes: number;
  /** Absent if the server does not say. */
  totalBytes?: number;
}

/** Options with every default filled in. */
export interface ResolvedHubOptions {
  revision: string;
  cacheDir: string;
  localFilesOnly: boolean;
  remoteHost: string;
  token: string | undefined;
  /** Header that the host, and nobody else, is sent: by the user and password of its address, else by the token. */
  authorization: string | undefined;
  dtype: string | undefined;
  forGpu: boolean;
  signal: AbortSignal | undefined;
  onProgress: ((progress: HubProgress) => void) | undefined;
}

/**
 * Fills in the defaults from the environment.
 *
 * @throws InvalidOptionError If no request can be made with the address or the token, neither of which is shown.
 */
export function resolveHubOptions(
  options: HubOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedHubOptions {
  const host = splitCredentials(options.remoteHost ?? (environment.HF_ENDPOINT || "https://huggingface.co"));
  const token = checkToken((options.token ?? environment.HF_TOKEN)?.trim() || undefined);
  return {
    revision: options.revision ?? "main",
    cacheDir: options.cacheDir ?? (environment.HF_HUB_CACHE || join(cacheHome(environment), "hub")),
    localFilesOnly: options.localFilesOnly ?? /^(1|true|yes|on)$/i.test(environment.HF_HUB_OFFLINE ?? ""),
    remoteHost: host.address,
    token,
    authorization: host.authorization ?? (token === undefined ? undefined : `Bearer ${token}`),
    dtype: options.dtype,
    forGpu: options.forGpu ?? false,
    signal: options.signal,
    onProgress: options.onProgress,
  };
}

/** A user without an entry of their own, as in containers, has no home folder: it is asked for only if nothing else says. */
function cacheHome(environment: Readonly<Record<string, string | undefined>>): string {
  if (environment.HF_HOME) return environment.HF_HOME;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, "huggingface");
  try {
    return join(homedir(), ".cache", "huggingface");
  } catch (cause) {
    throw new ModelLoadError(
      "Expected a home folder to keep downloaded models in, got none: give `cacheDir`, or set HF_HUB_CACHE.",
      { cause },
    );
  }
}

/** The address as it may be shown, and the header that says what its user and password said. */
function splitCredentials(host: string): { address: string; authorization?: string } {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  // What was given is not repeated: it may hold a password.
  if (!url || !["http:", "https:"].includes(url.protocol) || url.search !== "") {
    throw new InvalidOptionError(
      "Expected `remoteHost` to be an http or https address without a query, got something else.",
    );
  }
  const { authorization } = takeCredentials(url);
  return { address: url.href.replace(/\/+$/, ""), ...(authorization === undefined ? {} : { authorization }) };
}

/** A line break inside of a token would come back in fetch's own error, token and all. */
function checkToken(token: string | undefined): string | undefined {
  if (token === undefined || /^[\x21-\x7e]+$/u.test(token)) return token;
  throw new InvalidOptionError(
    "Expected `token` or HF_TOKEN to be of letters, digits and signs, got a value that is not.",
  );
}
