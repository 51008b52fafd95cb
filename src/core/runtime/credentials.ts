const REDACTED = "[redacted]";
/** A secret below this length is taken out only where it stands by itself, in code units. */
const SHORT_SECRET = 8;
/** A part of a value of several words below this length is no secret by itself, in code units. */
const SHORTEST_PART = 4;
/** How the token behind it is meant; no secret. */
const SCHEME = /^(?:Basic|Bearer|Digest|Token|ApiKey)$/iu;

/** What an address says of who asks. */
export interface AddressCredentials {
  /** The header that says what its user and password said; absent if it had neither. */
  authorization?: string;
  /** What of the address no error may show: its password, and the values of its query. */
  secrets: string[];
}

/** Takes user and password out of an address: fetch refuses them there, and errors would show them. */
export function takeCredentials(address: URL): AddressCredentials {
  const { username, password } = address;
  // In the caller's own writing, too: more may be encoded than has to be.
  const written = address.search.split(/[?&]/u).map((pair) => pair.slice(pair.indexOf("=") + 1));
  const secrets = [password, percentDecoded(password), ...address.searchParams.values(), ...written];
  if (username === "" && password === "") return { secrets };
  address.username = "";
  address.password = "";
  return { authorization: basicAuthorization(percentDecoded(username), percentDecoded(password)), secrets };
}

/**
 * A function that takes secrets out of a message, in each form in which a server may repeat them: as they are, parts of
 * them (a token behind its scheme), encoded for an address or a form, in base64, or as JSON writes them. To be called
 * before a message is cut: half a secret would not be known.
 *
 * @param secrets Values of headers and queries, passwords.
 */
export function redactor(secrets: readonly string[]): (message: string) => string {
  const forms = new Set(secrets.flatMap(partsOf).flatMap(formsOf));
  forms.delete("");
  // The longest first: a form may hold another one.
  const patterns = [...forms].sort((a, b) => b.length - a.length).map(wholeSecret);
  return (message) =>
    patterns
      .reduce((text, pattern) => text.replace(pattern, REDACTED), message)
      .replace(/\b(Bearer|Basic)\s+\S+/gu, `$1 ${REDACTED}`)
      .replace(/\bsk-[\w-]{8,}/gu, REDACTED);
}

/** The name of a header whose value HTTP cannot carry, if there is one: fetch's own error would show that value. */
export function invalidHeader(headers: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(headers).find(([name, value]) => {
    try {
      new Headers().set(name, value);
      return false;
    } catch {
      return true;
    }
  })?.[0];
}

/** The `authorization` header of a user and a password (RFC 7617). */
function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

/** Percent-decoded, if that is what it is. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function partsOf(secret: string): string[] {
  const parts = secret.split(/\s+/u).filter((part) => part.length >= SHORTEST_PART && !SCHEME.test(part));
  return [secret, percentDecoded(secret), ...parts];
}

function formsOf(secret: string): string[] {
  const base64url = Buffer.from(secret, "utf8").toString("base64url");
  const inAddress = encodeURIComponent(secret);
  const inForm = inAddress.replaceAll("%20", "+");
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    ...[inAddress, inForm].flatMap((form) => [form, form.replace(/%../gu, (code) => code.toLowerCase())]),
    // Without the padding: what is left of it says nothing.
    base64url.replaceAll("-", "+").replaceAll("_", "/"),
    base64url,
    inJson,
    inJson.replaceAll("/", "\\/"),
  ];
}

/** A secret where no letter or digit goes on: a key that is one letter, as local servers take, is in many words. */
function wholeSecret(secret: string): RegExp {
  const letters = secret.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
  return new RegExp(secret.length < SHORT_SECRET ? `(?<![\\p{L}\\p{N}])${letters}(?![\\p{L}\\p{N}])` : letters, "gu");
}
