import { describeError, log } from "../../log.ts";
import { isUnavailable } from "../errors.ts";
import type { Tenant } from "./tenant.ts";

/** What several lead stores answered, and the numbers of those that did not. */
export interface StoreAnswers<T> {
  answers: T[];
  unavailable: number[];
}

/**
 * Asks several lead stores side by side; one that is in trouble leaves the answers of the others.
 *
 * @throws errors that are not the platform's.
 */
export async function askStores<T>(
  tenants: Tenant[],
  ask: (tenant: Tenant) => Promise<T>,
): Promise<StoreAnswers<T>> {
  const unavailable: number[] = [];
  const answers = await Promise.all(
    tenants.map(async (tenant) => {
      try {
        return [await ask(tenant)];
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        log("error", "store.unavailable", { store: tenant.store, ...describeError(error) });
        unavailable.push(tenant.store);
        return [];
      }
    }),
  );
  return { answers: answers.flat(), unavailable: unavailable.sort((a, b) => a - b) };
}
