/** Base of every error the library throws. `cause` holds what was underneath, where there was something. */
export class SieveError extends Error {
  override name = "SieveError";
}

/** An option or input that cannot be used: the message names the option, what was expected and what came. */
export class InvalidOptionError extends SieveError {
  override name = "InvalidOptionError";
}

/** A model folder, checkpoint or runtime that cannot be loaded: missing, truncated or altered. */
export class ModelLoadError extends SieveError {
  override name = "ModelLoadError";
}

/** The inference backend failed while running: a dead worker, a server's error, a full queue. */
export class BackendError extends SieveError {
  override name = "BackendError";
}

/** What the caller pinned or forced does not fit under the ceiling. */
export class BudgetError extends SieveError {
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
