const FLOAT = 1;
const SIDE = 4;
const IR_VERSION = 8;
const OPSET = 13;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * The smallest ONNX graph that is work for a device: `y = x W`, with `x` and `y` of 1 x 4 and `W` twice the identity, so
 * that `y` is `2 x`.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function probeGraph(): Buffer {
  const weights = Float32Array.from({ length: SIDE * SIDE }, (_, at) => (at % (SIDE + 1) === 0 ? 2 : 0));
  const node = [text(1, "x"), text(1, "W"), text(2, "y"), text(4, "MatMul")];
  const initializer = [
    number(1, SIDE),
    number(1, SIDE),
    number(2, FLOAT),
    text(8, "W"),
    bytes(9, littleEndian(weights)),
  ];
  const graph = [
    message(1, node),
    text(2, "probe"),
    message(5, initializer),
    message(11, value("x", [1, SIDE])),
    message(12, value("y", [1, SIDE])),
  ];
  return Buffer.concat([number(1, IR_VERSION), message(7, graph), message(8, [number(2, OPSET)])]);
}

/** A ValueInfoProto: a tensor of floats. */
function value(name: string, sides: readonly number[]): Buffer[] {
  const shape = message(
    2,
    sides.map((side) => message(1, [number(1, side)])),
  );
  return [text(1, name), message(2, [message(1, [number(1, FLOAT), shape])])];
}

function littleEndian(values: Float32Array): Buffer {
  const written = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) written.writeFloatLE(value, at * 4);
  return written;
}

/** A field of Protocol Buffers. */
function number(field: number, value: number): Buffer {
  return Buffer.from([field * 8 + VARINT, ...varint(value)]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + LENGTH_DELIMITED, ...varint(content.length)]), content]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
