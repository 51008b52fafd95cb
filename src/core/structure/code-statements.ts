import type { CodeLine } from "./code-scan.js";
import type { Syntax } from "./code-syntax.js";

/** A statement that may go on in the next line. */
export interface OpenStatement {
  first: CodeLine;
  /** Its last line that is not comment alone. */
  last: CodeLine;
  /** A line ended in `<`, and no line has begun with `>` since. */
  isAngled: boolean;
}

const OPENS_ALONE = /^(?:\{|do\b|then\b|begin\b)/iu;
const GOES_ON = /^(?:where\b|\.\w|\?\.|&&|\|\||[?:+|&]\s|=>|->\s)/u;
/** An operand is missing. */
const UNFINISHED = /(?:=>|[^=!<>]=|\?|\+|&&|\|\||\breturn)$/u;
const CASE = /^(?:case\b.*|default\s*):$/u;
const IF = /^(?:\} ?)?(?:else )?if\b/u;
const CONDITION = /^(?:\} ?)?(?:else )?(?:if|for|while)\b/u;
const CHAIN = /^(?:elif|elsif|catch|except|finally|while\b.*;$|\.\w|\?\.|&&|\|\||[?:]\s|\)|\]|,)/u;

/** Whether a line can only be the body of what stands above it: a bracket or a word alone. */
export function opensAlone({ code }: CodeLine): boolean {
  return OPENS_ALONE.test(code);
}

/** Whether a line starts with what only goes on: an operator, a dot. */
export function startsWithMark({ code }: CodeLine): boolean {
  return GOES_ON.test(code);
}

/** Whether a line ends where an operand must follow. */
export function isUnfinished({ code }: CodeLine): boolean {
  return UNFINISHED.test(code);
}

/** Whether a closing line ends the signature or the condition that its bracket belongs to: what follows is its body. */
export function endsSignature(head: CodeLine, line: CodeLine): boolean {
  if (line.after > line.least) return line.opens === "{";
  return /(?::|=>|=)$/u.test(line.code) || (CONDITION.test(head.code) && line.code.endsWith(")"));
}

/** Whether a line goes on with a block whose bracket the line before it closed: `else`, `.then(`, `)`. */
export function goesOnBehind(closing: CodeLine, line: CodeLine, syntax: Syntax): boolean {
  if (syntax.isLayout || (syntax.hasSelectors && line.code.startsWith("."))) return false;
  if (/^else\b/u.test(line.code)) return true;
  return CHAIN.test(line.code) && !/;$/u.test(closing.code);
}

/** Whether a line goes on with the statement in front of it. `separator` ends statements of SQL where it is not the semicolon. */
export function goesOn(
  { first, last, isAngled }: OpenStatement,
  line: CodeLine,
  indent: number,
  syntax: Syntax,
  separator: RegExp,
): boolean {
  if (syntax.untilSemicolon) return !separator.test(last.code) && !last.code.startsWith("\\");
  if (isAngled) return true;
  if (line.isComment) return indent > first.indent && isUnfinished(last);
  if (/\\$/u.test(last.code) || (syntax.blockWords && /(?:\|\|?|&&)$/u.test(last.code))) return true;
  if (syntax.isLayout) return false;
  if (opensAlone(line) && !/[;}]$/u.test(last.code)) return true;
  const isMark = GOES_ON.test(line.code) && !(syntax.hasSelectors && line.code.startsWith("."));
  if (indent > first.indent) return !/[;,{}:]$/u.test(last.code) || (isMark && !/[;,]$/u.test(last.code));
  if (/^else\b/u.test(line.code) && IF.test(first.code)) return indent === first.indent;
  if (CASE.test(last.code) && CASE.test(line.code)) return indent === first.indent;
  return isMark && !/[;}]$/u.test(last.code);
}
