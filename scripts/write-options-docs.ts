// Writes docs/options.md: every option and result field with its type, its default and what it does, read from the
// types themselves. `--check` writes nothing and fails if the page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const PAGE = "docs/options.md";

/** The interfaces of the page, in order: its heading, the file, the interface, and a sentence in front of the table. */
const TABLES: readonly [heading: string, file: string, name: string, about: string][] = [
  ["`createSieve(options)`", "src/core/options/sieve-options.ts", "SieveOptions", "All optional."],
  [
    "`sieve.compress(options)`",
    "src/core/options/compress-options.ts",
    "CompressOptions",
    "`documents` and exactly one of `maxTokens`, `rate` and `threshold`; the rest is optional.",
  ],
  ["A document", "src/core/types.ts", "SourceDocument", "A bare string is a document too."],
  ["What `compress` gives back", "src/core/types.ts", "CompressResult", ""],
  ["Each document of a result", "src/core/types.ts", "CompressedDocument", ""],
  ["Each word, with `explain: true`", "src/core/types.ts", "ExplainedWord", ""],
  ["Each stretch that is left out", "src/core/types.ts", "Omission", ""],
];

/** One line of a table. */
interface Field {
  name: string;
  type: string;
  fallback: string;
  about: string;
}

function fieldsOf(file: string, name: string): Field[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!found) throw new Error(`Expected ${file} to declare the interface ${name}`);
  const own = found.members.filter(ts.isPropertySignature).map((member) => fieldOf(member, source));
  const inherited = (found.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap(({ expression }) => {
      const isHere = source.statements.some(
        (one) => ts.isInterfaceDeclaration(one) && one.name.text === expression.getText(),
      );
      return isHere ? fieldsOf(file, expression.getText()) : [];
    }),
  );
  return [...own, ...inherited];
}

function fieldOf(member: ts.PropertySignature, source: ts.SourceFile): Field {
  const [doc] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
  const about = flat(ts.getTextOfJSDocComment(doc?.comment) ?? "");
  const fallback = doc?.tags?.find(({ tagName }) => tagName.text === "default");
  const type = flat(member.type?.getText(source) ?? "").replace(/ \| undefined$/u, "");
  return {
    name: member.name.getText(source),
    type,
    fallback: flat(ts.getTextOfJSDocComment(fallback?.comment) ?? ""),
    about,
  };
}

const flat = (text: string) =>
  text
    .replace(/\{@link (\w+)\}/gu, "`$1`")
    .replace(/\s+/gu, " ")
    .trim();
const cell = (text: string) => text.replaceAll("|", "\\|");

function table([heading, file, name, about]: (typeof TABLES)[number]): string {
  const fields = fieldsOf(file, name);
  const hasDefaults = fields.some(({ fallback }) => fallback);
  const rows = fields.map(({ name: field, type, fallback, about: says }) => {
    const shown = [`\`${field}\``, `\`${type}\``, ...(hasDefaults ? [fallback] : []), says];
    return `| ${shown.map(cell).join(" | ")} |`;
  });
  const head = ["", "type", ...(hasDefaults ? ["default"] : []), ""];
  return [
    `## ${heading}`,
    ...(about ? [about] : []),
    [`| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...rows].join("\n"),
  ].join("\n\n");
}

const page = `# Options

Written from the types by \`npm run docs:options\`. Every bad value is one \`InvalidOptionError\` that names the option, what
was expected and what came; unknown options are refused.

${TABLES.map(table).join("\n\n")}
`;

if (process.argv.includes("--check")) {
  const isCurrent = readFileSync(PAGE, "utf8") === page;
  console.log(isCurrent ? `${PAGE} is up to date` : `${PAGE} is out of date: npm run docs:options`);
  process.exit(isCurrent ? 0 : 1);
}
writeFileSync(PAGE, page);
