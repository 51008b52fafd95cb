/**
 * The outcomes of a function over items, in their order, with so many calls under way at once. After the first that
 * fails none begins.
 */
export async function mapBounded<Item, Outcome>(
  items: readonly Item[],
  mostAtOnce: number,
  call: (item: Item, index: number) => Outcome | Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(items.length);
  let next = 0;
  let hasFailed = false;
  const work = async () => {
    while (next < items.length && !hasFailed) {
      const index = next;
      next += 1;
      try {
        outcomes[index] = await call(items[index] as Item, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, work));
  return outcomes;
}
