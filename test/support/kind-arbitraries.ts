import fc from "fast-check";
import { stringify } from "yaml";

// Generated texts of the kinds that programs write, with what a cut text of the kind must keep to.

const word = fc.constantFrom(
  "tide",
  "quay",
  "lamp",
  "pump",
  "Ann Moss",
  "level",
  "ok",
  "not sent",
  "4.20 euros",
  "ü",
  "x-1",
);
const key = fc.constantFrom("id", "name", "state", "level", "port", "size", "note", "at", "limits", "tags");
const scalar = fc.oneof(
  word,
  fc.nat(9999),
  fc.boolean(),
  fc.constant(null),
  fc.double({ min: -9, max: 9, noNaN: true }),
);

/** Values as JSON and YAML have them: records in lists in records. */
const tree = fc.letrec<{ value: unknown; list: unknown[]; record: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, { arbitrary: scalar, weight: 3 }, tie("list"), tie("record")),
  list: fc.array(tie("value"), { maxLength: 6 }),
  record: fc.dictionary(key, tie("value"), { maxKeys: 6 }),
}));
const records = fc.array(tree.record, { minLength: 1, maxLength: 6 });

/** Printed, or on one line. */
export const jsonText = fc
  .tuple(fc.oneof(records, tree.record), fc.constantFrom(undefined, 2, "\t"))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

export const ndjsonText = records.map((lines) => lines.map((line) => JSON.stringify(line)).join("\n"));

export const yamlText = fc.oneof(records, tree.record).map((value) => stringify(value));

const tag = fc.constantFrom("berth", "ship", "captain", "draught");
/** Elements in elements, with attributes. */
export const xmlText = fc
  .letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.tuple(tag, word).map(([name, text]) => `<${name}>${text}</${name}>`),
      fc
        .tuple(tag, fc.nat(99), fc.array(tie("node"), { maxLength: 4 }))
        .map(([name, id, inner]) => `<${name} id="${id}">\n${inner.join("\n")}\n</${name}>`),
    ),
  }))
  .node.map((node) => `<?xml version="1.0"?>\n<harbour name="North">\n${node}\n</harbour>`);

const cell = fc.constantFrom("Ann Moss", "4", "Tarn", '"a, b"', '"say ""no"""', "", "-1.5", '"two\nlines"');
/** Rows of a few columns, some cells quoted. */
export const csvText = fc
  .integer({ min: 2, max: 5 })
  .chain((columns) =>
    fc
      .array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 2, maxLength: 12 })
      .map((rows) =>
        [["id", "name", "site", "size", "note"].slice(0, columns), ...rows].map((row) => row.join(",")).join("\n"),
      ),
  );

const sentence = fc.constantFrom(
  "The pump is not heated in winter.",
  "Boats that come later wait outside, unless they are small.",
  "It costs 4.20 euros a day.",
);
const markdownBlock = fc.oneof(
  fc.array(sentence, { minLength: 1, maxLength: 3 }).map((list) => list.join(" ")),
  fc.tuple(fc.constantFrom("##", "###"), word).map(([mark, title]) => `${mark} On ${title}`),
  fc.array(sentence, { minLength: 1, maxLength: 3 }).map((list) => list.map((item) => `- ${item}`).join("\n")),
  fc
    .array(word, { minLength: 1, maxLength: 9 })
    .map((list) => `\`\`\`sh\n${list.map((name) => `echo ${name}`).join("\n")}\n\`\`\``),
  fc
    .array(word, { minLength: 1, maxLength: 4 })
    .map((list) => `| part | count |\n| --- | --- |\n${list.map((name) => `| ${name} | 3 |`).join("\n")}`),
);
export const markdownText = fc
  .array(markdownBlock, { minLength: 1, maxLength: 8 })
  .map((blocks) => `# Harbour\n\n${blocks.join("\n\n")}\n`);

const codeLine = fc.constantFrom(
  "const a = 1;",
  "return level;",
  "if (a) stop();",
  "// not in winter",
  "log(level, 4.2);",
  "",
);
/** Files with hunks of changed and unchanged lines; the numbers of the hunks are right. */
export const diffText = fc
  .array(
    fc.array(fc.array(fc.tuple(fc.constantFrom("+", "-", " "), codeLine), { minLength: 1, maxLength: 12 }), {
      minLength: 1,
      maxLength: 3,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((files) =>
    files
      .map((hunks, file) => {
        const path = `src/gate-${file}.ts`;
        const bodies = hunks.map((lines, hunk) => {
          const old = lines.filter(([sign]) => sign !== "+").length;
          const fresh = lines.filter(([sign]) => sign !== "-").length;
          const body = lines.map(
            ([sign, text], line) => `${sign}${text}${text === "" ? "" : ` // ${file}.${hunk}.${line}`}`,
          );
          return `@@ -${10 * hunk + 1},${old} +${10 * hunk + 1},${fresh} @@ hunk ${file}.${hunk}\n${body.join("\n")}`;
        });
        return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${bodies.join("\n")}`;
      })
      .join("\n"),
  );

const message = fc.constantFrom(
  "request answered",
  "mail not sent, mailbox full",
  "pump started",
  "slow answer from Tarn",
);
export const logText = fc
  .array(fc.tuple(fc.constantFrom("INFO", "WARN", "ERROR"), message, fc.nat(999), fc.boolean()), {
    minLength: 3,
    maxLength: 20,
  })
  .map((events) =>
    events
      .map(([level, text, id, isLong], second) => {
        const time = `2026-03-01 10:00:${String(second).padStart(2, "0")}`;
        return `${time} ${level} ${text} ${id}${isLong ? `\n  detail ${second} of it` : ""}`;
      })
      .join("\n"),
  );

/** Functions of Python, one in a class maybe; each line of a body says whose it is. */
export const codeText = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 })
  .map((blocks) =>
    blocks
      .map(([isMethod, lines], block) => {
        const indent = isMethod ? "    " : "";
        const body = Array.from({ length: lines }, (_, line) => `${indent}    level_${line} = read(${block}, ${line})`);
        const open = isMethod ? [`class Gauge${block}:`] : [];
        return [...open, `${indent}def read_${block}(self):`, ...body, `${indent}    return ${block}`].join("\n");
      })
      .join("\n\n"),
  );
