import { BackendError } from "../../../errors.js";
import type { LoadedModel } from "../../load/manifest.js";
import type { EncoderBatch, EncoderOutput } from "../backend.js";
import { checkMetadata, type ModelMetadata, OtherModelError } from "./model-metadata.js";
import { decodeReply, encodeRequest, type WireFormat } from "./remote-protocol.js";
import { createSender, HttpError, type SenderOptions } from "./remote-sender.js";

/** What one server is asked for. */
export interface ModelServerOptions extends SenderOptions {
  format: "auto" | WireFormat;
  /** The version of the model; undefined for the server's choice. */
  version: string | undefined;
  /** Whether the server is asked for the model's metadata first, and again when it has failed. */
  isChecked: boolean;
}

/** An answer, with what the server says of itself in it. */
export type ServedOutput = EncoderOutput & { version: string | undefined };

/** The model on one server. */
export interface ModelServer {
  /** Runs under way. */
  readonly busy: number;
  /** Compares the server's model with ours. @throws BackendError */
  check(signal?: AbortSignal): Promise<ModelMetadata>;
  /** @throws BackendError */
  run(batch: EncoderBatch, signal?: AbortSignal): Promise<ServedOutput>;
  stop(reason: BackendError): void;
}

/** What a server that does not read the binary extension answers with. */
const REFUSALS = new Set([400, 406, 415, 422]);

/** Speaks to the model on one server, in bytes where it reads them. */
export function modelServer(model: LoadedModel, options: ModelServerOptions): ModelServer {
  const { manifest } = model;
  const sender = createSender(options);
  let { format } = options;
  let busy = 0;
  let known: Promise<ModelMetadata> | undefined;

  const check = async (signal?: AbortSignal): Promise<ModelMetadata> => {
    if (!options.isChecked) return { version: options.version };
    // Whoever comes meanwhile waits for the same answer.
    const own = known ?? checkMetadata(sender, model, options.version, signal);
    known = own;
    own.catch(() => {
      if (known === own) known = undefined;
    });
    return own;
  };

  const ask = async (batch: EncoderBatch, wire: WireFormat, signal?: AbortSignal): Promise<ServedOutput> => {
    const reply = await sender.send(encodeRequest(batch, manifest, wire), signal);
    return decodeReply(reply, batch, manifest);
  };

  const askInBytesOrText = async (batch: EncoderBatch, signal?: AbortSignal): Promise<ServedOutput> => {
    if (format !== "auto") return ask(batch, format, signal);
    try {
      const output = await ask(batch, "binary", signal);
      format = "binary";
      return output;
    } catch (error) {
      if (!(error instanceof HttpError && REFUSALS.has(error.status))) throw error;
      // Either the server does not read bytes, or the batch is bad: then it is refused as JSON, too.
      const output = await ask(batch, "json", signal);
      format = "json";
      return output;
    }
  };

  return {
    get busy() {
      return busy;
    },
    check,
    async run(batch, signal) {
      busy += 1;
      try {
        await check(signal);
        return await askInBytesOrText(batch, signal);
      } catch (error) {
        // It may come back with another model.
        if (isOutage(error)) known = undefined;
        throw error;
      } finally {
        busy -= 1;
      }
    },
    stop: (reason) => sender.stop(reason),
  };
}

/** Whether the server failed, and not the request: another server may do better, or this one later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof BackendError) || error instanceof OtherModelError) return false;
  return !(error instanceof HttpError) || error.status >= 500 || error.status === 429;
}
