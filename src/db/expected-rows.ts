import { lruCache } from "../lru-cache.ts";

/** The ids that were pointed to last, by place. */
const pointedTo = lruCache<readonly number[]>(2000);

/**
 * Loads rows that will most likely be pointed to, at the same time as something else is done.
 *
 * @param ids of these. @param load the rows of some ids, of which there is one at least.
 * @returns gives the rows of ids, and maybe others: those that are missing are loaded then.
 */
export function startRows<Row>(
  ids: readonly number[],
  load: (ids: number[]) => Promise<Map<number, Row>>,
): (ids: number[]) => Promise<Map<number, Row>> {
  const started = ids.length > 0 ? load([...ids]) : undefined;
  // Where what is done meanwhile fails, nobody asks for them.
  started?.catch(() => {});
  return async (asked) => {
    const missing = asked.filter((id) => !ids.includes(id));
    const [known, more] = await Promise.all([started, missing.length > 0 ? load(missing) : undefined]);
    return new Map([...(known ?? []), ...(more ?? [])]);
  };
}

/**
 * Loads rows that a page points to, such as the users whose names it shows, at the same time as the page: the ids that
 * the same list pointed to last time are asked for at once, and those that are missing once the page is there. What is
 * shown is what the database says now; only which rows to ask for is a guess.
 *
 * @param place tells lists apart whose pages point to the same rows.
 * @param load the rows of some ids, of which there is one at least.
 * @param guess rows that the page may well point to, by their ids, for a list that was not seen yet.
 * @returns gives the rows of ids, and maybe others. It is to be called once, and what it throws is what `load` throws.
 */
export function expectRows<Row>(
  place: string,
  load: (ids: number[]) => Promise<Map<number, Row>>,
  guess?: () => Promise<Map<number, Row>>,
): (ids: number[]) => Promise<Map<number, Row>> {
  const pointed = pointedTo.get(place);
  const expected = pointed ?? [];
  const early = expected.length > 0 ? load([...expected]) : pointed === undefined ? guess?.() : undefined;
  // Where the page fails, nobody asks for it.
  early?.catch(() => {});
  return async (ids) => {
    pointedTo.set(place, ids);
    if (ids.length === 0) return new Map();
    // What was guessed is looked at before more is asked for: most often nothing is missing.
    const guessed = pointed === undefined ? await early : undefined;
    const missing = ids.filter((id) => !(guessed ? guessed.has(id) : expected.includes(id)));
    const [known, more] = await Promise.all([
      missing.length < ids.length ? early : undefined,
      missing.length > 0 ? load(missing) : undefined,
    ]);
    if (!more) return known ?? new Map();
    return known ? new Map([...known, ...more]) : more;
  };
}
