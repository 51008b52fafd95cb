import { plainWords } from "./outline.js";

const MODIFIERS =
  "(?:(?:export|default|declare|pub(?:\\([\\w\\s:]+\\))?|public|private|protected|internal|static|final|async|abstract|unsafe|const|override|virtual|sealed|partial|inline|extern|data|open|suspend|local|readonly)\\s+)*";
const KEYWORD = new RegExp(
  `^${MODIFIERS}(?:class|interface|enum|struct|impl|trait|mod|module|namespace|package(?=\\s+\\w+\\s*\\{)|def|defp|defmodule|fn|func|fun|function\\*?|union|protocol|extension|object|record|macro_rules!|sub|proc|type(?=\\s+\\w+))\\b`,
  "u",
);
const SQL_CREATE =
  /^(?:create|alter)\s+(?:or\s+replace\s+)?(?:\w+\s+){0,3}?(?:table|view|function|procedure|trigger|type|index)\b/iu;
/** A binding to a function, or to a record that is open at the line's end. */
const BINDING =
  /^(?:export\s+)?(?:const|let|var)\s+[\w$]+(?:\s*:[^=]+)?\s*=\s*(?:async\s*)?(?:function\b|\([^)]*$|\([^)]*\)[^=]*=>|[\w$]+\s*=>)/u;
/** A method or a function of the C family: a name, its parameters, and a body that opens. */
const WITH_BODY = /^(?:[\w$<>[\],.*&:~?]+\s+)*(?:\*|&)*[\w$:~#]+\s*(?:<[^()]*>)?\([^;]*(?:\{|=>|:)\s*$/u;
const SHELL_FUNCTION = /^[\w-]+\s*\(\)\s*\{?/u;
const CONTROL =
  /^(?:\}\s*)?(?:if|else|elif|for|foreach|while|until|switch|match|catch|try|return|with|when|case|do|await|throw|new|using|lock|synchronized|loop|select|defer|go|unless|yield)\b/u;
const TEST = /^(?:describe|it|test|context|suite)(?:\.\w+)*\(\s*["'`]/u;

const IMPORT =
  /^(?:import\b|from\s+\S+\s+import\b|use\s+[\w:\\]|using\s+[\w.]+;|#\s*include\b|require(?:_relative)?\b|package\s+[\w.]+;?$|(?:const|var|let)\s+.{0,200}=\s*require\()/u;
const LICENCE =
  /\b(?:copyright|licen[sc]ed?|all rights reserved|spdx-license|redistribut\w+|warrant(?:y|ies)|permission is hereby)\b/iu;
const TROUBLE = /\b(?:todo|fixme|hack|xxx|throw|raise|panic|catch|except|rescue|error|err|fatal|assert)\b/iu;
/** What decides: what is given back, and on what condition. */
const DECIDES =
  /^[ \t]{0,80}(?:\} ?)?(?:if|else|elif|switch|match|case|when|unless|guard)\b|\breturn [^\s;]|[=!<>]=|[^\s]\s[<>]\s/mu;
const EXPORTED = /^(?:export\b|pub\b|public\b|(?:func|type)\s+(?:\([^)]*\)\s*)?\p{Lu})|^(?:def|class)\s+[^_\W]/u;
/** What a grain is worth without a question. */
const PRIORS = {
  exported: 0.85,
  definition: 0.75,
  trouble: 0.58,
  decides: 0.52,
  top: 0.48,
  body: 0.42,
  comment: 0.38,
  imports: 0.2,
  licence: 0.05,
};
/** Code units of a head's own words in what stands inside it. */
const LONGEST_NAME = 60;
/** Code units of a grain that are looked at for its worth. */
const LOOKED_AT = 600;

/** Whether code (a statement or the head of a block, without what is above it) defines something that has a name. */
export function isDefinition(code: string, opensBlock: boolean): boolean {
  const line = code.slice(0, LOOKED_AT);
  if (KEYWORD.test(line) || SQL_CREATE.test(line)) return true;
  if (CONTROL.test(line)) return false;
  return BINDING.test(line) || (opensBlock && (WITH_BODY.test(line) || SHELL_FUNCTION.test(line) || TEST.test(line)));
}

/** What a block is called by those who stand in it: its name, or its condition in plain words. */
export function nameOf(head: string, isDefined: boolean): string {
  const lines = head.split(/\r?\n/u).filter((line) => !/^\s*(?:@\w|#!?\[|\/\/|\/?\*|#\s|--)/u.test(line));
  const first = (lines[0] ?? head).trim();
  const name = isDefined
    ? first
        .replace(/<[^<>()]*>|\(.*$|\s(?:extends|implements|where)\b.*$/gu, "")
        .replace(new RegExp(`^${MODIFIERS}`, "u"), "")
    : first;
  const words = plainWords(name).slice(0, LONGEST_NAME);
  return words === "" ? plainWords(first).slice(0, LONGEST_NAME) : words;
}

/** What is known of a run of lines besides its text. */
export interface CodePlace {
  isDefinition: boolean;
  isComment: boolean;
  isTop: boolean;
}

/** What code is worth without a question: signatures first, licences last. */
export function priorOf(text: string, { isDefinition: isDefined, isComment, isTop }: CodePlace): number {
  const start = text.slice(0, LOOKED_AT);
  if (isComment && isTop && LICENCE.test(start)) return PRIORS.licence;
  if (isDefined) return /^\s*(?:@|#\[|\/)/u.test(start) || EXPORTED.test(start) ? PRIORS.exported : PRIORS.definition;
  if (IMPORT.test(start)) return PRIORS.imports;
  if (TROUBLE.test(start)) return PRIORS.trouble;
  if (isComment) return PRIORS.comment;
  if (DECIDES.test(start)) return PRIORS.decides;
  return isTop ? PRIORS.top : PRIORS.body;
}
