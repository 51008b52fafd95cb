const WIDTH = 30;

/** A progress bar on standard error; nothing at all if that is no terminal. */
export interface Progress {
  update(done: number, note?: string): void;
  end(): void;
}

/**
 * @param total What `update` counts up to.
 * @param label What is counted.
 */
export function createProgress(total: number, label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY || total <= 0) return { update: () => undefined, end: () => undefined };
  return {
    update(done, note = "") {
      const filled = Math.round((WIDTH * Math.min(done, total)) / total);
      stream.write(`\r\x1b[K[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${done}/${total} ${label}${note}`);
    },
    end() {
      stream.write("\r\x1b[K");
    },
  };
}
