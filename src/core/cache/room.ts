/** What takes up room: scores, which an encoder pass makes, or plans, which are quick to make again from scores. */
export type RoomUse = "scores" | "plans";

/** Something that takes up room. */
export interface Place {
  /** It was used: what was used longest ago goes first. */
  touch(): void;
  /** It is gone. */
  free(): void;
}

/** So many bytes for all that is remembered. */
export interface Room {
  /**
   * Takes room, for which others go: plans before scores, those used longest ago first, and no scores for a plan.
   *
   * @param letGo Called when it has to go.
   * @returns Undefined if there is not so much.
   */
  take(use: RoomUse, bytes: number, letGo: () => void): Place | undefined;
}

/** Share of the room that plans may take. */
const PLANS = 1 / 4;

interface Held {
  bytes: number;
  letGo: () => void;
}

/** Room of so many bytes. */
export function createRoom(maxBytes: number): Room {
  // A Set keeps the order of insertion: the first is the one used longest ago.
  const held = { scores: new Set<Held>(), plans: new Set<Held>() };
  const used = { scores: 0, plans: 0 };
  const most = { scores: maxBytes, plans: maxBytes * PLANS };
  const remove = (use: RoomUse, own: Held) => {
    if (held[use].delete(own)) used[use] -= own.bytes;
  };
  const isFull = (use: RoomUse) => used[use] > most[use] || used.scores + used.plans > maxBytes;
  const shrink = (from: RoomUse, isTooFull: () => boolean) => {
    for (const oldest of held[from]) {
      if (!isTooFull()) return;
      remove(from, oldest);
      oldest.letGo();
    }
  };

  return {
    take(use, bytes, letGo) {
      if (bytes > most[use] || (use === "plans" && used.scores + bytes > maxBytes)) return undefined;
      const own: Held = { bytes, letGo };
      used[use] += bytes;
      shrink("plans", () => isFull(use));
      shrink(use, () => isFull(use));
      held[use].add(own);
      return {
        touch() {
          if (held[use].delete(own)) held[use].add(own);
        },
        free: () => remove(use, own),
      };
    },
  };
}

/** Under which a cache in this process shows its room. The same in every copy of the package. */
export const ROOM: unique symbol = Symbol.for("contextsieve.room.v1") as never;

/** The room of a cache that has one. */
export function roomOf(cache: unknown): Room | undefined {
  return (cache as { [ROOM]?: Room } | undefined)?.[ROOM];
}
