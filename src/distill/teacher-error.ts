import { BackendError } from "../core/errors.js";

export interface TeacherErrorOptions extends ErrorOptions {
  /** Whether asking again may help: a full server, a lost connection, a blank answer. @default false */
  retryable?: boolean;
  /** Whether every other request will fail the same way: a wrong key, model or address. @default false */
  fatal?: boolean;
  /** The server's HTTP status, where there was one. */
  status?: number;
  /** How long the server asked to be left alone, in milliseconds. */
  retryAfterMs?: number;
}

/** A teacher that did not answer, or not usably. Messages hold no credentials. */
export class TeacherError extends BackendError {
  static override readonly mark: symbol = Symbol.for("contextsieve.TeacherError");
  override name = "TeacherError";
  readonly retryable: boolean;
  readonly fatal: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;

  constructor(message: string, options: TeacherErrorOptions = {}) {
    const { retryable = false, fatal = false, status, retryAfterMs, ...rest } = options;
    super(message, rest);
    this.retryable = retryable;
    this.fatal = fatal;
    if (status !== undefined) this.status = status;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}
