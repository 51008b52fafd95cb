import { expect, it } from "vitest";
import { isLastingFailure } from "../../../src/core/runtime/network-failure.js";

const withCode = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(), { code }) });

it("tells failures that last (no such host, a bad certificate, a server without TLS) from those that pass", () => {
  const certificates = ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"];
  const lasting = ["ENOTFOUND", ...certificates, "ERR_SSL_WRONG_VERSION_NUMBER"];
  const passing = ["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ETIMEDOUT", "UND_ERR_SOCKET"];
  expect([...lasting, ...passing].filter((code) => isLastingFailure(withCode(code)))).toEqual(lasting);
  expect([undefined, null, "ENOTFOUND", new Error("x")].some(isLastingFailure)).toBe(false);
});
