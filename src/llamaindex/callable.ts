type Call = (...parameters: never[]) => unknown;

/**
 * Base of classes whose instances are functions, as LlamaIndex's `TransformComponent`s are: `transform(nodes)`.
 * The subclass's fields, private ones too, land on the function.
 */
export const Callable = class {
  constructor(call: Call) {
    // biome-ignore lint/correctness/noConstructorReturn: what makes the instance a function.
    return Object.setPrototypeOf(call, new.target.prototype) as object;
  }
} as unknown as new <Signature extends Call>(
  call: Signature,
) => Signature;
