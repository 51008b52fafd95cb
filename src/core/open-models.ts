import { ModelLoadError } from "./errors.js";
import type { Encoder } from "./model/encoder.js";
import type { EncoderPair } from "./model/encoder-pair.js";
import { type EncoderLease, type EncoderRequest, leaseEncoder } from "./model/encoder-pool.js";
import { findModel } from "./model/load/find-model.js";
import { findMultilingual } from "./model/load/find-multilingual.js";
import { joinedFingerprint, type LoadedModel, type ModelManifest, readManifest } from "./model/load/manifest.js";
import { checkedBackend } from "./options/backend.js";
import { AUTO_MODEL, type SieveOptions } from "./options/sieve-options.js";

/** The models of a sieve, and its share in them. */
export interface OpenModels {
  pair: EncoderPair;
  names: readonly string[];
  /** Changes with anything that could change a score. */
  fingerprint: string;
  release(): Promise<void>;
}

/**
 * Opens the model that the options name. With `model: "auto"` that is the bundled one, and beside it stands the
 * multilingual one, if it is installed: only its manifest is read before a text needs it.
 *
 * @param meanwhile Called while the first model's session opens in its thread, unless it is open already.
 * @throws InvalidOptionError, ModelLoadError
 */
export async function openModels(options: SieveOptions, meanwhile: (model: LoadedModel) => void): Promise<OpenModels> {
  const { model, device = "cpu", dtype, threads, sessions, backend } = options;
  const isAuto = model === AUTO_MODEL;
  const request = { device, dtype, threads, sessions, backend: backend && checkedBackend(backend) };
  const folder = await findModel(isAuto ? { ...options, model: undefined } : options);
  const lease = await leaseEncoder({ ...request, folder, meanwhile });
  const first = lease.encoder;
  const other = isAuto ? findMultilingual() : undefined;
  if (other === undefined) {
    const { manifest, fingerprint } = first.model;
    return { pair: { first }, names: [manifest.name], fingerprint, release: lease.release };
  }
  return besides(first, lease, { ...request, folder: other }, await readManifest(other));
}

/** Adds a second model, which is opened when it is asked for the first time. */
function besides(
  first: Encoder,
  lease: EncoderLease,
  request: EncoderRequest,
  { name, checksums, ...manifest }: ModelManifest,
): OpenModels {
  let opened: Promise<EncoderLease> | undefined;
  const second = async () => {
    opened ??= leaseEncoder(request).catch((error: unknown) => {
      // Whoever asks next tries again.
      opened = undefined;
      throw error;
    });
    const { encoder } = await opened;
    if (encoder.dimension !== first.dimension) {
      throw new ModelLoadError(
        `Expected vectors of ${first.dimension} from ${name}, as from ${first.model.manifest.name}, got ${encoder.dimension}.`,
      );
    }
    return encoder;
  };
  return {
    pair: { first, second },
    names: [first.model.manifest.name, name],
    fingerprint: joinedFingerprint([first.model.fingerprint, name, checksums, manifest]),
    async release() {
      const other = await opened?.catch(() => undefined);
      await Promise.all([lease.release(), other?.release()]);
    },
  };
}
