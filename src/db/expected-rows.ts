import { lruCache } from "../lru-cache.ts";

/** The ids that were pointed to last, by place. */
const pointedTo = lruCache<readonly number[]>(2000);

/**
 * Loads rows that a page points to, such as the users whose names it shows, at the same time as the page: the ids that
 * the same list pointed to last time are asked for at once, and those that are missing once the page is there. What is
 * shown is what the database says now; only which rows to ask for is a guess.
 *
 * @param place tells lists apart whose pages point to the same rows.
 * @param load the rows of some ids, of which there is one at least.
 * @returns gives the rows of ids, and maybe others. It is to be called once, and what it throws is what `load` throws.
 */
export function expectRows<Row>(
  place: string,
  load: (ids: number[]) => Promise<Map<number, Row>>,
): (ids: number[]) => Promise<Map<number, Row>> {
  const expected = pointedTo.get(place) ?? [];
  const early = expected.length > 0 ? load([...expected]) : undefined;
  // Where the page fails, nobody asks for it.
  early?.catch(() => {});
  return async (ids) => {
    if (ids.length > 0) pointedTo.set(place, ids);
    else pointedTo.delete(place);
    const missing = ids.filter((id) => !expected.includes(id));
    const [known, more] = await Promise.all([
      missing.length < ids.length ? early : undefined,
      missing.length > 0 ? load(missing) : undefined,
    ]);
    if (!more) return known ?? new Map();
    return known ? new Map([...known, ...more]) : more;
  };
}
