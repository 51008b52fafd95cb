import { BackendError, ModelLoadError } from "../../../errors.js";
import type { EncoderBatch, EncoderOutput } from "../backend.js";
import type { OnnxWorkerReply, SessionData } from "./onnx-protocol.js";
import type { SessionHost } from "./session-host.js";

/** A session in its host, for as long as that lives. */
export interface OnnxSession {
  /** Why it will never answer again; undefined while it may. */
  readonly failure: BackendError | undefined;
  run(batch: EncoderBatch): Promise<EncoderOutput>;
  dispose(): Promise<void>;
}

interface Pending {
  resolve(output: EncoderOutput): void;
  reject(error: BackendError): void;
}

/**
 * Opens a session in a host of its own.
 *
 * @param starting The host; it is ended if the session does not open.
 * @param meanwhile Called while the host opens the session, which takes it a good while.
 * @throws ModelLoadError If the host cannot be started, the runtime is half installed, the device is absent, or
 * the file is no model.
 */
export async function openSession(
  starting: Promise<SessionHost>,
  data: SessionData,
  meanwhile?: () => void,
): Promise<OnnxSession> {
  const host = await started(starting);
  const opened = ready(host, data);
  meanwhile?.();
  await opened;

  const pending = new Map<number, Pending>();
  let nextId = 0;
  let failure: BackendError | undefined;
  const fail = (error: BackendError) => {
    failure = error;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
    host.hold(false);
  };
  host.onReply((reply) => {
    if (reply.kind !== "output" && reply.kind !== "error") return;
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    // An idle host does not keep the process alive; a running call does.
    if (pending.size === 0) host.hold(false);
    if (reply.kind === "output") call?.resolve(reply.output);
    else call?.reject(new BackendError(`The encoder failed: ${reply.message}`));
  });
  host.onEnd((cause) => {
    if (!failure) fail(new BackendError(`The encoder's thread died: ${cause.message}.`, { cause }));
  });
  host.hold(false);

  return {
    get failure() {
      return failure;
    },
    run(batch) {
      if (failure) return Promise.reject(failure);
      return new Promise<EncoderOutput>((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        host.hold(true);
        const transfer = [batch.inputIds.buffer, batch.lengths.buffer];
        if (batch.tokenTypeIds) transfer.push(batch.tokenTypeIds.buffer);
        if (batch.spans) transfer.push(batch.spans.buffer);
        host.post({ kind: "run", id, batch }, transfer as ArrayBuffer[]);
      });
    },
    async dispose() {
      fail(new BackendError("The encoder was disposed of."));
      await host.end();
    },
  };
}

async function started(starting: Promise<SessionHost>): Promise<SessionHost> {
  try {
    return await starting;
  } catch (cause) {
    throw new ModelLoadError(`Expected a thread for the encoder to start, got: ${String(cause)}.`, { cause });
  }
}

async function ready(host: SessionHost, data: SessionData): Promise<void> {
  const reply = await new Promise<OnnxWorkerReply | Error>((resolve) => {
    host.onReply(resolve);
    host.onEnd(resolve);
    host.post({ kind: "open", data }, []);
  });
  if (reply instanceof Error) {
    await host.end();
    throw new ModelLoadError(`Expected a thread for the encoder to start, got: ${reply.message}.`, { cause: reply });
  }
  if (reply.kind === "ready") return;
  await host.end();
  const message = reply.kind === "failed" ? reply.message : "no answer";
  if (reply.kind === "failed" && reply.stage === "runtime") {
    throw new ModelLoadError(
      `Expected onnxruntime-node to be installed with its native library, got: ${message}. Install again with \`npm install --onnxruntime-node-install=skip\` (no download outside npm); where a build copies what it traces, as Next.js does, have it copy onnxruntime-node/bin too (docs/deploy.md).`,
    );
  }
  throw new ModelLoadError(
    `Expected ${data.modelPath} to load on device \`${data.executionProvider}\`, got: ${message}.`,
  );
}
