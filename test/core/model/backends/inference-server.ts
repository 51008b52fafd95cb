import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** An input as a server of the Open Inference Protocol v2 reads it. */
export interface InputTensor {
  shape: number[];
  data: BigInt64Array<ArrayBuffer>;
}

export interface OutputTensor {
  shape: number[];
  data: Float32Array;
}

/** Computes outputs by name. Throws where the inputs cannot be run: the server answers 400. */
export type Infer = (inputs: Record<string, InputTensor>) => Promise<Record<string, OutputTensor>>;

export interface InferenceRequest {
  path: string;
  headers: IncomingHttpHeaders;
  format: "binary" | "json";
}

/** What goes out in place of an inference. */
export interface OtherReply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** The connection is cut without an answer. */
  cut?: boolean;
  /** No answer ever comes. */
  silent?: boolean;
  /** The body goes on for ever: megabytes at once, or a byte now and then. */
  endless?: "flood" | "drip";
}

export interface InferenceServer {
  url: string;
  requests: InferenceRequest[];
  /** Paths of what was asked besides inferences. */
  questions: string[];
  /** What is said of the model; undefined for 404. Triton's configuration of it, likewise. */
  metadata: object | undefined;
  config: object | undefined;
  /** Version of the model that answers say. @default none */
  version: string | undefined;
  /** Bodies without an end that the client has hung up on. */
  closed: number;
  /** Asked before each inference: an answer that is not one, or undefined to go on. */
  intercept: (request: InferenceRequest, index: number) => OtherReply | undefined;
  close(): Promise<void>;
}

export interface InferenceServerOptions {
  infer: Infer;
  /** Reads and writes the binary tensor data extension. @default true */
  binary?: boolean;
  /** Element type of the outputs. @default "FP32" */
  datatype?: "FP32" | "FP64";
}

/** Metadata that goes with any model that reads word shapes: no side is fixed. */
export const ANY_METADATA = {
  name: "test",
  inputs: ["input_ids", "attention_mask", "token_type_ids"].map((name) => ({
    name,
    datatype: "INT64",
    shape: [-1, -1],
  })),
  outputs: ["logits", "last_hidden_state"].map((name) => ({ name, datatype: "FP32", shape: [-1, -1, -1] })),
};

const HEADER_LENGTH = "inference-header-content-length";

interface WireTensor {
  name: string;
  shape: number[];
  datatype: string;
  data?: number[];
  parameters?: { binary_data_size?: number; binary_data?: boolean };
}

/** A real server on the loopback interface that speaks the protocol's inference call. */
export async function inferenceServer(options: InferenceServerOptions): Promise<InferenceServer> {
  const { infer, binary = true, datatype = "FP32" } = options;
  const requests: InferenceRequest[] = [];
  const questions: string[] = [];
  const server = createServer(async (incoming, outgoing) => {
    if (incoming.method === "GET") {
      questions.push(incoming.url ?? "");
      const answer = incoming.url?.endsWith("/config") ? running.config : running.metadata;
      outgoing.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
      return void outgoing.end(JSON.stringify(answer ?? { error: "unknown" }));
    }
    const body = await readBody(incoming);
    const headerLength = incoming.headers[HEADER_LENGTH];
    const format = headerLength === undefined ? "json" : "binary";
    const request = { path: incoming.url ?? "", headers: incoming.headers, format } as const;
    requests.push(request);
    const other = running.intercept(request, requests.length - 1);
    if (other?.cut) return void incoming.socket.destroy();
    if (other?.silent) return;
    if (other?.endless) {
      outgoing.writeHead(other.status);
      const isFlood = other.endless === "flood";
      const more = setInterval(() => outgoing.write(Buffer.alloc(isFlood ? 1 << 20 : 1, "x")), isFlood ? 1 : 20);
      return void outgoing.on("close", () => {
        clearInterval(more);
        running.closed += 1;
      });
    }
    const send = (status: number, headers: Record<string, string>, content: string | Buffer) => {
      outgoing.writeHead(status, headers);
      outgoing.end(content);
    };
    if (other) return send(other.status, other.headers ?? {}, other.body ?? "");
    const json = { "content-type": "application/json" };
    if (format === "binary" && !binary) return send(400, json, '{"error":"failed to parse the request JSON"}');
    try {
      const { inputs, wantsBytes } = readRequest(body, headerLength === undefined ? body.length : Number(headerLength));
      const outputs = await infer(inputs);
      const { header, blocks } = writeReply(outputs, datatype, binary && wantsBytes);
      const text = Buffer.from(JSON.stringify({ model_name: "test", model_version: running.version, outputs: header }));
      if (blocks.length === 0) return send(200, json, text);
      send(200, { [HEADER_LENGTH]: String(text.length) }, Buffer.concat([text, ...blocks]));
    } catch (error) {
      send(400, json, JSON.stringify({ error: String(error) }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const running: InferenceServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    questions,
    metadata: ANY_METADATA,
    config: undefined,
    version: undefined,
    closed: 0,
    intercept: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return running;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function readRequest(body: Buffer, headerLength: number) {
  const header = JSON.parse(body.subarray(0, headerLength).toString()) as {
    inputs: WireTensor[];
    outputs: WireTensor[];
  };
  const inputs: Record<string, InputTensor> = {};
  let offset = headerLength;
  for (const { name, shape, datatype, data, parameters } of header.inputs) {
    const size = parameters?.binary_data_size;
    const values = data
      ? BigInt64Array.from(data, BigInt)
      : new BigInt64Array(Uint8Array.from(body.subarray(offset, offset + (size ?? 0))).buffer);
    offset += size ?? 0;
    if (datatype !== "INT64") throw new Error(`input ${name} is ${datatype}`);
    if (values.length !== shape.reduce((product, side) => product * side, 1)) throw new Error(`input ${name} is short`);
    inputs[name] = { shape, data: values };
  }
  if (offset !== body.length) throw new Error(`${body.length - offset} bytes too many`);
  return { inputs, wantsBytes: header.outputs.every(({ parameters }) => parameters?.binary_data === true) };
}

function writeReply(outputs: Record<string, OutputTensor>, datatype: "FP32" | "FP64", asBytes: boolean) {
  const blocks: Buffer[] = [];
  const header = Object.entries(outputs).map(([name, { shape, data }]): WireTensor => {
    if (!asBytes) return { name, shape, datatype, data: [...data] };
    const block = Buffer.from((datatype === "FP64" ? Float64Array.from(data) : data.slice()).buffer as ArrayBuffer);
    blocks.push(block);
    return { name, shape, datatype, parameters: { binary_data_size: block.length } };
  });
  return { header, blocks };
}
