/** A token that may run over several lines: nothing inside it is a bracket. */
export interface LongToken {
  open: string;
  close: string;
  /** Whether a backslash hides what closes it. @default false */
  hasEscapes?: boolean;
  /** What leads back to code inside it (`${` in a template); closed by `}`. */
  hole?: string;
  isComment?: boolean;
}

/** What a bracket needs to know of a language: enough to count brackets, not to understand it. */
export interface Syntax {
  lineComments: readonly string[];
  /** Longest opening mark first. */
  longTokens: readonly LongToken[];
  /** Quotes of strings that end in their line; the same mark twice or behind a backslash does not end one. */
  quotes: string;
  /** Words that open a block at the start of a command, with the word that closes it. */
  blockWords?: BlockWords;
  /** Where a block is what is indented further, and nothing closes it. */
  isLayout?: boolean;
  /** A statement goes on until its semicolon, whatever the indentation. */
  untilSemicolon?: boolean;
  /** `#if` to `#endif`. */
  hasDirectives?: boolean;
  /** `/` after an operator starts a pattern. */
  hasPatterns?: boolean;
  /** A dot at a line's start is a class, no call. */
  hasSelectors?: boolean;
  /** What opens a text that goes on until a line holds its name alone. */
  heredoc?: RegExp;
}

/** Keywords in the place of brackets. */
export interface BlockWords {
  words: RegExp;
  /** Word that closes what this one opens, "" where it opens nothing, `]` where it closes. `before` and `after`: the rest of its line. */
  read(word: string, before: string, after: string): string;
}

const BLOCK_COMMENT: LongToken = { open: "/*", close: "*/", isComment: true };
const TRIPLE: LongToken = { open: '"""', close: '"""', hasEscapes: true };
const TEMPLATE: LongToken = { open: "`", close: "`", hasEscapes: true, hole: "${" };

const C_LIKE: Syntax = { lineComments: ["//"], longTokens: [BLOCK_COMMENT], quotes: "\"'" };
const SCRIPT: Syntax = { ...C_LIKE, longTokens: [BLOCK_COMMENT, TEMPLATE], hasPatterns: true };
const JVM: Syntax = { ...C_LIKE, longTokens: [BLOCK_COMMENT, TRIPLE] };
const C: Syntax = { ...C_LIKE, hasDirectives: true };
const HASH: Syntax = { lineComments: ["#"], longTokens: [], quotes: "\"'" };

const SHELL_WORDS: BlockWords = {
  words: /\b(?:if|fi|do|done|case|esac)\b/gu,
  read(word, before) {
    if (!/(?:^|[;|&({!`]|\b(?:then|do|else|while|until|elif|if))\s*$/u.test(before)) return "";
    if (word === "if") return "fi";
    if (word === "do") return "done";
    return word === "case" ? "esac" : CLOSES;
  },
};

const RUBY_WORDS: BlockWords = {
  words: /\b(?:def|class|module|if|unless|case|while|until|for|begin|do|end)\b/gu,
  read(word, before, after) {
    if (/[.:@$]$/u.test(before) || /^[:?!]/u.test(after)) return "";
    if (word === "end") return CLOSES;
    // `while x do` is one block; `def f = 1` and a condition behind its statement are none.
    if (word === "do")
      return /^\s*(?:\|[^|]*\|\s*)?(?:#.*)?$/u.test(after) && !/^\s*(?:while|until|for)\b/u.test(before) ? "end" : "";
    if (word === "def" && /^\s+[^\s()]+(?:\([^)]*\))?\s+=\s/u.test(after)) return "";
    const starts = /(?:^|[=;(]|\b(?:private|protected|public))\s*$/u.test(before);
    return starts && !/\bend\b/u.test(after) ? "end" : "";
  },
};

const LUA_WORDS: BlockWords = {
  words: /\b(?:function|then|do|repeat|end|until|elseif)\b/gu,
  read(word, before) {
    if (word === "end" || word === "until") return CLOSES;
    if (word === "then") return /\belseif\b/u.test(before) ? "" : "end";
    if (word === "elseif") return "";
    return word === "repeat" ? "until" : "end";
  },
};

const SQL_WORDS: BlockWords = {
  words: /\b(?:begin|case|if|loop|end)\b/giu,
  read(word, before, after) {
    const lower = word.toLowerCase();
    if (lower === "end") return CLOSES;
    if (lower === "case") return /\bend\s*$/iu.test(before) ? "" : "end";
    if (lower === "begin") return /^\s*(?:$|--|atomic\b)/iu.test(after) ? "end" : "";
    if (lower === "if")
      return /^\s*$/u.test(before) && !/^\s*(?:\(\s*)?(?:not\s+)?exists\b.*;/iu.test(after) ? "end" : "";
    return /(?:^|\s)$/u.test(before) && /^\s*$/u.test(after) && !/\bend\s*$/iu.test(before) ? "end" : "";
  },
};

/** What a word that closes a block reads as. */
export const CLOSES = "]";

const SYNTAXES = {
  script: SCRIPT,
  jvm: JVM,
  c: C,
  csharp: { ...C, longTokens: [BLOCK_COMMENT, { open: '@"', close: '"' }, TRIPLE] },
  go: { ...C_LIKE, longTokens: [BLOCK_COMMENT, { open: "`", close: "`" }] },
  rust: {
    ...C_LIKE,
    longTokens: [
      BLOCK_COMMENT,
      { open: 'r##"', close: '"##' },
      { open: 'r#"', close: '"#' },
      { open: '"', close: '"', hasEscapes: true },
    ],
    quotes: "",
  },
  css: { ...C_LIKE, lineComments: [], hasSelectors: true },
  scss: { ...C_LIKE, hasSelectors: true },
  php: { ...C_LIKE, lineComments: ["//", "#"], heredoc: /<<<\s*(?<quote>["']?)(?<name>\w+)\k<quote>\s*$/u },
  python: {
    ...HASH,
    isLayout: true,
    longTokens: [TRIPLE, { open: "'''", close: "'''", hasEscapes: true }],
  },
  ruby: {
    ...HASH,
    blockWords: RUBY_WORDS,
    longTokens: [{ open: "=begin", close: "=end", isComment: true }],
    heredoc: /<<[~-](?<quote>["'`]?)(?<name>\w+)\k<quote>/u,
  },
  shell: {
    lineComments: ["#"],
    longTokens: [
      { open: "'", close: "'" },
      { open: '"', close: '"', hasEscapes: true, hole: "$(" },
    ],
    quotes: "",
    blockWords: SHELL_WORDS,
    heredoc: /(?<!<)<<-?\s*(?<quote>["']?)\\?(?<name>\w+)\k<quote>/u,
  },
  sql: {
    lineComments: ["--"],
    longTokens: [BLOCK_COMMENT, { open: "'", close: "'" }],
    quotes: '"`',
    untilSemicolon: true,
    blockWords: SQL_WORDS,
  },
  lua: {
    lineComments: ["--"],
    longTokens: [
      { open: "--[[", close: "]]", isComment: true },
      { open: "[[", close: "]]" },
    ],
    quotes: "\"'",
    blockWords: LUA_WORDS,
  },
  hash: HASH,
} satisfies Record<string, Syntax>;

/** Languages by the names that people and fences give them, and their files' endings. */
const LANGUAGES: Record<keyof typeof SYNTAXES, string> = {
  script: "javascript js mjs cjs jsx typescript ts mts cts tsx node vue svelte deno bun",
  jvm: "java kotlin kt kts scala swift groovy gradle dart",
  c: "c h cc cpp cxx hpp hh hxx c++ objc objective-c m mm cuda cu glsl proto protobuf solidity sol zig",
  csharp: "csharp cs c#",
  go: "go golang",
  rust: "rust rs",
  css: "css",
  scss: "scss less sass",
  php: "php",
  python: "python py pyi py3 python3 pyx starlark bzl bazel gdscript nim",
  ruby: "ruby rb rake gemspec crystal elixir ex exs",
  shell: "shell sh bash zsh ksh dash ash fish shellscript",
  sql: "sql psql mysql postgresql postgres sqlite plsql tsql ddl",
  lua: "lua",
  hash: "perl pl pm r dockerfile makefile make mk cmake julia jl tcl awk powershell ps1 terraform tf hcl nginx graphql gql",
};

const BY_NAME: ReadonlyMap<string, Syntax> = new Map(
  Object.entries(LANGUAGES).flatMap(([syntax, names]) =>
    names.split(" ").map((name): [string, Syntax] => [name, SYNTAXES[syntax as keyof typeof SYNTAXES]]),
  ),
);

/** Whether a word (a fence's, a file's ending) names a programming language. */
export function isLanguage(name: string): boolean {
  return BY_NAME.has(name.toLowerCase());
}

/** What is known of a language; C's ways where nothing is. */
export function syntaxOf(language: string | undefined): Syntax {
  return BY_NAME.get(language?.toLowerCase() ?? "") ?? C_LIKE;
}
