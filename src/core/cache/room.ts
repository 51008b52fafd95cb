/** What takes up room: scores, which an encoder pass makes, or plans, which are quick to make again from scores. */
export type RoomUse = "scores" | "plans";

/** Something that takes up room. */
export interface Place {
  /** It was used: what was used longest ago goes first. In which turn, if there are any. */
  touch(turn?: number): void;
  /** It is gone. */
  free(): void;
}

/** So many bytes for all that is remembered. */
export interface Room {
  /**
   * Takes room, for which others go: plans before scores, those used longest ago first, and no scores for a plan.
   *
   * @param letGo Called when it has to go.
   * @param turn What was used in this turn or a later one does not go: of more than there is room for that is asked for
   * again and again, in the same order, the first part stays, and not always the part that was asked for last.
   * @returns Undefined if there is not so much.
   */
  take(use: RoomUse, bytes: number, letGo: () => void, turn?: number): Place | undefined;
  /** Lets plans take so many bytes, as far as they may grow. What they may take never falls. */
  growTo(bytes: number): void;
  /** Bytes that plans may take now, and at most. */
  readonly planBytes: number;
  readonly mostPlanBytes: number;
}

/** What is not used in turns may always go, and have all others go. */
const BEFORE_ALL_TURNS = 0;
const AFTER_ALL_TURNS = Number.POSITIVE_INFINITY;

interface Held {
  bytes: number;
  letGo: () => void;
  turn: number;
}

/** Room of so many bytes, and of so many of them for plans: to begin with, and at most. */
export function createRoom(maxBytes: number, planBytes: number, mostPlanBytes = planBytes): Room {
  // A Set keeps the order of insertion: the first is the one used longest ago.
  const held = { scores: new Set<Held>(), plans: new Set<Held>() };
  const used = { scores: 0, plans: 0 };
  const most = { scores: maxBytes, plans: planBytes };
  const remove = (use: RoomUse, own: Held) => {
    if (held[use].delete(own)) used[use] -= own.bytes;
  };
  const isFull = (use: RoomUse) => used[use] > most[use] || used.scores + used.plans > maxBytes;
  const shrink = (from: RoomUse, isTooFull: () => boolean, limit: number) => {
    for (const oldest of held[from]) {
      if (!isTooFull() || oldest.turn >= limit) return;
      remove(from, oldest);
      oldest.letGo();
    }
  };

  return {
    mostPlanBytes,
    get planBytes() {
      return most.plans;
    },
    growTo(bytes) {
      most.plans = Math.max(most.plans, Math.min(mostPlanBytes, bytes));
    },
    take(use, bytes, letGo, turn) {
      if (bytes > most[use] || (use === "plans" && used.scores + bytes > maxBytes)) return undefined;
      const own: Held = { bytes, letGo, turn: turn ?? BEFORE_ALL_TURNS };
      const limit = turn ?? AFTER_ALL_TURNS;
      used[use] += bytes;
      shrink("plans", () => isFull(use), limit);
      shrink(use, () => isFull(use), limit);
      if (isFull(use)) {
        used[use] -= bytes;
        return undefined;
      }
      held[use].add(own);
      return {
        touch(now = own.turn) {
          own.turn = now;
          if (held[use].delete(own)) held[use].add(own);
        },
        free: () => remove(use, own),
      };
    },
  };
}

/** Under which a cache in this process shows its room. The same in every copy of the package. */
export const ROOM: unique symbol = Symbol.for("contextsieve.room.v2") as never;

/** The room of a cache that has one. */
export function roomOf(cache: unknown): Room | undefined {
  return (cache as { [ROOM]?: Room } | undefined)?.[ROOM];
}
