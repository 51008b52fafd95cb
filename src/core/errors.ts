/** Base of every error the library throws. `cause` holds the underlying error, if there was one. */
export class SieveError extends Error {
  /** The same symbol in every copy of the package. */
  static readonly mark: symbol = Symbol.for("contextsieve.SieveError");
  override name = "SieveError";

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    for (let type = new.target as { mark?: symbol } | null; type?.mark; type = Object.getPrototypeOf(type)) {
      Object.defineProperty(this, type.mark, { value: true });
    }
  }

  /**
   * True for an error of this class, also if another copy of the package in the process threw it, for which
   * `instanceof` is false.
   *
   * @example
   * if (BudgetError.isInstance(error)) console.log(error.requiredTokens);
   */
  static isInstance<Instance extends SieveError>(
    this: (abstract new (...parameters: never[]) => Instance) & { readonly mark: symbol },
    error: unknown,
  ): error is Instance {
    // biome-ignore lint/complexity/noThisInStatic: `this` is the subclass that is asked.
    return typeof error === "object" && error !== null && this.mark in error;
  }
}

/** An option or input that cannot be used: the message names the option, what was expected and what came. */
export class InvalidOptionError extends SieveError {
  static override readonly mark: symbol = Symbol.for("contextsieve.InvalidOptionError");
  override name = "InvalidOptionError";
}

/** A model folder, checkpoint or runtime that cannot be loaded: missing, truncated or altered. */
export class ModelLoadError extends SieveError {
  static override readonly mark: symbol = Symbol.for("contextsieve.ModelLoadError");
  override name = "ModelLoadError";
}

/** The inference backend failed while running: a dead worker, a server's error, a full queue. */
export class BackendError extends SieveError {
  static override readonly mark: symbol = Symbol.for("contextsieve.BackendError");
  override name = "BackendError";
}

/** What the caller pinned or forced does not fit under the ceiling. */
export class BudgetError extends SieveError {
  static override readonly mark: symbol = Symbol.for("contextsieve.BudgetError");
  override name = "BudgetError";
  /** Tokens that the pinned and forced parts take alone. */
  readonly requiredTokens: number;
  readonly maxTokens: number;

  constructor(requiredTokens: number, maxTokens: number) {
    super(
      `Expected the pinned and forced text to fit \`maxTokens\` = ${maxTokens}, got ${requiredTokens} tokens: ${requiredTokens - maxTokens} too many.`,
    );
    this.requiredTokens = requiredTokens;
    this.maxTokens = maxTokens;
  }
}
