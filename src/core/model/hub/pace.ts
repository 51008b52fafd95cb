/** A download must bring so much in so long, again and again: a body that stops or drips is given up. */
const WINDOW_MS = 8_000;
const LEAST_BYTES = 8_192;

/** Watches how fast a download comes. */
export interface Pace {
  /** Aborted, with an error that says why, if it comes too slowly. */
  readonly signal: AbortSignal;
  /** Bytes have arrived. */
  received(bytes: number): void;
  /** Ends the watch. */
  end(): void;
}

/** Begins to watch a download. */
export function watchPace(): Pace {
  const slow = new AbortController();
  let bytes = 0;
  const timer = setInterval(() => {
    if (bytes < LEAST_BYTES) slow.abort(new Error(`${bytes} bytes in ${WINDOW_MS / 1000} seconds`));
    bytes = 0;
  }, WINDOW_MS);
  return {
    signal: slow.signal,
    received: (more) => {
      bytes += more;
    },
    end: () => clearInterval(timer),
  };
}
