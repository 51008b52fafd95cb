// Writes docs/cli.md: each command's help, and examples with what they really print. `--check` writes nothing and
// fails where the page is out of date, apart from times and speeds. Needs a build.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { createProgram, everyCommand, fullName, helpPage } from "../src/cli/program.js";

const PAGE = "docs/cli.md";
const ROOT = resolve(".");
/** What a reader's own server would be called in the place of the one that answers here. */
const SHOWN_ENDPOINT = "http://localhost:8000/v1";
/** A longer output is cut for the page, in lines. */
const LONGEST = 60;

interface Example {
  /** What it shows. */
  about: string;
  /** Lines of shell, run one after the other in a folder with the files of examples/data. */
  lines: readonly string[];
}

/** Examples by command. Commands that need a network or Python have their help alone. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  "contextsieve compress": [
    {
      about:
        "A file, a question, a hard ceiling: the text goes to standard output, a line of summary to standard error.",
      lines: ['contextsieve compress handbook.md -n 60 -q "How long are database backups kept?"'],
    },
    {
      about:
        "Several files: `--style xml` (or `markdown`, or a `--template` of your own) says which text is from which file, and is counted under the ceiling; `--verbose` tells each document's fate.",
      lines: [
        'contextsieve compress . -e md,txt -n 100 --style xml --verbose -q "How long are database backups kept?"',
      ],
    },
    {
      about:
        "What kind of text a file is, is told by its name and its text; standard input has no name, and `--kind` says it. Data keeps its form: JSON stays JSON.",
      lines: [
        'contextsieve compress --kind json -n 150 --verbose -q "Who could not print labels, and what did they see?" < tool-result.json',
      ],
    },
    {
      about:
        "`--form compact` prints what would be cut without what carries nothing first. If that fits, nothing is lost, and the summary says so; `--marker` says in the text what is left out.",
      lines: [
        "contextsieve compress tool-result.json -r 0.8 --form compact > compact.json",
        'contextsieve compress handbook.md -n 160 --marker -q "How long are database backups kept?"',
      ],
    },
    {
      about: "Tokens of the files as they are, counted for a model, without loading anything:",
      lines: ["contextsieve compress '*.md' '*.txt' --count --tokenizer gpt-4o"],
    },
    {
      about:
        "What was kept (plain) and dropped (`[-...-]`); bold and dim on a terminal, all of the source with `--explain=all`.",
      lines: ['contextsieve compress handbook.md -n 60 -q "How long are database backups kept?" --explain'],
    },
    {
      about: "From another program, without a question, to a share of its tokens:",
      lines: ["head -n 40 incident-log.txt | contextsieve compress -r 15%"],
    },
    {
      about: "From a list of names, into a file, with nothing on standard error:",
      lines: [
        "printf '%s\\0' meeting.txt handbook.md | contextsieve compress --files-from - -0 -n 2k -o context.txt --quiet",
        "contextsieve compress context.txt --count",
      ],
    },
    {
      about: "JSON lines in, the whole result as JSON out:",
      lines: [
        `printf '%s\\n' '{"id":"limits","text":"The limit is 40 requests a second. Everything beyond it is answered with 429.","score":0.8}' '{"id":"menu","text":"On Fridays there is fish.","score":0.1}' > chunks.jsonl`,
        'contextsieve compress --jsonl chunks.jsonl -n 12 -q "What is the rate limit?" --json',
      ],
    },
    {
      about: "An empty result is no error; a warning says why:",
      lines: ['contextsieve compress handbook.md -n 60 --min-relevance 0.99 -q "Which choir sings on Mondays?"'],
    },
    {
      about: "A page for people, with the model's text, every source and every word's scores:",
      lines: [
        'contextsieve compress handbook.md -n 200 -q "Who is paged first?" --html report.html --quiet > context.txt',
        "ls report.html",
      ],
    },
  ],
  "contextsieve encode": [
    {
      about: "Scores are kept in files; the next run over the same texts encodes nothing.",
      lines: [
        "contextsieve encode '*.md' --cache .scores",
        `contextsieve compress '*.md' --cache .scores -n 60 -q "How long are database backups kept?"`,
      ],
    },
  ],
  "contextsieve models list": [{ about: "", lines: ["contextsieve models list"] }],
  "contextsieve models info": [{ about: "", lines: ["contextsieve models info contextsieve-small"] }],
  "contextsieve distill teacher": [
    {
      about:
        "Any OpenAI-compatible endpoint; the key comes from OPENAI_API_KEY. Run again, it goes on where it stopped.",
      lines: [
        `printf '%s\\n' '{"id":"a","text":"The cache is kept for one hour."}' '{"id":"b","text":"It never expires while a build is running."}' > documents.jsonl`,
        "contextsieve distill teacher --in documents.jsonl --out pairs.jsonl --endpoint $ENDPOINT --model any",
        "contextsieve distill teacher --in documents.jsonl --out pairs.jsonl --endpoint $ENDPOINT --model any",
      ],
    },
  ],
  "contextsieve distill quality": [{ about: "", lines: ["contextsieve distill quality --in pairs.jsonl"] }],
  "contextsieve distill annotate": [
    {
      about: "",
      lines: ["contextsieve distill annotate --in pairs.jsonl --out labels.jsonl", "tail -n 1 labels.jsonl"],
    },
  ],
  "contextsieve distill dataset": [
    {
      about: "",
      lines: [
        "mkdir -p data/distil && cp pairs.jsonl data/distil/pairs.train.jsonl",
        "contextsieve distill dataset --data data --out dataset",
      ],
    },
  ],
  "contextsieve doctor": [{ about: "", lines: ["contextsieve doctor"] }],
  "contextsieve completion": [
    { about: "", lines: ["contextsieve completion bash > contextsieve.bash", "head -n 3 contextsieve.bash"] },
  ],
};

const HEAD = `# The command line

<!-- Written by \`npm run docs:cli\` (scripts/write-cli-docs.ts); change it there. -->

\`npx contextsieve\`, or \`npm i -g contextsieve\` and then \`contextsieve\`. The examples below run in a folder with the
files of [examples/data](../examples/data), one after the other, and show what was printed when this page was written, on
two busy cores.

- [Files](#files), [encodings](#encodings), [kinds](#kinds), [output](#output), [environment](#environment), [status](#status)
- Commands: COMMANDS

## Files

A file is a document; its path is its id. A folder stands for the files in it, sorted by path, without hidden files and
without what \`.gitignore\` names (\`--hidden\` and \`--no-ignore\` bring them). A quoted glob (\`'docs/**/*.md'\`) is
matched here and not by the shell, with the same rules. \`-e md,txt\` takes files with these endings only.
\`--files-from list.txt\` reads names, \`-\` from standard input, \`-0\` where they end in NUL. A file comes once, however
often it is named. Without names, and for \`-\`, the document is standard input. With \`--jsonl\` a document is a line; one
without an \`id\` is called by its file and line.

## Encodings

Files are UTF-8, or UTF-16 where they begin with a byte order mark (PowerShell's \`>\`); anything else by \`--encoding\`
(\`latin1\`, \`shift_jis\`, every name of the Encoding Standard). A file that is no text (a PDF, a picture, NUL bytes) is
refused in one line; where a folder, glob or list brought it, it is passed over with a warning. Bytes are never read as
replacement characters.

## Kinds

A file's kind (JSON, CSV, a log, a diff, code, ...; [all of them](structure.md)) is told by its name, else by what it looks
like; \`--kind\` says it for all documents, \`"kind"\` in a JSON line for one. \`--json\` gives each document's \`kind\`, what was
\`omitted\`, and whether it is \`lossless\`; \`--verbose\` says the same in a line.

## Output

The text goes to standard output as it is; on a terminal, control characters of the documents are spelled out
(\`\\u001b\`). \`-o\` writes a file whole or not at all, and never over a document. What cannot be written to its file in
the end is printed, so that the work is not lost. Summary, warnings and the bar go to standard error; \`--quiet\` leaves
only errors.

## Environment

| variable | for |
|---|---|
| \`CONTEXTSIEVE_MAX_TOKENS\` | \`--max-tokens\`, unless \`--rate\` or \`--threshold\` is given |
| \`CONTEXTSIEVE_TOKENIZER\` | \`--tokenizer\` |
| \`CONTEXTSIEVE_FORM\`, \`CONTEXTSIEVE_MARKER\` | \`--form\`, and \`--marker\`: \`true\`, \`false\` or \`all\` |
| \`CONTEXTSIEVE_MODEL\`, \`CONTEXTSIEVE_DEVICE\`, \`CONTEXTSIEVE_THREADS\`, \`CONTEXTSIEVE_CACHE\` | the flags of these names |
| \`CONTEXTSIEVE_MCP_TOKEN\` | \`--token\` of \`mcp\` |
| \`NO_COLOR\`, \`FORCE_COLOR\` | colours, unless \`--color always\` or \`never\` |

Flags go first. A variable that is empty is not set.

## Status

0 done, also where nothing was kept (a warning says why); 1 a model's backend or a teacher that failed; 2 bad usage, input
or output, with one line on standard error; 130 interrupted.
`;

const isCheck = process.argv.includes("--check");
const folder = prepareFolder();
const server = await startTeacher();
try {
  const page = await writePage(createProgram());
  if (!isCheck) writeFileSync(PAGE, page);
  else if (timeless(page) !== timeless(readFileSync(PAGE, "utf8"))) {
    console.error(`${PAGE} is out of date: run npm run docs:cli.`);
    process.exitCode = 1;
  }
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

async function writePage(program: Command): Promise<string> {
  const commands = everyCommand(program).filter((command) => command.parent);
  const links = commands
    .filter((command) => command.commands.length === 0)
    .map((command) => `[${shortName(command)}](#${shortName(command).replaceAll(" ", "-")})`);
  let page = HEAD.replace("COMMANDS", links.join(", "));
  for (const command of commands) {
    page += `\n## ${shortName(command)}\n\n\`\`\`\n${helpPage(command)}\n\`\`\`\n`;
    for (const { about, lines } of EXAMPLES[fullName(command)] ?? []) {
      page += `\n${about === "" ? "" : `${about}\n\n`}\`\`\`console\n${await run(lines)}\`\`\`\n`;
    }
  }
  return page;
}

function shortName(command: Command): string {
  return fullName(command).split(" ").slice(1).join(" ");
}

/** The lines as a terminal shows them: each behind its prompt, with what it printed on either stream. */
async function run(lines: readonly string[]): Promise<string> {
  let shown = "";
  for (const line of lines) {
    const output = await shell(line);
    const printed = output.trimEnd().split("\n");
    const cut =
      printed.length > LONGEST ? [...printed.slice(0, LONGEST), `... (${printed.length - LONGEST} lines)`] : printed;
    shown += `$ ${line.replace("$ENDPOINT", SHOWN_ENDPOINT)}\n${output === "" ? "" : `${cut.join("\n")}\n`}`;
  }
  return shown;
}

async function shell(line: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const environment = {
    ...process.env,
    PATH: `${folder}/bin:${process.env.PATH}`,
    ENDPOINT: `http://127.0.0.1:${port}/v1`,
    HF_HOME: folder,
  };
  // One stream for both, in the order of writing.
  const child = spawn("bash", ["-c", `exec 2>&1; ${line}`], { cwd: join(folder, "data"), env: environment });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const status = await new Promise<number | null>((done) => child.on("close", done));
  if (status !== 0) throw new Error(`Expected \`${line}\` to succeed, got status ${status}: ${output}`);
  return output.replaceAll(ROOT, "node_modules/contextsieve");
}

function prepareFolder(): string {
  const made = mkdtempSync(join(tmpdir(), "contextsieve-docs-"));
  cpSync("examples/data", join(made, "data"), { recursive: true });
  mkdirSync(join(made, "bin"));
  const program = `exec "${process.execPath}" "${ROOT}/dist/cli/main.js" "$@"`;
  writeFileSync(join(made, "bin/contextsieve"), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  return made;
}

/** A language model's place: it leaves out the shortest words. */
async function startTeacher(): Promise<Server> {
  const made = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const prompt: string = JSON.parse(body).messages[0].content;
    const text = prompt.trim().split("\n").at(-1) ?? "";
    const content = text.replace(/\b(?:The|is|a|for|It)\b ?/gu, "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ choices: [{ message: { content }, finish_reason: "stop" }] }));
  });
  await new Promise<void>((done) => made.listen(0, "127.0.0.1", done));
  return made;
}

/** A page without what differs from run to run. */
function timeless(page: string): string {
  return page
    .replace(/\d+(?:\.\d+)? ms/gu, "- ms")
    .replace(/"(\w+Ms)": [\d.]+/gu, '"$1": 0')
    .replace(/\d+ tokens\/s/gu, "- tokens/s")
    .replace(/^node .*$/gmu, "node");
}
