// The lines of stack traces: Java, JavaScript, .NET, Python, Go, Rust, Ruby, PHP, gdb.

const AT_FRAME = /^\s*at .*(?:\)|:\d{1,7}|:line \d{1,7}|<anonymous>|native)\s*(?:~?\[[^\]]*\])?$/u;
const PYTHON_FRAME = /^[\s|]*File "[^"]*", line \d/u;
const GO_FUNCTION = /^(?:created by )?[\w.$*%/()·~-]+[\w)]\(.*\)?$|^created by \S/u;
const GO_PLACE = /^\s+\S.*\.(?:go|s|cgo\w*):\d/u;
const NUMBERED_FRAME = /^\s*(?:#\d{1,5}\s+\S|\d{1,5}:\s+(?:0x[0-9a-f]+ - )?[\w<{].*(?:::|[)>}\w]$))/u;
const RUBY_FRAME = /^\s+(?:from )?\S+:\d{1,7}:in [`'].*$/u;
const REST =
  /^\s*(?:\.{3} \d+ (?:more|common frames)|\[Previous line repeated|--- End of|\.{3}additional frames|\[\.{3} )/u;
const END_OF_CAUSE = /^\s*--- End of inner/u;

const NAMED =
  /^(?:[\w$]+[.:\\/]+){0,20}(?:[A-Z]\w*)?(?:Exception|Error|Warning|Exit|Interrupt|Throwable|Failure|Fault|Timeout|Iteration)(?: \[\w+\])?(?:: |:?$|\s*\()/u;
const INTRODUCED =
  /^(?:Exception in thread |Unhandled (?:exception|rejection)|Uncaught |PHP (?:Fatal|Parse|Recoverable)|Fatal error: |error: Uncaught |thread '[^']*'(?: \(\d+\))? panicked at|panic: |fatal error: |Fatal Python error: |Unhandled promise rejection|AddressSanitizer|==\d+==ERROR|\S{1,300}:\d{1,7}:in [`'][^'\n]{0,200}': )/iu;
const CAUSE =
  /^\s*(?:Caused by: |Suppressed: |Wrapped by: |---> |\[cause\]: |\[errors\]: |Nested exception|Next \S+(?:Exception|Error)|Original error)/u;
const CHAINED = /^\s*(?:During handling of the above exception|The above exception was the direct cause)/u;
const PYTHON_OPENING = /^[\s|+]*(?:Exception Group )?Traceback \(most recent call (?:last|first)\)/u;
const OPENING =
  /^(?:goroutine \d+(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[|\s*(?:stack backtrace|Stack trace|Stacktrace|Backtrace|Call stack):?\s*$)/iu;

const LIBRARY =
  /(?:^|[\s(/"@])(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|akka|groovy|clojure|android|dalvik|io\.netty|reactor|rx|okhttp3|junit)\.|org\.(?:springframework|apache|hibernate|junit|eclipse|jboss|gradle|codehaus|mockito|slf4j)\.|com\.(?:zaxxer|mysql|fasterxml|google|amazonaws|microsoft)\.|java\.base\/|\b(?:System|Microsoft|Newtonsoft|NUnit|Xunit)\.|node_modules|node:|\(internal\/|\bat internal\/|<anonymous>$|native\b|(?:site|dist)-packages|\/lib\/python\d|<frozen |\/usr\/lib\/|\/usr\/local\/go\/|\/go\/pkg\/mod\/|^runtime[./]|\bruntime\/(?:panic|proc|asm)|\b(?:std|core|alloc|tokio|futures\w*|rayon\w*)::|\/rustc\/|\.cargo\/registry|\/vendor\/|\/gems\/|\/ruby\/\d|libc\.so|libpthread|__libc_start|clone3?\b/u;

/** Code units of a line by which it is told. */
const READ = 1000;

function matches(pattern: RegExp, line: string | undefined): boolean {
  return line !== undefined && pattern.test(line.length > READ ? line.slice(0, READ) : line);
}

/**
 * How many of the lines at `at` are one frame: what was called and where. 0 where no frame begins.
 */
export function frameLength(lines: readonly { text: string }[], at: number): number {
  const line = lines[at]?.text;
  const next = lines[at + 1]?.text;
  if (matches(PYTHON_FRAME, line)) return pythonFrameLength(lines, at);
  if (matches(GO_FUNCTION, line) && matches(GO_PLACE, next)) return 2;
  if (matches(NUMBERED_FRAME, line)) return /^\s*\d/u.test(line as string) && matches(AT_FRAME, next) ? 2 : 1;
  return matches(AT_FRAME, line) || matches(RUBY_FRAME, line) ? 1 : 0;
}

/** Code lines below a frame of Python: the statement and marks below it. */
const MOST_CODE_LINES = 12;

function pythonFrameLength(lines: readonly { text: string }[], at: number): number {
  const depth = (lines[at]?.text ?? "").search(/File "/u);
  let to = at + 1;
  while (
    to - at <= MOST_CODE_LINES &&
    (lines[to]?.text ?? "").search(/[^\s|]/u) > depth &&
    !matches(PYTHON_FRAME, lines[to]?.text)
  )
    to += 1;
  return to - at;
}

/** Whether a frame is of Python, whose exception comes below its frames. */
export function isPythonFrame(frame: string): boolean {
  return matches(PYTHON_FRAME, frame);
}

/** Whether a line names an exception by its class or says that it was thrown. */
export function isException(line: string): boolean {
  return matches(NAMED, line) || matches(INTRODUCED, line);
}

/** Whether a line surely names an exception, frames below or not. */
export function isIntroduced(line: string): boolean {
  return matches(INTRODUCED, line) || matches(CAUSE, line);
}

/** Whether a line names what caused the exception above. */
export function isCause(line: string): boolean {
  return matches(CAUSE, line);
}

/** Whether a line stands between two exceptions of Python and says how they belong together. */
export function isChained(line: string): boolean {
  return matches(CHAINED, line);
}

/** Whether frames of Python stand below, and the exception below those. */
export function opensPython(line: string): boolean {
  return matches(PYTHON_OPENING, line);
}

/** Whether frames stand below. */
export function opensFrames(line: string): boolean {
  return matches(OPENING, line);
}

/** Whether a line stands for frames that are not shown. */
export function isRest(line: string): boolean {
  return matches(REST, line);
}

/** Whether a line ends the frames of a cause, and those of what it caused begin, as in .NET. */
export function endsCause(line: string): boolean {
  return matches(END_OF_CAUSE, line);
}

/** Whether a frame is of a library, not of the program itself. */
export function isLibrary(frame: string): boolean {
  return matches(LIBRARY, frame);
}
