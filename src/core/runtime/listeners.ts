import { setMaxListeners } from "node:events";

/** Lets a signal have any number of listeners: Node warns on standard error from the eleventh on. */
export function allowManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
