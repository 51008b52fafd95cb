import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodingName } from "../../src/cli/decode.js";
import { InvalidOptionError } from "../../src/core/index.js";

const decode = (bytes: Buffer, encoding?: string) => decodeText(bytes, "a.txt", encoding);
const withMark = (text: string, encoding: "utf8" | "utf16le") => Buffer.from(`\ufeff${text}`, encoding);

describe("bytes become text", () => {
  it("as UTF-8, with or without a byte order mark, which is left out", () => {
    fc.assert(
      // NUL is what binary files are known by.
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.includes("\0") && !text.startsWith("\ufeff"));
        expect(decode(Buffer.from(text))).toEqual({ text });
        expect(decode(withMark(text, "utf8"))).toEqual({ text });
      }),
    );
  });

  it("as UTF-16 of either order by its byte order mark, as PowerShell writes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const little = withMark(text, "utf16le");
        expect(decode(little)).toEqual({ text });
        expect(decode(Buffer.from(little).swap16())).toEqual({ text });
      }),
    );
  });

  it("as the encoding that is named, by the names of the Encoding Standard", () => {
    expect(decode(Buffer.from([0x63, 0xe9, 0x93, 0x80, 0x94]), encodingName("latin1")).text).toBe("cé“€”");
    expect(decode(Buffer.from("no mark", "utf16le"), encodingName("utf-16le")).text).toBe("no mark");
    expect(decode(Buffer.from([0x93, 0xfa, 0x96, 0x7b]), encodingName("shift_jis")).text).toBe("日本");
    expect(() => encodingName("ebcdic")).toThrow(/Expected --encoding to name an encoding, .* got `ebcdic`\./u);
  });

  it("by their mark, whatever encoding is named", () => {
    expect(decode(withMark("größer", "utf16le"), "windows-1252").text).toBe("größer");
  });

  it("with a warning where another encoding is named for what is UTF-8", () => {
    expect(decode(Buffer.from("é"), "windows-1252")).toEqual({
      text: "Ã©",
      warning: "a.txt is valid UTF-8, but read as windows-1252, as --encoding says.",
    });
    expect(decode(Buffer.from("plain"), "windows-1252")).toEqual({ text: "plain" });
  });
});

describe("bytes that are no text are refused in one line:", () => {
  it.each<[string, Buffer, string, string?]>([
    ["a PDF", Buffer.from("%PDF-1.7\n1 0 obj"), "a.txt looks binary (a PDF); extract its text first."],
    [
      "an office document",
      Buffer.from("PK\x03\x04\x14\0"),
      "a.txt looks binary (a zip archive, as office documents are); extract its text first.",
    ],
    ["a picture", Buffer.from("\x89PNG\r\n", "latin1"), "a.txt looks binary (a PNG image); extract its text first."],
    ["zeros", Buffer.from([1, 0, 0, 2]), "a.txt looks binary; extract its text first."],
    [
      "a PDF under a named encoding",
      Buffer.from("%PDF-1.7"),
      "a.txt looks binary (a PDF); extract its text first.",
      "windows-1252",
    ],
    [
      "UTF-16 without a mark",
      Buffer.from("some text", "utf16le"),
      "a.txt looks like UTF-16 without a byte order mark; name it with --encoding utf-16le.",
    ],
    [
      "UTF-16 without a mark, the other order",
      Buffer.from("some text", "utf16le").swap16(),
      "a.txt looks like UTF-16 without a byte order mark; name it with --encoding utf-16be.",
    ],
    [
      "bytes that are not UTF-8",
      Buffer.from([0x63, 0xe9]),
      "Expected a.txt to be UTF-8 text, got bytes that are not; name its encoding, such as --encoding windows-1252.",
    ],
    [
      "bytes that are not what was named",
      Buffer.from([0x82]),
      "Expected a.txt to be shift_jis text, as --encoding says, got bytes that are not.",
      "shift_jis",
    ],
    [
      "UTF-32, which begins as UTF-16 does",
      Buffer.from("\ufeff\0a\0", "utf16le"),
      "a.txt looks binary, or like UTF-32; make it UTF-8 first.",
    ],
    [
      "half a character of UTF-16",
      Buffer.from("\ufeffab", "utf16le").subarray(0, 5),
      "Expected a.txt to be utf-16le text, as its byte order mark says, got bytes that are not.",
    ],
  ])("%s", (_, bytes, message, encoding) => {
    expect(() => decode(bytes, encoding)).toThrow(new InvalidOptionError(message));
  });
});
