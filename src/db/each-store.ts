import { describeError, log } from "../log.ts";
import type { Databases } from "./clients.ts";

/**
 * Runs a job in each lead store, side by side: trouble in one is logged and keeps none of the others from
 * being served.
 *
 * @param event what the log calls a failure.
 * @returns the numbers of the stores where it failed.
 */
export async function eachStore(
  databases: Databases,
  event: string,
  visit: (client: D1Database, store: number) => Promise<void>,
): Promise<number[]> {
  const stores = Array.from({ length: databases.stores }, (_, store) => store);
  const failed = await Promise.all(
    stores.map(async (store) => {
      try {
        await visit(databases.leads(store), store);
        return [];
      } catch (error) {
        log("error", event, { store, ...describeError(error) });
        return [store];
      }
    }),
  );
  return failed.flat();
}
