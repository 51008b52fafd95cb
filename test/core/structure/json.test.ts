import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runAtOnce } from "../../../src/core/runtime/event-loop.js";
import { parse } from "../../../src/core/structure/json.js";
import type { Grain } from "../../../src/core/structure/outline.js";
import { textOf } from "../../contract/outline-text.js";
import { CASES } from "../../support/arbitraries.js";
import { byPrior, chosenOf, contextOf, expectTolerance, kept, outlineOf, picks } from "../../support/outlines.js";

/** Whether a value can be had from another one by dropping members and items. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part)) {
    if (!Array.isArray(whole)) return false;
    let at = 0;
    return part.every((item) => {
      while (at < whole.length && !isPartOf(item, whole[at])) at += 1;
      return at++ < whole.length;
    });
  }
  if (typeof part === "object" && part !== null) {
    if (typeof whole !== "object" || whole === null || Array.isArray(whole)) return false;
    const record = whole as Record<string, unknown>;
    return Object.entries(part).every(([key, value]) => Object.hasOwn(record, key) && isPartOf(value, record[key]));
  }
  return Object.is(part, whole);
}

// Objects with members enough to be opened; keys come twice now and then.
const scalar = fc.oneof(
  fc.string({ maxLength: 60, unit: "grapheme" }),
  fc.constant("one line\u2028and\u2029another"),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.oneof(
  fc.constantFrom("id", "name", "title", "kind", "metadata", "a", "b", "__proto__", "", 'q"\\', "7", "\u2028"),
  fc.string({ maxLength: 12 }),
);
const space = fc.constantFrom("", " ", "\n", "\n    ", "\t", "\r\n");
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar.map((value) => JSON.stringify(value)),
    tie("list"),
    tie("object"),
  ),
  list: fc
    .array(fc.tuple(tie("json"), space), { maxLength: 12 })
    .map((items) => `[${items.map(([item, gap]) => `${gap}${String(item)}${gap}`).join(",")}]`),
  object: fc
    .array(fc.tuple(key, tie("json"), space), { maxLength: 6 })
    .map(
      (members) =>
        `{${members.map(([name, item, gap]) => `${gap}${JSON.stringify(name)}:${gap}${String(item)}`).join(",")}}`,
    ),
})) as { json: fc.Arbitrary<string> };

const RECORDS = ["Aster", "Borage", "Cosmos", "Dahlia"].map((name, index) => ({
  id: 40 + index,
  name,
  beds: { north: { rows: 3 + index, watered: "by hand every second evening" }, south: { rows: 9 - index } },
  soil: "loam with a good share of sand and a little chalk",
  sown: `2026-04-0${index + 1}`,
}));

describe("json", () => {
  it("keeps every choice of members parseable, and a part of the source", () => {
    fc.assert(
      fc.property(json, picks, (text, numbers) => {
        const outline = outlineOf(parse, text);
        const chosen = chosenOf(outline, numbers);
        if (chosen.length === 0) return;
        expect(isPartOf(JSON.parse(textOf(text, outline, chosen)), JSON.parse(text))).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  it("does so where long strings may lose words", () => {
    const long = fc.array(fc.constantFrom("Rain fell. ", "\n", 'A "b" ', "é ", "no end ", "\\", "\u0007"), {
      minLength: 60,
      maxLength: 140,
    });
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 3 }), picks, (texts, numbers) => {
        const source = { id: 3, notes: texts.map((words) => ({ text: words.join(""), by: "Ann" })) };
        const text = JSON.stringify(source, null, 1);
        const outline = outlineOf(parse, text);
        const isLong = source.notes.some((note) => JSON.stringify(note.text).length > 200);
        const opensText = ({ start, end, role }: Grain) => role === "shell" && text.slice(start, end).endsWith(': "');
        expect(outline.grains.some(opensText)).toBe(isLong);
        const output = JSON.parse(textOf(text, outline, chosenOf(outline, numbers)));
        for (const note of output.notes ?? []) {
          const originals = source.notes.map((entry) => entry.text);
          const pieces = String(note.text ?? "").split(/\s+/u);
          expect(originals.some((original) => pieces.every((piece) => original.includes(piece)))).toBe(true);
        }
      }),
      { numRuns: CASES },
    );
  });

  it("brings the names of a record along with what is kept of it", () => {
    expect(JSON.parse(kept(parse, JSON.stringify({ plants: RECORDS }, null, 2), '"sown": "2026-04-03"'))).toEqual({
      plants: [{ id: 42, name: "Cosmos", sown: "2026-04-03" }],
    });
    expect(JSON.parse(kept(parse, JSON.stringify(RECORDS), '"rows":8'))).toEqual([
      {
        id: 41,
        name: "Borage",
        beds: { north: { rows: 4, watered: "by hand every second evening" }, south: { rows: 8 } },
      },
    ]);
  });

  it("brings names that stand behind what they name", () => {
    const text = JSON.stringify(RECORDS.map(({ id, name, ...rest }) => ({ ...rest, note: "x".repeat(90), id, name })));
    expect(JSON.parse(kept(parse, text, "2026-04-02"))).toEqual([{ sown: "2026-04-02", id: 41, name: "Borage" }]);
  });

  it("names an object of Kubernetes by its kind and the name in its metadata", () => {
    const item = (name: string, image: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace: "garden",
        labels: { app: name, tier: "greenhouse", release: "2026-summer", team: "a" },
      },
      spec: {
        containers: [{ name: "main", image, args: ["--verbose", "--port=8080", "--wait=250ms", "--retries=3"] }],
      },
    });
    const list = { kind: "List", items: [item("pump", "pump:1.2"), item("lamp", "lamp:3.4")] };
    expect(JSON.parse(kept(parse, JSON.stringify(list, null, 4), "lamp:3.4"))).toEqual({
      items: [
        {
          kind: "Pod",
          metadata: { name: "lamp" },
          spec: { containers: [{ name: "main", image: "lamp:3.4", args: list.items[1]?.spec.containers[0]?.args }] },
        },
      ],
    });
  });

  it("lets keys name the members of a map, and their names where the keys are numbers", () => {
    const plan = (name: string) => ({ name, price: 12, terms: "t".repeat(60), region: "r".repeat(60) });
    expect(
      JSON.parse(kept(parse, JSON.stringify({ plans: { team: plan("Team"), solo: plan("Solo") } }), "12")),
    ).toEqual({
      plans: { team: { price: 12 } },
    });
    expect(JSON.parse(kept(parse, JSON.stringify({ plans: { 7: plan("Team"), 8: plan("Solo") } }), "12"))).toEqual({
      plans: { 7: { name: "Team", price: 12 } },
    });
  });

  it("keeps small records and short lists whole", () => {
    const quotas = Array.from({ length: 12 }, (_, index) => ({ user: `user ${index}`, quota: { disk: 40 * index } }));
    expect(JSON.parse(kept(parse, JSON.stringify(quotas, null, 2), '"user 7"'))).toEqual([quotas[7]]);
    const list = JSON.stringify({ tags: ["red", "green"], lots: Array.from({ length: 300 }, (_, index) => index) });
    expect(JSON.parse(kept(parse, list, "green"))).toEqual({ tags: ["red", "green"] });
    expect(JSON.parse(kept(parse, list, "299")).lots.length).toBeLessThan(60);
  });

  it("opens records that are much of the text, each member with what its record is called", () => {
    const pumps = ["Tarn", "Sund", "Kyle"].map((name, id) => ({ name, site: "quay", seats: 40 * id, owner: "Ann" }));
    const text = JSON.stringify(pumps, null, 2);
    expect(JSON.parse(kept(parse, text, "80"))).toEqual([{ name: "Kyle", seats: 80 }]);
  });

  it("keeps a value that an equal key overrules only beside the one that counts", () => {
    const text = `{"a": "${"x".repeat(130)}", "b": 1, "a": "${"y".repeat(130)}"}`;
    expect(JSON.parse(kept(parse, text, "xxx"))).toEqual({ a: "y".repeat(130) });
    expect(JSON.parse(kept(parse, text, "yyy"))).toEqual({ a: "y".repeat(130) });
  });

  it("tells whose a member is by its way in plain words", () => {
    expect(contextOf(parse, JSON.stringify({ plants: RECORDS }), '"sown":"2026-04-04"')).toBe("plants 43 Dahlia");
    expect(contextOf(parse, JSON.stringify({ rateLimits: RECORDS }), '"south":{"rows":6}')).toContain("rate Limits");
  });

  it("takes numbers that no double holds, and values that are no containers", () => {
    expect(kept(parse, '{"big": 1e999, "small": -0.0, "deep": {}}', "1e999")).toBe('{"big": 1e999}');
    for (const text of ['"one"', "-12.5e3", "null", "{}", "[ ]"]) expect(kept(parse, text, text)).toBe(text);
  });

  it("lets comments pass, and commas before a closing bracket", () => {
    const text = `// settings\n{\n  "a": "${"x".repeat(99)}", // why a\n  /* why b */\n  "b": [1, 2,],\n}\n`;
    expect(kept(parse, text, "why a")).toBe(`{\n  "a": "${"x".repeat(99)}" // why a\n}`);
    expect(kept(parse, text, '"b"')).toBe('{\n  "b": [1, 2,]\n}');
  });

  it("reads a text that is cut off, and a note that says so", () => {
    const text = JSON.stringify(RECORDS, null, 2);
    for (const end of [text.length - 1, 700, 333, 120]) {
      const outline = outlineOf(parse, text.slice(0, end));
      expect(outline.kind).toBe("json");
      expect(textOf(text.slice(0, end), outline, outline.grains.keys())).toBe(text.slice(0, end).trimEnd());
    }
    const inner = `{"object":"list","data":${JSON.stringify(RECORDS)}`.slice(0, 700);
    expect(kept(parse, inner, "2026-04-02")).toBe('{"data":[{"id":41,"name":"Borage","sown":"2026-04-02"}');
    expect(kept(parse, `${text.slice(0, 700)}\n... (1,024 more characters)`, '"sown": "2026-04-01"')).toBe(
      '[\n  {\n    "id": 40,\n    "name": "Aster",\n    "sown": "2026-04-01"\n  }',
    );
  });

  it("survives brackets a hundred thousand deep", () => {
    for (const text of ["[".repeat(1e5) + "]".repeat(1e5), '{"a":'.repeat(1e5), `[1,[`.repeat(5e4)]) {
      expect(runAtOnce(parse(text))?.kind).toBe("json");
    }
  });

  it("refuses what is no JSON", () => {
    for (const text of [
      "",
      "[see below] and so on",
      "[ERROR] no space left",
      "{ x: 1 }",
      "1\n2\n3",
      "{",
      '{"a":1} done',
    ]) {
      expect(runAtOnce(parse(text)), text).toBeUndefined();
    }
  });

  it("keeps its promises on any text", () => {
    expectTolerance(parse, ["{", "}", "[", "]", ",", ":", '"', '"a"', "1", "null", "\n", " ", "//", "/*", "*/", "\\"]);
  });

  it("ranks errors and records that stand out first where there is no question", () => {
    const jobs = Array.from({ length: 40 }, (_, index) => ({
      job: `job-${index}`,
      state: index === 23 ? "stuck" : "done",
      log:
        index === 31 ? "could not reach the store: connection refused" : "copied all files to the store in good time",
    }));
    const output = byPrior(parse, JSON.stringify({ jobs }, null, 2), 0.12);
    expect(output).toContain("job-0");
    expect(output).toContain("job-23");
    expect(output).toContain("job-31");
  });
});

describe("json lines", () => {
  const rows = fc.array(fc.tuple(json, fc.constantFrom("\n", "\r\n", "\n\n")), { minLength: 2, maxLength: 6 });

  it("keeps every choice of lines and members parseable, each a part of its source, in order", () => {
    fc.assert(
      fc.property(rows, picks, (list, numbers) => {
        const lines = list.map(([text]) => JSON.stringify(JSON.parse(text)));
        fc.pre(lines.every((line) => /^[[{]/u.test(line)));
        const text = lines.map((line, index) => line + list[index]?.[1]).join("");
        const outline = outlineOf(parse, text);
        expect(outline.kind).toBe("ndjson");
        const output = textOf(text, outline, chosenOf(outline, numbers));
        const values = output.split("\n").filter((line) => line.trim() !== "");
        expect(
          isPartOf(
            values.map((line) => JSON.parse(line)),
            lines.map((line) => JSON.parse(line)),
          ),
        ).toBe(true);
      }),
      { numRuns: CASES },
    );
  });

  const entry = (level: string, message: string, extra = {}) =>
    JSON.stringify({ ts: "2026-03-01T10:00:00Z", level, message, ...extra });

  it("keeps a short line whole, and of a long one what is asked for with its names", () => {
    const long = entry("info", "started", {
      name: "importer",
      stack: "s".repeat(300),
      limits: { rows: 9, wait: "w".repeat(120) },
    });
    const text = [entry("info", "ready"), long, entry("warn", "slow")].join("\n");
    expect(kept(parse, text, "slow")).toBe(entry("warn", "slow"));
    expect(JSON.parse(kept(parse, text, '"level":"info","message":"started"'.slice(0, 14)))).toBeDefined();
    expect(JSON.parse(kept(parse, text, '"rows":9'))).toMatchObject({ name: "importer", limits: { rows: 9 } });
  });

  it("takes other lines between them, and a last one that is cut off", () => {
    const text = `> start\n${entry("info", "a")}\n${entry("info", "b")}\n${entry("error", "c").slice(0, 50)}`;
    const outline = outlineOf(parse, text);
    expect(outline.kind).toBe("ndjson");
    expect(textOf(text, outline, outline.grains.keys())).toBe(text);
  });

  it("takes values over several lines, one after the other", () => {
    const text = RECORDS.map((record) => JSON.stringify({ ...record, notes: "n".repeat(300) }, null, 2)).join("\n");
    expect(kept(parse, text, "2026-04-02")).toBe('{\n  "id": 41,\n  "name": "Borage",\n  "sown": "2026-04-02"\n}');
  });

  it("ranks the error among a hundred lines first", () => {
    const lines = Array.from({ length: 100 }, (_, index) =>
      index === 57 ? entry("error", "disk quota reached on volume 3") : entry("info", `request ${index} completed`),
    );
    expect(byPrior(parse, lines.join("\n"), 0.03)).toContain("disk quota");
  });
});
