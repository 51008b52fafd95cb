import { visibleLine } from "./visible.js";

/** What the user is told beside the result, a line each on standard error; nothing where `--quiet` asks for that. */
export interface Notices {
  /** Something that may not be as it was meant. */
  warn(text: string): void;
  /** What was done. */
  say(text: string): void;
  /** True where nobody listens: no bar either. */
  readonly isQuiet: boolean;
}

/** @param quiet Say nothing; errors are told all the same. */
export function createNotices(quiet: boolean): Notices {
  const write = (line: string) => {
    if (!quiet) process.stderr.write(`${line}\n`);
  };
  return {
    warn: (text) => write(`warning: ${visibleLine(text)}`),
    say: (text) => write(visibleLine(text)),
    isQuiet: quiet,
  };
}
