/**
 * All that is being opened, or the first failure: then what was opened is closed.
 *
 * @throws The failure that comes first in the list, once the others have ended.
 */
export async function allOrNone<Opened>(
  opening: readonly Promise<Opened>[],
  close: (opened: Opened) => Promise<void>,
): Promise<Opened[]> {
  const outcomes = await Promise.allSettled(opening);
  const opened = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (failure === undefined) return opened;
  await Promise.all(opened.map(close));
  throw failure.reason;
}
