// Writes docs/structure.md: what each kind of text is cut into, with a text of the kind before and after. `--check`
// writes nothing and fails if the page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { ownStructuredSet } from "../bench/quality/structured/own-set.js";
import { countTokens, createSieve, type Sieve, TEXT_KINDS, type TextKind } from "../src/core/index.js";

const PAGE = "docs/structure.md";
/** Share of a text's tokens that is kept, and tokens that are kept at least. */
const SHARE = 0.2;
const LEAST_TOKENS = 80;
/** Longer texts are shown cut, in lines and in code units of a line. */
const LINES_BEFORE = 12;
const LINES_AFTER = 30;
const LINE_LENGTH = 110;
const LINE_LENGTH_AFTER = 600;

interface Example {
  text: string;
  question: string;
  /** If the text alone does not tell. */
  kind?: TextKind | undefined;
}

/** What is cut into what, in the words of the page. */
const RULES: Readonly<Record<TextKind, readonly [grain: string, heads: string, valid: string]>> = {
  json: [
    "a member or item; small objects whole; long strings lose words",
    "its keys, and the record's name or id",
    "parses, to a part of the source",
  ],
  ndjson: ["a line; large ones member by member", "as in JSON", "each line parses"],
  yaml: [
    "an entry or list item",
    "its keys, the name of its list item or object, the anchor it refers to",
    "parses, to a part of the source",
  ],
  toml: ["an entry", "its table", "parses, to a part of the source"],
  ini: ["an entry", "its section", "reads as the source does"],
  xml: ["an element", "the tags around it, and what the element around it is called", "well-formed"],
  html: [
    "a paragraph, list item, table row or line of code, as a reader sees it",
    "its headings, its table's header",
    "text, not HTML: tags, scripts and styles go",
  ],
  csv: ["a row", "the header", "parses, each row whole"],
  table: ["a row", "the header and its rule", "columns as they were"],
  log: ["an event, with the lines that belong to it", "none", "lines to the letter"],
  trace: ["a frame or exception", "the exception it is thrown by", "lines to the letter"],
  diff: ["a changed line", "its hunk and file", "to read, not to apply: the counts of a hunk stay as they were"],
  grep: ["a line that was found", "its path and number", "lines to the letter"],
  listing: ["an entry", "the folder it is in", "lines to the letter"],
  markdown: [
    "a sentence, list item, table row or line of code",
    "headings, table headers, fences",
    "Markdown, with its fences closed",
  ],
  code: [
    "a statement",
    "the signature and the conditions around it, closed again",
    "lines to the letter; not promised to compile",
  ],
  mail: ["a sentence", "from whom, when, on what", "quoted history and signatures go first"],
  transcript: ["a sentence", "who says it", "labels stay"],
  subtitles: ["what is said in a cue", "the cue's time", "a subtitle file"],
  legal: [
    "a sentence",
    "the clause's number, and the numbers and titles around it",
    "numbers stay; what leads to a list comes with it",
  ],
  qa: ["an answer's sentence", "its whole question", "no question without its answer"],
  latex: [
    "a sentence; an environment, or what holds a command, whole",
    "its section",
    "braces, math and environments closed",
  ],
  paged: ["a sentence", "its heading", "running heads once, page numbers never"],
  prose: ["a sentence, then its clauses and words", "none", "see the method's page"],
};

/** Texts of kinds that the quality set has none of. */
const MORE: readonly Example[] = [
  {
    text: ["north", "south", "quay", "yard"]
      .map(
        (name, at) =>
          `[gate.${name}]\n; opened by hand in winter\nport = ${8000 + at}\nopen = ${at !== 2}\nkeeper = ${["Ann Moss", "Bo Lind", "Cy Varga", "Dee Okoro"][at]}\nlamp = ${at + 3} W\n`,
      )
      .join("\n"),
    question: "Who is the keeper of the quay's gate?",
  },
  {
    text: ["core", "cli", "model"]
      .flatMap((folder, at) =>
        Array.from(
          { length: 14 },
          (_, index) =>
            `src/${folder}/${["gate", "tide", "lamp", "pump", "crate", "berth", "crane"][index % 7]}-${["open", "close"][at % 2]}${index}.ts`,
        ),
      )
      .join("\n"),
    question: "Where is the file on tides?",
  },
  {
    text: "The crane on the north quay lifts 40 tonnes, and it has done so since 1974. It must not be used when the wind is above 14 metres a second, unless the load is below 5 tonnes. Visitors often ask about its colour, which is green. The paint is renewed every six years, usually in May. The driver needs a permit, which costs 50 euros and is valid for two years.",
    question: "In what wind may the crane be used?",
  },
];

const HEAD = `# Text that is not prose

<!-- Written by \`npm run docs:structure\` (scripts/write-structure-docs.ts); change it there. -->

Cut word by word, data breaks and a table loses its header. So such a text is read as *grains* (members, rows, statements,
events), each with its *heads*: what it means nothing without. A grain comes in with its heads, their heads, and what
closes them, or not at all; its relevance is read with the keys, headings or column names in front of it.

\`\`\`ts
import { createSieve } from "contextsieve";

const sieve = await createSieve();
const { documents } = await sieve.compress({
  documents: [{ text: JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, status: id === 7 ? "late" : "sent" }))), kind: "json" }],
  query: "Which order is late?",
  maxTokens: 60,
});
const [document] = documents;
console.log(JSON.parse(document.text), document.kind, document.omitted);
await sieve.dispose();
\`\`\`

## Which kind a text is

The first that says something: \`kind\` of the document, \`kind\` of the call, the name in its metadata (\`source\`, \`file_name\`,
\`file_path\`, \`path\`, \`url\`, ...), the media type there (\`contentType\`, \`mimeType\`, ...), the word behind the fence it
stands in, and its looks, of which at most 64 kB are read. In doubt it is prose. A text that is not what it was said to be
(JSON that ends in the middle is let pass, a table without rows is not) is read as the next simpler kind. Lines that are
records of no kind that is known (what a tool prints of hosts, packages, states) are read as a log: whole lines. Each
document of the result says what it was read as: \`kind\`.

KINDS

## What is promised

- Without \`form\` and \`marker\`, what is kept are slices of the source, in order; \`spans\` says which.
- The last column above, for every budget. JSON, YAML and TOML parse to a part of the source: members and items are
  missing, and long strings of JSON have lost words, but nothing stands under another key or in another record.
- The ceiling, the tokenizer and the template hold as for prose.
- Reading takes time in proportion to the text, whatever is in it.

Not promised: that what is left adds up (an array has fewer items than \`total\` says, a hunk fewer lines than its head),
that code compiles or a schema's required members are there. Where one grain and its heads do not fit, or the one that a
question asks for does not fit while far less relevant ones do, it stands alone if it says something so (a row, a line, an
element) and is a \`fragment\`; of JSON its record is named, if there is room for no more. If nothing fits, the document is \`dropped\` as \`over-budget\`; the [adapters for
agents](agents.md) then show how the text begins.

## \`form\`

With \`form: "compact"\` a text that has to be cut is first printed without what carries nothing: indentation of JSON and XML,
padding of tables and listings, rows of blank lines, numbers of subtitles; HTML becomes Markdown. If that fits, the document is
\`lossless: true\` and nothing is missing (\`false\` for a page whose tags say something: where links lead, what fields hold).
If not, it is cut in that form. With \`form: "same"\`, the default, every character that is kept is where it was (a row of HTML
keeps its tags, which part its cells); only JSON of which not one member would fit with its indentation, or not the one that a
question asks for, is printed without it.

With \`form: "table"\` what does not fit in the compact form is tried as a table, where that saves another 5%: an array of like
objects, or JSON lines, as rows under dotted keys (\`[18]{id,customer.name}\`), lines that grep found below their path, and,
without a question, lines of a log that are alike once, with their count and the last time. If that fits, JSON and grep are
\`lossless: true\`, and a log says in \`omitted\` which lines went. If not, the text is cut in the compact form. \`inserted\` has
the stretches of \`text\` that are not of the source: names of columns, counts, notes, marks of Markdown.

## \`marker\`

\`omitted\` lists each stretch of which nothing is kept: offsets, lines, how many items of how many. \`marker: true\` says it in
the text, as a comment where the kind has comments (\`# ... 12 of 40 entries left out (lines 3-14)\`), else as a line of its
own, counted under the ceiling; JSON has none. So leave it off where a program reads CSV. \`marker: "all"\` has a string in
JSON's arrays and a member \`"..."\` in its objects too. A function gives its own words. Where the notes would leave no room
for anything else, there are none.

## Before and after

Each text is cut to ${Math.round(100 * SHARE)}% of its tokens (${LEAST_TOKENS} at least), with \`form: "compact"\` and \`marker: true\`.
`;

const isCheck = process.argv.includes("--check");
const sieve = await createSieve();
try {
  const page = await writePage(sieve);
  if (!isCheck) writeFileSync(PAGE, page);
  else if (page !== readFileSync(PAGE, "utf8")) {
    console.error(`${PAGE} is out of date: run npm run docs:structure.`);
    process.exitCode = 1;
  }
} finally {
  await sieve.dispose();
}

async function writePage(sieve: Sieve): Promise<string> {
  const rows = TEXT_KINDS.map((kind) => `| \`${kind}\` | ${RULES[kind].join(" | ")} |`);
  const table = ["| kind | what stays or goes | with what | what is left |", "|---|---|---|---|", ...rows].join("\n");
  const ownTexts = ownStructuredSet().map(
    ({ text, questions: [first] }): Example => ({
      text,
      question: first?.question ?? "",
    }),
  );
  const sections = new Map<TextKind, string>();
  for (const example of [...ownTexts, ...MORE]) {
    const { kind, section } = await writeExample(sieve, example);
    if (!sections.has(kind)) sections.set(kind, section);
  }
  const missing = TEXT_KINDS.filter((kind) => !sections.has(kind));
  if (missing.length > 0) throw new Error(`Expected a text of every kind, got none of ${missing.join(", ")}.`);
  return HEAD.replace("KINDS", table) + TEXT_KINDS.map((kind) => sections.get(kind)).join("");
}

async function writeExample(
  sieve: Sieve,
  { text, question, kind: given }: Example,
): Promise<{ kind: TextKind; section: string }> {
  const tokens = await countTokens(text);
  const maxTokens = Math.min(tokens - 1, Math.max(LEAST_TOKENS, Math.floor(SHARE * tokens)));
  const result = await sieve.compress({
    ...{ documents: [{ text, kind: given }], query: question, maxTokens },
    ...{ form: "compact", marker: true },
  });
  const [document] = result.documents;
  if (!document) throw new Error(`Expected something of the text that begins ${text.slice(0, 60)}, got nothing.`);
  const { kind } = document;
  const section = `
### ${kind}

"${question}", ${tokens} tokens to ${result.tokens}:

${fenced(shortened(text, LINES_BEFORE, LINE_LENGTH))}

${fenced(shortened(result.text, LINES_AFTER, LINE_LENGTH_AFTER))}
`;
  return { kind, section };
}

/** The first lines of a text, and how many more there are. */
function shortened(text: string, most: number, length: number): string {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/[\r\f]/gu, ""));
  const shown = lines.slice(0, most).map((line) => (line.length > length ? `${line.slice(0, length)}…` : line));
  return [...shown, ...(lines.length > most ? [`… (${lines.length - most} more lines)`] : [])].join("\n");
}

/** In a fence that is longer than those inside. */
function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`{3,}/gu)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}
