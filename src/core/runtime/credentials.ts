/** The `authorization` header of a user and a password (RFC 7617). */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

/** Secrets in each form in which a server may repeat them, the longest first. */
export function secretForms(secrets: readonly string[]): string[] {
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret, "utf8").toString("base64")])
    .sort((a, b) => b.length - a.length);
}
