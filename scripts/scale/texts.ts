const SHIPS = ["ferry", "barge", "tug", "pilot boat"];
const PLACES = ["lock", "pier", "yard", "silo", "canteen"];

/** A sentence or two of its own for each number. */
export function textOf(index: number): string {
  const rest = index % 3 === 0 ? " The harbour master was told, and wrote it down in the book of the day." : "";
  return `Ship ${100 + index}, a ${SHIPS[index % 4]}, left the ${PLACES[index % 5]} at ${10 + (index % 12)}:00.${rest}`;
}
