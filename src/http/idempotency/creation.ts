import { eq, type SQL } from "drizzle-orm";
import type { DirectoryDb } from "../../db/clients.ts";
import { keyedRequests } from "../../db/keyed-requests.ts";

/** Either kind of database: drizzle sees no difference. */
export type KeyedDb = DirectoryDb;

/** How a transaction records what it creates for a request. */
export interface Creation {
  /**
   * Statements for the batch that creates something, after the one that does: they keep its id beside it, for
   * repetitions of the request. They let the whole batch fail where another request with the same key holds the
   * lease, or has created something.
   *
   * @param objectId an expression where it is known only within the transaction; one that is `NULL` says that
   * nothing was created after all.
   */
  record(db: KeyedDb, objectId: SQL | number): RecordStatement[];
}

type RecordStatement = ReturnType<typeof recordStatement>;

/** The creation of a request without an `Idempotency-Key`. */
export const UNKEYED: Creation = { record: () => [] };

/** The creation of a request that holds the lease of its key; it remembers whether it was recorded. */
export function keyedCreation(keyHash: string, leaseId: string): Creation & { readonly recorded: boolean } {
  let recorded = false;
  return {
    get recorded() {
      return recorded;
    },
    record(db, objectId) {
      recorded = true;
      return [recordStatement(db, keyHash, leaseId, objectId)];
    },
  };
}

/** The trigger `keyed_requests_once` compares the lease, and sees that there is no object yet. */
function recordStatement(db: KeyedDb, keyHash: string, leaseId: string, objectId: SQL | number) {
  return db.update(keyedRequests).set({ objectId, leaseId }).where(eq(keyedRequests.keyHash, keyHash));
}
