import { isLanguage } from "./code-syntax.js";
import type { TextKind } from "./outline.js";

/** A kind of text, and the language or dialect where the kind has several. */
export interface NamedKind {
  kind: TextKind;
  language?: string;
}

/** Kinds by the endings of file names, the words behind a fence and the subtypes of media types. */
const WORDS: Partial<Record<TextKind, string>> = {
  json: "json jsonc json5 geojson topojson webmanifest ipynb har avsc map",
  ndjson: "ndjson jsonl json-lines jsonlines x-ndjson",
  yaml: "yaml yml x-yaml openapi eyaml",
  toml: "toml",
  ini: "ini env dotenv properties conf cfg cnf editorconfig gitconfig npmrc desktop service socket timer unit systemd",
  xml: "xml xsd xsl xslt svg rss atom plist csproj vbproj fsproj props targets resx xaml wsdl kml gpx pom nuspec storyboard",
  html: "html htm xhtml",
  csv: "csv tsv psv tab comma-separated-values tab-separated-values",
  log: "log logs syslog access_log",
  trace: "stacktrace traceback pytb trace",
  diff: "diff patch udiff x-diff x-patch",
  markdown: "md markdown mdx mkd mdown qmd rmd x-markdown",
  mail: "eml mbox rfc822",
  subtitles: "srt vtt sbv subrip",
  latex: "tex latex ltx sty cls bib",
  paged: "pdf",
};

const BY_WORD: ReadonlyMap<string, TextKind> = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) =>
    words.split(" ").map((word): [string, TextKind] => [word, kind as TextKind]),
  ),
);

/** Kinds by whole file names and their beginnings. */
const BY_FILE: readonly [pattern: RegExp, named: NamedKind][] = [
  [/^(?:docker|container)file(?:\..+)?$/u, { kind: "code", language: "dockerfile" }],
  [/^(?:gnu)?makefile(?:\..+)?$/u, { kind: "code", language: "makefile" }],
  [/^(?:jenkinsfile|build\.gradle)$/u, { kind: "code", language: "groovy" }],
  [/^(?:gemfile|rakefile|podfile|vagrantfile|brewfile|fastfile|guardfile)$/u, { kind: "code", language: "ruby" }],
  [/^(?:build|workspace|sconstruct|snakefile|tiltfile)(?:\.bazel)?$/u, { kind: "code", language: "python" }],
  [/^cmakelists\.txt$/u, { kind: "code", language: "cmake" }],
  [/^\.(?:bashrc|bash_profile|profile|zshrc|zshenv|bash_aliases)$/u, { kind: "code", language: "shell" }],
  [/^\.env(?:\..+)?$|^\.(?:npmrc|gitconfig|editorconfig|pypirc|flake8|pylintrc)$/u, { kind: "ini" }],
  [/^\.(?:eslintrc|babelrc|prettierrc|swcrc|stylelintrc)$|^(?:composer|flake|deno|bun)\.lock$/u, { kind: "json" }],
  [/^(?:cargo|poetry|uv|pdm)\.lock$|^pipfile$/u, { kind: "toml" }],
  [
    /^(?:.+\.)?log(?:\.\d+|-\d+|\.old)?$|^(?:syslog|messages|dmesg|catalina\.out|nohup\.out)(?:\.\d+)?$/u,
    { kind: "log" },
  ],
];

/** Endings that are words of a language and of other texts alike, and are left to the text itself. */
const AMBIGUOUS = new Set(["m", "d", "r", "s", "pl", "as", "lock", "node"]);

/** The kind that a file's name, a path or an address speaks for. */
export function kindOfName(name: string): NamedKind | undefined {
  const path = /^[a-z][\w+.-]*:\/\//iu.test(name)
    ? name.replace(/^[a-z][\w+.-]*:\/\/[^/?#]*/iu, "").replace(/[?#][\s\S]*$/u, "")
    : name;
  const file =
    path
      .replace(/(?<![/\\])[/\\]+$/u, "")
      .slice(-200)
      .split(/[/\\]/u)
      .at(-1)
      ?.toLowerCase() ?? "";
  const named = BY_FILE.find(([pattern]) => pattern.test(file))?.[1];
  if (named !== undefined) return named;
  const ending = /[^.]\.(?<ending>[\w+#-]{1,16})$/u.exec(
    file.replace(/\.(?:bak|orig|dist|example|sample|template|tmpl|j2|old)$/u, ""),
  )?.groups?.ending;
  return ending === undefined || AMBIGUOUS.has(ending) ? undefined : kindOfWord(ending);
}

/** The kind that a word behind a fence, or a language's name, speaks for. */
export function kindOfWord(word: string): NamedKind | undefined {
  const lower = word.toLowerCase();
  const kind = BY_WORD.get(lower);
  if (kind === "csv") return { kind, language: lower };
  if (kind !== undefined) return { kind };
  return isLanguage(lower) ? { kind: "code", language: lower } : undefined;
}

/** The kind that a fence's info string speaks for: its first word, in braces or with a title behind it. */
export function kindOfFence(info: string): NamedKind | undefined {
  const word = /^\s*\{?\.?(?<word>[\w+#-]+)/u.exec(info)?.groups?.word;
  if (word === undefined) return undefined;
  if (/^(?:console|shell-session|terminal|output)$/iu.test(word)) return { kind: "log" };
  return kindOfWord(word);
}

/** The kind that a media type speaks for; none for plain text and unknown ones. */
export function kindOfMediaType(mediaType: string): NamedKind | undefined {
  const [, subtype = "", suffix = ""] = /^\s*[\w.-]+\/([\w.-]+)(?:\+([\w.-]+))?/u.exec(mediaType.toLowerCase()) ?? [];
  if (subtype === "plain" || subtype === "octet-stream") return undefined;
  if (subtype === "event-stream") return { kind: "log" };
  return kindOfWord(subtype.replace(/^x-/u, "")) ?? kindOfWord(suffix);
}
