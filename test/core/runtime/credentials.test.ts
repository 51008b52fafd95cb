import { describe, expect, it } from "vitest";
import { invalidHeader, redactor, takeCredentials } from "../../../src/core/runtime/credentials.js";

const KEY = "my-secret/key+0123 456789abcdefghij";
const TOKEN = "tok-0123456789abcdefghij";

const FORMS: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "encoded for an address": encodeURIComponent,
  "encoded in lower case": (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "encoded for a form": (secret) => new URLSearchParams({ secret }).toString().slice("secret=".length),
  "in base64": (secret) => Buffer.from(secret).toString("base64"),
  "in base64 for addresses": (secret) => Buffer.from(secret).toString("base64url"),
  "as JSON writes it": (secret) => JSON.stringify(secret),
  "as JSON of other languages writes it": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
};

describe("what a server repeats of a secret", () => {
  it.each(Object.entries(FORMS))("%s is taken out", (_, form) => {
    const message = redactor([KEY])(`bad key ${form(KEY)}, sorry`);
    expect(message).toMatch(/^bad key "?\[redacted\]=*"?, sorry$/);
  });

  it("is taken out where the token comes without its scheme", () => {
    expect(redactor([`Bearer ${TOKEN}`])(`invalid token ${TOKEN}`)).toBe("invalid token [redacted]");
  });

  it("leaves the name of the scheme, and words that hold a short secret", () => {
    expect(redactor([`Bearer ${TOKEN}`, "key1"])("no Bearer: monkey123 is no key1")).toBe(
      "no Bearer: monkey123 is no [redacted]",
    );
  });

  it("is taken out whole where one secret holds another", () => {
    expect(redactor(["0123456789", "abc-0123456789-xyz"])("abc-0123456789-xyz")).toBe("[redacted]");
  });

  it("is nothing where there are no secrets", () => {
    expect(redactor(["", ""])("the server is down")).toBe("the server is down");
  });
});

describe("an address with a user and a password", () => {
  it("loses them to a header, decoded, and keeps them as secrets in both forms", () => {
    const address = new URL("http://mary:p%40ss-word@host/v1?key=k%2Fey%2D1");
    const { authorization, secrets } = takeCredentials(address);
    expect(address.href).toBe("http://host/v1?key=k%2Fey%2D1");
    expect(authorization).toBe(`Basic ${Buffer.from("mary:p@ss-word").toString("base64")}`);
    for (const secret of ["p%40ss-word", "p@ss-word", "k/ey-1", "k%2Fey%2D1"]) expect(secrets).toContain(secret);
  });

  it("may be encoded wrongly, and has no header where there is neither", () => {
    expect(takeCredentials(new URL("http://us%ZZer:p@host/")).authorization).toBe(
      `Basic ${Buffer.from("us%ZZer:p").toString("base64")}`,
    );
    expect(takeCredentials(new URL("http://host/")).authorization).toBeUndefined();
  });
});

describe("headers of a caller's own", () => {
  it("that HTTP cannot carry are told by their name", () => {
    expect(invalidHeader({ "x-api-key": "fine", authorization: "Bearer two\nlines" })).toBe("authorization");
    expect(invalidHeader({ "x-api-key": "fine" })).toBeUndefined();
  });
});
