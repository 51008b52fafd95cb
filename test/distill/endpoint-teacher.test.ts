import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InvalidOptionError } from "../../src/core/errors.js";
import { endpointTeacher } from "../../src/distill/endpoint-teacher.js";
import { compressDocuments } from "../../src/distill/teacher.js";
import { TeacherError } from "../../src/distill/teacher-error.js";
import { completion, loopbackServer, type Reply } from "./loopback-server.js";
import { temporaryFolder } from "./temporary-folder.js";

const SECRET = "sk-very-secret-0123456789";

async function failure(reply: Reply, options: { timeoutMs?: number } = {}): Promise<TeacherError> {
  const { url } = await loopbackServer(() => reply);
  const teacher = endpointTeacher({ endpoint: `${url}/v1?api-key=${SECRET}`, model: "m", apiKey: SECRET, ...options });
  const error: unknown = await teacher("prompt").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TeacherError);
  return error as TeacherError;
}

describe("endpointTeacher", () => {
  it("posts the prompt to the chat completions and returns the answer", async () => {
    const { url, requests } = await loopbackServer(() => completion("short"));
    const teacher = endpointTeacher({ endpoint: `${url}/v1/`, model: "teacher-1", apiKey: SECRET });
    expect(await teacher("Shorten this.")).toBe("short");
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: "POST",
      path: "/v1/chat/completions",
      body: { model: "teacher-1", temperature: 0, messages: [{ role: "user", content: "Shorten this." }] },
    });
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it("takes the whole address too, and needs no key", async () => {
    const { url, requests } = await loopbackServer(() => completion("short"));
    await endpointTeacher({ endpoint: `${url}/proxy/chat/completions`, model: "m" })("prompt");
    expect(requests[0]?.path).toBe("/proxy/chat/completions");
    expect(requests[0]?.headers.authorization).toBeUndefined();
  });

  it.each([301, 302, 303, 307, 308])(
    "does not follow a redirect (%i): headers and documents stay with their host",
    async (status) => {
      const other = await loopbackServer(() => completion("stolen"));
      const { url } = await loopbackServer(() => ({ status, headers: { location: `${other.url}/v1` }, body: "" }));
      const teacher = endpointTeacher({ endpoint: url, model: "m", apiKey: SECRET, headers: { "api-key": SECRET } });
      const error: unknown = await teacher("prompt").catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(TeacherError);
      expect(error).toMatchObject({ status, fatal: true, retryable: false });
      expect((error as Error).message).toMatch(/got a redirect, which credentials do not follow/u);
      expect(other.requests).toEqual([]);
    },
  );

  it("takes secrets out of a server's words before they are cut, in whatever form they come back", async () => {
    const key = "k/ey+0123456789";
    for (const form of [key, encodeURIComponent(key), Buffer.from(key).toString("base64"), SECRET]) {
      for (const before of [0, 285, 290, 299]) {
        const { url } = await loopbackServer(() => ({ status: 500, body: `${"x".repeat(before)} ${form}` }));
        const endpoint = `${url}/v1?key=${encodeURIComponent(key)}`;
        const teacher = endpointTeacher({ endpoint, model: "m", headers: { "api-key": SECRET } });
        const error = (await teacher("prompt").catch((reason: unknown) => reason)) as Error;
        expect(error.message).not.toContain(form.slice(0, 5));
      }
    }
  });

  it("refuses a key that HTTP cannot carry when it is made, without showing it", () => {
    const options = { endpoint: "http://localhost", model: "m", apiKey: "sk-two\nlines" };
    expect(() => endpointTeacher(options)).toThrow(
      new InvalidOptionError("Expected header `authorization` to be valid in HTTP, got a value that is not."),
    );
  });

  it("shows no password of its address, however it is written there and comes back", async () => {
    const { url } = await loopbackServer(({ headers }) => {
      const basic = String(headers.authorization).slice("Basic ".length);
      return { status: 500, body: `${basic} ${Buffer.from(basic, "base64").toString()}` };
    });
    const endpoint = `${url.replace("http://", "http://mary:p%40ssword1234@")}/v1`;
    const error = await endpointTeacher({ endpoint, model: "m" })("p").catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(/got status 500: \[redacted\]=* mary:\[redacted\]$/u);
  });

  it("reads answers in parts, and leaves the temperature to the server where told", async () => {
    const { url, requests } = await loopbackServer(() => ({
      body: {
        choices: [
          {
            message: {
              content: [
                { type: "text", text: "two " },
                { type: "text", text: "parts" },
              ],
            },
          },
        ],
      },
    }));
    const teacher = endpointTeacher({ endpoint: url, model: "m", temperature: null, maxAnswerTokens: 9 });
    expect(await teacher("prompt")).toBe("two parts");
    expect(requests[0]?.body).toEqual({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "prompt" }] });
  });

  it.each([408, 429, 500, 502, 503])("calls status %i worth a retry", async (status) => {
    const error = await failure({ status, body: { error: "busy" } });
    expect(error).toMatchObject({ status, retryable: true, fatal: false });
  });

  it.each([401, 403, 404])("calls status %i the end of a run", async (status) => {
    expect(await failure({ status, body: "" })).toMatchObject({ status, retryable: false, fatal: true });
  });

  it("calls a bad request the end of that request alone", async () => {
    expect(await failure({ status: 400, body: "too long" })).toMatchObject({ retryable: false, fatal: false });
  });

  it("passes on how long the server wants to be left alone", async () => {
    expect((await failure({ status: 429, headers: { "retry-after": "7" }, body: "" })).retryAfterMs).toBe(7000);
    const date = new Date(Date.now() + 30_000).toUTCString();
    const { retryAfterMs } = await failure({ status: 503, headers: { "retry-after": date }, body: "" });
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it("shows no credential in an error, wherever the server repeats it", async () => {
    const error = await failure({
      status: 401,
      body: { error: { message: `Incorrect API key provided: ${SECRET}. Header was Bearer ${SECRET}` } },
    });
    expect(error.message).toContain("Incorrect API key provided: [redacted]");
    expect(error.message).not.toContain(SECRET);
    expect(error.message).not.toContain("api-key");
  });

  it("redacts a key that is one letter where it stands alone, and leaves the words that hold it", async () => {
    const { url } = await loopbackServer(() => ({ status: 400, body: "xylophone x. Expected key=x, max" }));
    const error = await endpointTeacher({ endpoint: url, model: "m", apiKey: "x" })("text").catch((cause) => cause);
    expect(error.message).toMatch(
      /^Expected an answer from .* got status 400: xylophone \[redacted\]\. Expected key=\[redacted\], max$/u,
    );
  });

  it("calls a lost connection, a foreign reply and a late answer worth a retry", async () => {
    const refused: unknown = await endpointTeacher({ endpoint: `http://user:${SECRET}@127.0.0.1:9/v1`, model: "m" })(
      "p",
    ).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ retryable: true, message: expect.stringContaining("no connection") });
    expect(`${(refused as Error).message} ${String((refused as Error).cause)}`).not.toContain(SECRET);
    expect(await failure({ body: "<html>hello</html>" })).toMatchObject({ retryable: true });
    expect(await failure({ body: {} })).toMatchObject({ retryable: true });
    const late = await failure({}, { timeoutMs: 50 });
    expect(late).toMatchObject({ retryable: true, message: expect.stringContaining("no answer within 50 ms") });
  });

  it("reads no answer that has no end, and gives one that drips its time and no more", async () => {
    const flood = await loopbackServer(() => ({ endless: "flood" }));
    const error = await endpointTeacher({ endpoint: flood.url, model: "m" })("prompt").catch((reason) => reason);
    expect(error.message).toContain("to answer with 8388608 bytes at most, got more");
    const drip = await loopbackServer(() => ({ endless: "drip" }));
    const late = endpointTeacher({ endpoint: drip.url, model: "m", timeoutMs: 200 })("prompt");
    await expect(late).rejects.toMatchObject({
      message: expect.stringContaining("no answer within 200 ms"),
      retryable: true,
    });
  });

  it("refuses an answer that the token limit cut off", async () => {
    const error = await failure(completion("half an ans", "length"));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining("cut off by the token limit") });
  });

  it("ends with the signal's reason when it is aborted", async () => {
    const { url } = await loopbackServer(() => ({}));
    const interrupt = new AbortController();
    const answer = endpointTeacher({ endpoint: url, model: "m" })("prompt", { signal: interrupt.signal });
    setTimeout(() => interrupt.abort(new Error("enough")), 20);
    await expect(answer).rejects.toThrow("enough");
  });

  it("sends credentials of the address as a header, not in the address", async () => {
    const { url, requests } = await loopbackServer(() => completion("short"));
    await endpointTeacher({ endpoint: url.replace("http://", "http://me:pass@"), model: "m" })("prompt");
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:pass").toString("base64")}`);
  });

  it.each([
    [{ endpoint: "not an address", model: "m" }, /^Expected `endpoint` to be an http or https address/u],
    [{ endpoint: "ftp://host/v1", model: "m" }, /got `ftp:`\.$/u],
    [{ endpoint: "http://host/v1", model: "" }, /^Expected `model` to be a name/u],
  ])("rejects %o", (options, message) => {
    expect(() => endpointTeacher(options)).toThrow(message);
  });

  it("carries a run over a server that is full and fails now and then", async () => {
    const { url, requests } = await loopbackServer((request, index) => {
      if (index % 3 === 0) return { status: 429, headers: { "retry-after": "0" }, body: { error: "slow down" } };
      if (index % 3 === 1) return { status: 500, body: "oops" };
      return completion(request.body.messages?.[0]?.content.replace(/^.*\|/su, "").replace("the ", "") ?? "");
    });
    const out = join(temporaryFolder(), "pairs.jsonl");
    const documents = Array.from({ length: 6 }, (_, index) => ({
      id: `d${index}`,
      text: `Item ${index} of the list.`,
    }));
    const report = await compressDocuments(documents, endpointTeacher({ endpoint: url, model: "m" }), {
      out,
      instruction: "|{text}",
      backoffMs: 1,
      retries: 20,
      concurrency: 3,
    });
    expect(report).toMatchObject({ done: 6, failed: 0 });
    expect(requests.length).toBe(18);
    const compressed = readFileSync(out, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).compressed);
    expect(compressed.sort()).toEqual(documents.map((_, index) => `Item ${index} of list.`));
  });
});
