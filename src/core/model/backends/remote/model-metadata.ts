import { BackendError } from "../../../errors.js";
import type { LoadedModel } from "../../load/manifest.js";
import { HttpError, type Sender } from "./remote-sender.js";

/** The server has another model than the one that is asked for: waiting mends nothing. */
export class OtherModelError extends BackendError {}

/** What a server says of its model. */
export interface ModelMetadata {
  /** The version that answers, where the server has one only. */
  version: string | undefined;
}

/**
 * Where a server's model has this parameter in its configuration, it is the fingerprint of the model folder that it was
 * made from.
 */
export const FINGERPRINT_PARAMETER = "contextsieve_fingerprint";

const MOST_BYTES = 1_048_576;
/** A side that is not fixed. */
const ANY = -1;

const INTEGERS = ["INT64"];
const FLOATS = ["FP16", "FP32", "FP64"];

/** Undefined for a side that may not be fixed. */
type Shape = readonly (number | undefined)[];

/**
 * Compares what a server says of its model with the model that it stands for: names, types and shapes of what goes in and
 * comes out, the version, and the fingerprint where the server knows one.
 *
 * @param version The version that is asked for; undefined for the server's choice.
 * @throws OtherModelError If it is another model. BackendError if the server does not answer.
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export async function checkMetadata(
  sender: Sender,
  model: LoadedModel,
  version?: string,
  signal?: AbortSignal,
): Promise<ModelMetadata> {
  const metadata = await readJson(sender, "", signal);
  const { tokenTypes, outputs } = model.manifest;
  const inputs = ["input_ids", "attention_mask", ...(tokenTypes === "none" ? [] : ["token_type_ids"])];
  for (const name of inputs) checkTensor("inputs", metadata.inputs, name, [undefined, undefined], INTEGERS);
  const expected: [name: string, width: number][] = [[outputs.logits, outputs.labels.length]];
  if (outputs.hidden !== undefined && outputs.dimension) expected.push([outputs.hidden, outputs.dimension]);
  for (const [name, width] of expected) {
    checkTensor("outputs", metadata.outputs, name, [undefined, undefined, width], FLOATS);
  }
  const versions = Array.isArray(metadata.versions) ? metadata.versions.map(String) : [];
  if (version !== undefined && versions.length > 0 && !versions.includes(version)) {
    throw new OtherModelError(`Expected version ${version} of the model on the server, got ${versions.join(", ")}.`);
  }
  await checkFingerprint(sender, model, signal);
  return { version: version ?? (versions.length === 1 ? versions[0] : undefined) };
}

/** Triton tells a model's configuration; other servers need not. */
async function checkFingerprint(sender: Sender, { fingerprint }: LoadedModel, signal?: AbortSignal): Promise<void> {
  let config: Record<string, unknown>;
  try {
    config = await readJson(sender, "/config", signal);
  } catch (error) {
    if (error instanceof HttpError || error instanceof OtherModelError) return;
    throw error;
  }
  const { parameters } = config as { parameters?: Record<string, { string_value?: unknown } | undefined> };
  const own = parameters?.[FINGERPRINT_PARAMETER]?.string_value;
  if (own === undefined || own === fingerprint) return;
  throw new OtherModelError(`Expected the model ${fingerprint} on the server, got ${String(own)}.`);
}

function checkTensor(kind: string, tensors: unknown, name: string, shape: Shape, datatypes: readonly string[]): void {
  const known = Array.isArray(tensors) ? (tensors as { name?: unknown; datatype?: unknown; shape?: unknown }[]) : [];
  const tensor = known.find((candidate) => candidate?.name === name);
  if (!tensor) {
    const names = known.map((candidate) => candidate?.name).join(", ");
    throw new OtherModelError(`Expected the server's ${kind} to hold \`${name}\`, got ${names || "none"}.`);
  }
  const sides = Array.isArray(tensor.shape) ? tensor.shape.map(Number) : [];
  const isLike =
    sides.length === shape.length && shape.every((side, at) => sides[at] === ANY || (sides[at] ?? ANY) === side);
  if (isLike && datatypes.includes(String(tensor.datatype))) return;
  const expected = `${datatypes.join(" or ")} of ${shape.map((side) => side ?? ANY).join(" x ")}`;
  throw new OtherModelError(
    `Expected the server's \`${name}\` to be ${expected}, got ${String(tensor.datatype)} of ${sides.join(" x ")}.`,
  );
}

async function readJson(sender: Sender, path: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const { body } = await sender.send({ path, headers: {}, mostReplyBytes: MOST_BYTES }, signal);
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    if (typeof parsed === "object" && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // As what is JSON and no object.
  }
  throw new OtherModelError(
    `Expected the server to describe the model in JSON, got ${body.length} bytes of something else.`,
  );
}
