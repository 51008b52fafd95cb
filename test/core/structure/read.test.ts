import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outline, TEXT_KINDS, type TextKind } from "../../../src/core/structure/outline.js";
import { readOutline } from "../../../src/core/structure/read.js";
import { expectOutline, textOf } from "../../contract/outline-text.js";
import { anyText, CASES } from "../../support/arbitraries.js";
import { KIND_TEXTS } from "../../support/kind-texts.js";

const ESC = "\u001B";

function holding(text: string, { grains }: Outline, ...wanted: string[]): number[] {
  const found = [...grains.keys()].filter((index) => {
    const { start, end, role } = grains[index] as Outline["grains"][number];
    return role === "content" && wanted.some((part) => text.slice(start, end).includes(part));
  });
  expect(found.length, wanted.join()).toBeGreaterThanOrEqual(1);
  return found;
}

async function printed(text: string, ...wanted: string[]): Promise<string> {
  const outline = await readOutline(text);
  expectOutline(text, outline);
  return textOf(text, outline, holding(text, outline, ...wanted));
}

describe("reading a text", () => {
  describe.each(TEXT_KINDS)("%s", (kind) => {
    it.each(KIND_TEXTS[kind].map((text) => [text.slice(0, 60), text]))(
      "gives a proper outline of %j...",
      async (_, text) => {
        const outline = await readOutline(text);
        expectOutline(text, outline);
        expect(outline.kind).toBe(kind);
        expect(outline.grains.some(({ role }) => role === "content")).toBe(true);
      },
    );
  });

  it("reads what a tool returned below the line that says so", async () => {
    const text = 'Tool get_user returned:\n{"id":7,"name":"Ana","roles":["admin","crew"],"address":{"city":"Lund"}}';
    expect((await readOutline(text)).kind).toBe("json");
    const out = await printed(text, "Lund");
    expect(out).toMatch(/^Tool get_user returned:\n\{.*\}$/u);
    expect(JSON.parse(out.slice(out.indexOf("{")))).toMatchObject({ address: { city: "Lund" } });
  });

  it("reads several outputs below their commands", async () => {
    const text =
      '$ kubectl get pods\nNAME       READY   STATUS\ntide-web   1/1     Running\ntide-api   0/1     Error\ntide-db    1/1     Running\n\n$ cat tide.json\n{\n  "port": 80,\n  "host": "db"\n}\n$ true\n';
    expect(await printed(text, "tide-api")).toBe(
      "$ kubectl get pods\nNAME       READY   STATUS\ntide-api   0/1     Error",
    );
    const json = await printed(text, '"host"');
    expect(json).toMatch(/^\$ cat tide\.json\n/u);
    expect(JSON.parse(json.slice(json.indexOf("{")))).toEqual({ host: "db" });
  });

  it("keeps records of a tool whole, one line of data among them, and reads data over several lines", async () => {
    const head = "HTTP/1.1 429 Too Many Requests\nretry-after: 120\nx-ratelimit-remaining: 0\n\n";
    const lines = (text: string) =>
      readOutline(text).then(({ grains }) => grains.map(({ start, end }) => text.slice(start, end)));
    expect(await lines(`${head}{"error":"rate_limited","limit":40}`)).toContain('{"error":"rate_limited","limit":40}');
    expect(await lines(`${head}{\n  "error": "rate_limited",\n  "limit": 40\n}`)).toContain('"limit": 40');
  });

  it("keeps what a command prints below it, blank lines and all", async () => {
    const text =
      "$ tide --help\nUsage: tide [OPTIONS]\n\nReads all gauges that it finds and prints their levels.\n\n$ tide --version\ntide 1.2.0\n";
    expect(await printed(text, "prints their")).toMatch(/^\$ tide --help\n+Reads all gauges/u);
    expect(await printed(text, "1.2.0")).toBe("$ tide --version\ntide 1.2.0");
  });

  it("reads a table between paragraphs as one, and the paragraphs as prose", async () => {
    const text =
      "The boats of the year are in the list below, with what they carried and how much of it.\n\nname,port,load\nMeerkat,Lund,5\nOtter,Visby,7\nSeal,Ystad,9\n\nAll others stayed in the harbour for the whole of the summer, as they did the year before.\n";
    const outline = await readOutline(text);
    expect(outline.kind).toBe("prose");
    expect(await printed(text, "Otter")).toBe("name,port,load\nOtter,Visby,7");
    const kinds = new Set(outline.grains.map(({ kind }) => kind));
    expect(kinds.has("prose")).toBe(true);
  });

  it("reads what stands in the fences of Markdown by its language", async () => {
    const text =
      '# Tide\n\nReads gauges.\n\n```json\n{\n  "port": 80,\n  "host": "db"\n}\n```\n\n```py\nclass Gauge:\n    def level(self):\n        self.a = 1\n        self.b = 2\n        self.c = 3\n        self.d = 4\n        return self.a\n\n    def name(self):\n        self.x = 1\n        self.y = 1\n        self.z = 1\n        self.v = 4\n        return self.y\n```\n';
    const json = await printed(text, '"host"');
    expect(JSON.parse(/```json\n([\s\S]*)\n```/u.exec(json)?.[1] as string)).toEqual({ host: "db" });
    const code = await printed(text, "return self.y");
    expect(code).toMatch(/```py\nclass Gauge:\n[\s\S]*def name\(self\):\n[\s\S]*return self\.y\n```/u);
    expect(code).not.toContain("def level");
  });

  it("hides the colours of a terminal and keeps what they colour", async () => {
    const text = `2026-03-01 10:00:01 ${ESC}[32mINFO${ESC}[0m  up\n2026-03-01 10:00:04 ${ESC}[1;31mERROR${ESC}[0m mail not sent\n2026-03-01 10:00:09 ${ESC}[32mINFO${ESC}[0m  down\n`;
    expect((await readOutline(text)).kind).toBe("log");
    expect(await printed(text, "not sent")).toBe("2026-03-01 10:00:04 ERROR mail not sent");
    const json = `${ESC}[1m{${ESC}[0m"a": ${ESC}[33m1${ESC}[0m, "b": ${ESC}]8;;https://example.org${ESC}\\2${ESC}]8;;${ESC}\\}`;
    const outline = await readOutline(json);
    expectOutline(json, outline);
    expect(outline.kind).toBe("json");
    expect(JSON.parse(textOf(json, outline, outline.grains.keys()))).toEqual({ a: 1, b: 2 });
  });

  it("reads whole lines where a text is not what its name says", async () => {
    const text = 'a,b\n<<<broken\n\n"never closed, and more\nlast line\n';
    const outline = await readOutline(text, { name: "data.json" });
    expectOutline(text, outline);
    expect(outline.grains.map(({ start, end }) => text.slice(start, end))).toEqual([
      "a,b",
      "<<<broken",
      '"never closed, and more',
      "last line",
    ]);
    expect(outline.grains.every(({ kind }) => kind !== "prose")).toBe(true);
  });

  it("reads prose as prose where only its address says that it was a page", async () => {
    const text = "The harbour opens at six. Boats that come later wait outside.\n\nIn winter it is closed.\n";
    for (const name of ["https://example.org/harbour.html", "report.pdf"]) {
      expect(
        (await readOutline(text, { name })).grains.every(({ kind }) => kind === "prose"),
        name,
      ).toBe(true);
    }
  });

  it("takes the caller's word for the kind", async () => {
    expect((await readOutline("a,b\n1,2\n3,4\n5,6\n", { kind: "prose" })).kind).toBe("prose");
    expect((await readOutline("x = 1\ny = 2\n", { kind: "code", language: "python" })).kind).toBe("code");
  });

  it("gives a proper outline of any text as any kind", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText(),
        fc.option(fc.constantFrom(...TEXT_KINDS), { nil: undefined }),
        async (text, kind: TextKind | undefined) => {
          const outline = await readOutline(text, { kind });
          expectOutline(text, outline);
        },
      ),
      { numRuns: CASES / 4 },
    );
  });

  it("gives a proper outline of texts of several kinds, one below the other, with colours in between", async () => {
    const piece = fc.constantFrom(...TEXT_KINDS.flatMap((kind) => KIND_TEXTS[kind]));
    const glue = fc.constantFrom("\n", "\n\n", "\n$ next --step\n", "\nThe tool says:\n", `${ESC}[0m\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(piece, glue), { minLength: 2, maxLength: 4 }), async (pieces) => {
        const text = pieces.map(([one, end]) => one + end).join("");
        expectOutline(text, await readOutline(text));
      }),
      { numRuns: CASES / 4 },
    );
  });
});
