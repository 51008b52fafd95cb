const WIDTH = 30;
const ERASE_LINE = "\r\x1b[K";
const SPINNER = ["|", "/", "-", "\\"];
/** How often the spinner turns, in milliseconds. */
const TURN_MS = 100;

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
      stream.write(
        `${ERASE_LINE}[${"#".repeat(filled)}${"-".repeat(WIDTH - filled)}] ${done}/${total} ${label}${note}`,
      );
    },
    end() {
      stream.write(ERASE_LINE);
    },
  };
}

/** A line on standard error that tells what is done and for how long; nothing at all where that is no terminal. */
export interface Spinner {
  /** What is done now; asked again at each turn. */
  show(what: () => string): void;
  end(): void;
}

/** @param isQuiet Show nothing. */
export function createSpinner(isQuiet: boolean, stream: NodeJS.WriteStream = process.stderr): Spinner {
  if (!stream.isTTY || isQuiet) return { show: () => undefined, end: () => undefined };
  const started = performance.now();
  let describe = () => "";
  let turn = 0;
  const draw = () => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    stream.write(`${ERASE_LINE}${SPINNER[turn++ % SPINNER.length]} ${describe()}, ${seconds} s`);
  };
  const timer = setInterval(draw, TURN_MS);
  timer.unref();
  return {
    show(what) {
      describe = what;
      draw();
    },
    end() {
      clearInterval(timer);
      stream.write(ERASE_LINE);
    },
  };
}
