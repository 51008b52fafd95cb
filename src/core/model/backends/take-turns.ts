import type { EncoderBackend } from "./backend.js";

/**
 * Makes backends take turns: runs of one at a time, so that two models which are busy at once do not each take all the
 * cores. The others go first when a backend's runs that are under way have ended.
 */
export function createTurns(): (backend: EncoderBackend) => EncoderBackend {
  const waiting: { backend: EncoderBackend; start(): void }[] = [];
  let current: EncoderBackend | undefined;
  let running = 0;

  const enter = (backend: EncoderBackend): Promise<void> | undefined => {
    if (running > 0 && (current !== backend || waiting.length > 0)) {
      return new Promise((resolve) => waiting.push({ backend, start: resolve }));
    }
    current = backend;
    running += 1;
    return undefined;
  };

  const leave = () => {
    running -= 1;
    if (running > 0) return;
    current = waiting[0]?.backend;
    while (waiting[0] && waiting[0].backend === current) {
      running += 1;
      waiting.shift()?.start();
    }
  };

  return (backend) => ({
    ...backend,
    async run(...batch) {
      await enter(backend);
      try {
        return await backend.run(...batch);
      } finally {
        leave();
      }
    },
  });
}
