import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { idempotent } from "../../db/client.ts";
import { type Databases, openDirectory } from "../../db/clients.ts";
import { keyedRequests } from "../../db/keyed-requests.ts";
import type { Tenant } from "../../db/leads/tenant.ts";
import type { KeyedRequest } from "./keyed-request.ts";
import { KEPT_MS, LEASE_MS } from "./requests.ts";

/** The database in which a request creates something. */
export interface Place {
  client: D1Database;
  /** Where it is a lead store: which one, and the directory, in which its keys are marked. */
  store?: { index: number; directory: D1Database };
}

/** The database in which a request creates: a tenant's lead store, or the directory. */
export function placeOf(tenant: Tenant | undefined, { directoryClient }: Databases): Place {
  if (!tenant) return { client: directoryClient };
  return { client: tenant.client, store: { index: tenant.store, directory: directoryClient } };
}

const hasKey = (keyHash: string) => eq(keyedRequests.keyHash, keyHash);

/**
 * Marks in the directory that a key is used in a lead store, so that the same key is refused in every other database:
 * the directory has one row for a key, which is either its own keyed request or such a mark. A mark knows nothing of
 * what is asked for; it is made at the same time as the key is claimed in the store, so that nobody waits for it.
 *
 * @param now milliseconds since 1970.
 * @returns whether the key is this place's; always so for what is created in the directory itself.
 */
export async function markPlace(
  { store }: Place,
  { keyHash, operation }: KeyedRequest,
  leaseId: string,
  now: number,
): Promise<boolean> {
  if (!store) return true;
  const fingerprint = markOf(store.index);
  const mark = { fingerprint, operation, leaseId, leasedUntil: now + LEASE_MS };
  const db = openDirectory(idempotent(store.directory));
  const [, , [row]] = await db.batch([
    db.delete(keyedRequests).where(and(hasKey(keyHash), lt(keyedRequests.createdAt, now - KEPT_MS))),
    db
      .insert(keyedRequests)
      .values({ ...mark, keyHash, createdAt: now })
      .onConflictDoUpdate({
        target: keyedRequests.keyHash,
        // A mark is as old as the first request of its key, however often that one is repeated.
        set: {
          ...mark,
          createdAt: sql`iif(${keyedRequests.fingerprint} = '', ${now}, ${keyedRequests.createdAt})`,
        },
        setWhere: sql`${keyedRequests.status} IS NULL AND ${keyedRequests.leasedUntil} <= ${now}
          AND ${keyedRequests.fingerprint} IN ('', ${fingerprint})`,
      }),
    db.select({ fingerprint: keyedRequests.fingerprint }).from(keyedRequests).where(hasKey(keyHash)),
  ]);
  return row?.fingerprint === fingerprint;
}

/**
 * Takes the mark of a request away whose key was released.
 *
 * @param refused whether it is certain that nothing is created: else only its repetition may use the key, in the same
 * place.
 */
export async function unmarkPlace(
  { store }: Place,
  { keyHash }: KeyedRequest,
  leaseId: string,
  refused: boolean,
): Promise<void> {
  if (!store) return;
  const db = openDirectory(idempotent(store.directory));
  const ours = and(
    hasKey(keyHash),
    eq(keyedRequests.leaseId, leaseId),
    eq(keyedRequests.fingerprint, markOf(store.index)),
    isNull(keyedRequests.objectId),
  );
  await (refused
    ? db.delete(keyedRequests).where(ours)
    : db.update(keyedRequests).set({ leasedUntil: 0 }).where(ours)
  ).run();
}

/** What a mark has in place of the hash of a request; none of these looks like it. */
function markOf(store: number): string {
  return `leads_${store}`;
}
