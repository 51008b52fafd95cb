import { type ContentTest, countOf, isSentence, type Sample, shareOf } from "./detect-sample.js";

/** Lines that hardly stand anywhere but in a language, with its name. The first language of equal weight wins. */
const LANGUAGE_LINES: readonly [language: string, pattern: RegExp][] = [
  [
    "typescript",
    /^\s*(?:export\s+)?(?:interface|type|enum|declare|abstract class)\s+\w+[^:]*[={]|^\s*import\s+(?:type\s)?.*\bfrom\s+["']|\)\s*:\s*[\w<>[\]| ]+\s*(?:\{|=>)|^\s*(?:private|public|protected|readonly)\s+\w+[?!]?\s*[:(]|:\s*(?:string|number|boolean|unknown|void)\b/u,
  ],
  [
    "javascript",
    /^\s*(?:const|let|var)\s+[\w${[][^;]*=|^\s*(?:export\s+)?(?:async\s+)?function\b.*\(|=>\s*[{(]?|\brequire\(["']|^\s*module\.exports|^["']use strict["'];|===|^\s*\}\)[;,]?$|^\s*await\s+\w+|^\s*(?:import|export)\s+.*\bfrom\s+["']|^\s*\}\s+from\s+["']/u,
  ],
  [
    "python",
    /^\s*(?:async\s+)?def\s+\w+\s*\(.*|^\s*class\s+\w+(?:\([\w., =]*\))?:\s*(?:#.*)?$|^\s*(?:from\s+[\w.]+\s+import\s+[\w(*]|import\s+\w[\w.]*(?:\s+as\s+\w+)?(?:,\s*\w+)*\s*$)|^\s*(?:if|elif|for|while|with|try|except|else|finally)\b.*:\s*(?:#.*)?$|^\s*@\w[\w.]*(?:\(.*\))?\s*$|^\s*(?:>>>|\.\.\.)\s/u,
  ],
  [
    "rust",
    /^\s*(?:pub(?:\(\w+\))?\s+)?(?:fn\s+\w+|struct\s+\w+|enum\s+\w+|trait\s+\w+|mod\s+\w+;|impl\b.*\{)|^\s*let\s+(?:mut\s+)?\w+.*=.*;$|^\s*use\s+(?:crate|std|super|core|\w+)::|^\s*#!?\[\w+|\b\w+!\(.*\)[;,]?$|->\s*(?:Result|Option|Self|&|Vec|impl)\b/u,
  ],
  [
    "go",
    /^\s*package\s+\w+$|^\s*func\s+(?:\(\w*\s*\*?[\w.[\]]+\)\s*)?\w*\(.*\{$|:=\s|^\s*type\s+\w+\s+(?:struct|interface|func)\b|\bif\s+err\s*!=\s*nil|^import\s+(?:\(|")/u,
  ],
  [
    "java",
    /^\s*(?:public|private|protected)\s+(?:static\s+)?(?:final\s+)?(?:abstract\s+)?(?:class|interface|enum|record|void|[\w<>[\],]+)\s+\w+.*|^\s*import\s+(?:static\s+)?[\w.]+(?:\.\*)?;$|^\s*package\s+[\w.]+;$|^\s*@Override\b|\bnew\s+[A-Z]\w*(?:<.*>)?\(|System\.out\./u,
  ],
  [
    "scala",
    /^\s*(?:case |sealed |final |implicit |abstract ){0,3}(?:object|trait) [A-Z]|^\s*(?:override )?def \w[^=]*[^=!<>]= ?\{?$/u,
  ],
  ["csharp", /^\s*using\s+[\w.]+;$|^\s*namespace\s+[\w.]+|\{\s*get;|\bConsole\.Write/u],
  [
    "c",
    /^\s*#\s*(?:include\s*[<"]|define\s+\w|ifn?def\s+\w|endif|pragma\s)|^\s*(?:static\s+|const\s+|unsigned\s+|extern\s+)*(?:int|void|char|float|double|size_t|struct\s+\w+|bool|auto|std::\w+)\b[\s*&]+\w+\s*[(=;[]|->\w+|\bstd::|\b(?:printf|malloc|sizeof)\s*\(/u,
  ],
  [
    "kotlin",
    /^\s*(?:(?:private|override|suspend|internal|open)\s+)*fun\s+(?:<.*>\s*)?[\w.]+\(|^\s*va[lr] \w+(?:: [\w<>?.,]+(?: [\w<>?.,]+){0,3})? ?(?:=|by )|^\s*(?:data|sealed|value|enum|open|abstract) (?:class|interface|object)\s|^\s*(?:companion )?object\b[^{]*\{$|^import \w+(?:\.\w+){2,}$|^package \w+(?:\.\w+)+$/u,
  ],
  [
    "swift",
    /^\s*(?:(?:public|private|override|static|@\w+)\s+)*func\s+\w+.*\{$|^\s*(?:guard|if)\s+let\s|^\s*import\s+(?:Foundation|UIKit|SwiftUI)\b/u,
  ],
  ["php", /^\s*\$\w+\s*=|<\?php|\$this->|^\s*(?:(?:public|private|protected)\s+)?function\s+\w+\(.*\$/u],
  [
    "ruby",
    /^\s*(?:def\s+[\w.?!]+(?:\(.*\))?\s*$|end\s*$|require(?:_relative)?\s+["']|attr_\w+\s+:|module\s+[A-Z]\w*\s*$)|\bdo\s*\|.*\|\s*$|\.each\b/u,
  ],
  [
    "perl",
    /^\s*(?:my|our|local)\s+[$@%(]|^\s*sub \w+(?: ?\{|$)|=~ ?(?:[ms]?[/{]|tr)|^\s*use (?:strict|warnings|vars|constant|parent|base|lib)\b|^\s*use [A-Z]\w*::|^package [A-Z][\w:]*;$|^1;$|\$_\b|@_;/u,
  ],
  ["lua", /^\s*local (?:function )?\w|^\s*function [\w.:]+\([\w, .]*\)$|^\s*(?:if|elseif) .*\bthen$|^\s*for .*\bdo$/u],
  [
    "hcl",
    /^\s*(?:(?:resource|data|variable|provider|module|output|backend|provisioner|dynamic) "[^"]*"(?: "[^"]*")?|terraform|locals|required_providers|lifecycle|validation) \{$/u,
  ],
  [
    "dockerfile",
    /^(?:FROM|RUN|COPY|ENTRYPOINT|CMD|WORKDIR|EXPOSE|VOLUME|HEALTHCHECK) \S|^(?:ENV|ARG|USER|LABEL|ADD) [\w./"$]+(?:[= ]\S|$)/u,
  ],
  [
    "shell",
    /^#!.*\b(?:ba|z|k|da)?sh\b|^\s*(?:fi|done|esac|then|do)\s*(?:#.*|[<>|].*)?$|^\s*if\s+\[\[?\s|;\s*(?:then|do)\s*$|^\s*(?:export\s+)?\w+=(?:"?\$|\$\()|"\$[{@\w]|^\s*(?:echo|sudo|cd|mkdir|rm|cp|mv|chmod|curl|grep|sed|apt-get|set -)\s+\S|^\w[\w-]*\s*\(\)\s*\{/u,
  ],
  [
    "sql",
    /^\s*(?:SELECT\b|INSERT\s+INTO\b|UPDATE\s+[\w."]+\s+SET\b|DELETE\s+FROM\b|(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+|TEMP(?:ORARY)?\s+)?(?:TABLE|INDEX|VIEW|FUNCTION|TYPE|TRIGGER|SCHEMA|DATABASE|EXTENSION|OPERATOR|SEQUENCE|PROCEDURE)\b|(?:LEFT |RIGHT |INNER |OUTER )?JOIN\s|WHERE\s|FROM\s+\w|GROUP\s+BY\b|ORDER\s+BY\b|VALUES\s*\(|SET\s+\w+\s*=|COMMIT;|BEGIN;|(?:RETURNS|LANGUAGE)\s+\w|AS\s+['$]|AND\s|OR\s|ON\s+\w)/u,
  ],
  [
    "css",
    /^\s*(?:[.#][\w-]+|:root|[*]|::?[\w-]+|@(?:media|import|font-face|keyframes|layer|supports|charset|use|mixin|include)\b|(?:html|body|a|p|div|span|ul|ol|li|h[1-6]|table|t[hdr]|img|nav|main|header|footer|section|button|input)\b)[^;=]*[{,]\s*$|^\s*(?:--[\w-]+|(?:-webkit-|-moz-)?(?:color|margin|padding|display|font|background|border|width|height|position|top|left|right|bottom|flex|grid|align|justify|text|line|max|min|overflow|opacity|z|cursor|transform|transition|content|gap|box|white)(?:-[a-z]+)*):\s*[^;]+;\s*$/u,
  ],
];
const CODE_LINE =
  /[;{}]\s*$|^\s*[\])}]+[;,)]*\s*$|^\s*(?:return|break|continue|else|try|pass|raise|throw|yield|case|default)\b.*[;:()'"\w]$|^\s*[\w.[\]"'$*&>-]+\s*(?:[+\-*/|&:]?=)\s*\S|^\s*(?:await\s+)?[\w.$:]+\(.*\)?[;,]?\s*$|[([{,]\s*$|^\s*["'`].*["'`],?\)?;?$|^\s*(?:@|#\[)\w/u;
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*\/|\*\s|\*$|#(?!include|define|if|endif)|--(?:\s|$)|<!--|"""|''')/u;
const SHEBANG = /^#!\s*(?:\S*env\s+(?:-S\s+)?)?(?:\S*[^\sa-z])?(?<program>[a-z]+)[\d.]*(?:\s|$)/u;
/** Lines of code among those that are neither empty nor comment, at least. */
const CODE_SHARE = 0.55;
/** Lines that only one language has among those that are no sentences, at least: the others need no look then. */
const SURE_SHARE = 0.2;
/** Signs among the code units of code in one long line, at least. */
const SIGN_SHARE = 0.1;

/** Program code, by lines that only code has. */
export const code: ContentTest = (sample) => {
  const { lines, text } = sample;
  const shebang = SHEBANG.exec(text)?.groups?.program;
  if (shebang !== undefined) return { kind: "code", language: shebang };
  const [language, weight] = bestLanguage(lines);
  const counted = lines.filter((line) => !COMMENT_LINE.test(line));
  if (counted.length <= 3 && text.length < 2000) {
    const isWhole =
      weight >= 1 &&
      lines.every((line) => !isSentence(line)) &&
      /[;{}()=]/u.test(text) &&
      (counted.length >= 2 || /;\s*$/u.test(text));
    return isWhole ? { kind: "code", language } : undefined;
  }
  if (counted.length <= 3) return signShare(text) >= SIGN_SHARE ? { kind: "code", language: "javascript" } : undefined;
  if (weight < 2) return undefined;
  const pattern = LANGUAGE_LINES.find(([name]) => name === language)?.[1] as RegExp;
  const spoken = counted.filter(isSentence).length;
  const isCode = (line: string) => !isSentence(line) && (CODE_LINE.test(line) || pattern.test(line));
  const matching = counted.filter((line, index) => isCode(line) || isContinued(counted, index)).length;
  const isSure = weight >= 3 && weight >= (counted.length - spoken) * SURE_SHARE && spoken <= counted.length * 0.3;
  const isLikely = (weight >= counted.length * 0.08 || weight >= 12) && matching >= counted.length * CODE_SHARE;
  return isSure || isLikely ? { kind: "code", language } : undefined;
};

const TARGET = /^[\w./%$(){}-]+(?: [\w./%$(){}-]+){0,8} ?:(?![=:\\/])/u;
const RECIPE = /^\t\S/u;
const MAKE_LINE =
  /^(?:\s*#|[\w.-]+ ?[:?+]?=|(?:-?include|ifn?eq|ifn?def|else|endif|define|endef|export)\b|\.[A-Z_]+ ?:)/u;

/** A makefile: targets with the recipes below them. */
export const makefile: ContentTest = ({ lines }) => {
  const targets = countOf(lines, TARGET);
  const recipes = countOf(lines, RECIPE);
  if (targets < 2 || recipes < 2 || RECIPE.test(lines[0] ?? "")) return undefined;
  const known = lines.filter((line) => TARGET.test(line) || RECIPE.test(line) || MAKE_LINE.test(line)).length;
  return known >= lines.length * 0.9 ? { kind: "code", language: "makefile" } : undefined;
};

/** Lines that read as code in whatever language, as a share, and how many there must be. */
const SHAPED_SHARE = 0.6;
const FEWEST_SHAPED = 5;

/** A member of JSON; a text that has so many of them is a part of a dump among other text. */
const JSON_MEMBER = /^\s*"[^"]*"\s*:/u;
const MEMBER_SHARE = 0.25;

/** Program code in a language that is not known, or a part of it that shows nothing of its language. */
export const codeByShape: ContentTest = (sample) => {
  const counted = sample.lines.filter((line) => !COMMENT_LINE.test(line));
  if (counted.length < FEWEST_SHAPED || codeShare(sample.lines) < SHAPED_SHARE) return undefined;
  if (shareOf(counted, JSON_MEMBER) >= MEMBER_SHARE) return undefined;
  const language = languageOf(sample);
  return language === undefined ? { kind: "code" } : { kind: "code", language };
};

/** The language that most lines speak for. */
export function languageOf({ lines, text }: Sample): string | undefined {
  const shebang = SHEBANG.exec(text)?.groups?.program;
  if (shebang !== undefined) return shebang;
  const [language, weight] = bestLanguage(lines);
  return weight > 0 ? language : undefined;
}

/** A share of lines that read as code, whatever their language. */
export function codeShare(lines: readonly string[]): number {
  const counted = lines.filter((line) => !COMMENT_LINE.test(line) && !isSentence(line));
  return shareOf(counted, CODE_LINE) * (counted.length / Math.max(1, lines.length));
}

function bestLanguage(lines: readonly string[]): [language: string, weight: number] {
  let best: [string, number] = ["", 0];
  for (const [language, pattern] of LANGUAGE_LINES) {
    const weight = lines.filter((line) => pattern.test(line) && !isSentence(line) && !COMMENT_LINE.test(line)).length;
    if (weight > best[1]) best = [language, weight];
  }
  return best;
}

/** Whether a line goes on with a statement: further in than the one before it, which is open. */
function isContinued(lines: readonly string[], index: number): boolean {
  const line = lines[index] as string;
  return /^\s{2,}\S|^\t/u.test(line) && /[({[,=+&|\\:]\s*$|\bAS$/u.test(lines[index - 1] ?? "");
}

function signShare(text: string): number {
  const part = text.slice(0, 4000);
  return (part.match(/[(){}[\];=.,&|!?:]/gu)?.length ?? 0) / part.length;
}
