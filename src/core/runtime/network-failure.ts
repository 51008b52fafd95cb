/** Codes of failures that asking again does not mend: no such host, a certificate that is not trusted, no TLS there. */
const LASTING = /^(?:ENOTFOUND|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/u;

/** Whether a request failed for a reason that will be the same the next time. */
export function isLastingFailure(error: unknown): boolean {
  const { cause, code = (cause as { code?: unknown } | undefined)?.code } = (error ?? {}) as {
    code?: unknown;
    cause?: unknown;
  };
  return typeof code === "string" && LASTING.test(code);
}
