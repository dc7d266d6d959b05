import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { idempotent } from "../../db/client.ts";
import { openDirectory } from "../../db/clients.ts";
import { keyedRequests } from "../../db/keyed-requests.ts";
import type { KeyedRequest } from "./keyed-request.ts";

/** The rows of keyed requests: who holds the lease of a key, what was created under it, what was answered. */
export type KeyedRow = typeof keyedRequests.$inferSelect;

/** An answer that can be repeated. */
export interface KeptAnswer {
  status: number;
  body: string;
  headers: Record<string, string>;
}

/** How long the first answer is repeated. */
export const KEPT_MS = 24 * 60 * 60 * 1000;
/** How long a request that broke off keeps its key from a repetition. */
export const LEASE_MS = 60 * 1000;
/** The status that is kept in place of an answer about a person who was erased. */
export const ERASED_STATUS = 404;

const hasKey = (keyHash: string) => eq(keyedRequests.keyHash, keyHash);

/**
 * Takes the lease of a key where it is new, free, or that of a request which broke off.
 *
 * @param now milliseconds since 1970.
 * @returns the row as it is now; whose lease it is, its `leaseId` tells.
 */
export async function claimKey(
  client: D1Database,
  request: KeyedRequest,
  leaseId: string,
  now: number,
): Promise<KeyedRow> {
  const claim = { ...request, leaseId, leasedUntil: now + LEASE_MS, createdAt: now };
  const { fingerprint, operation, leasedUntil, createdAt } = claim;
  const db = openDirectory(idempotent(client));
  const [, , [row]] = await db.batch([
    db.delete(keyedRequests).where(and(hasKey(request.keyHash), lt(keyedRequests.createdAt, now - KEPT_MS))),
    db
      .insert(keyedRequests)
      .values(claim)
      .onConflictDoUpdate({
        target: keyedRequests.keyHash,
        set: { fingerprint, operation, leaseId, leasedUntil, createdAt },
        setWhere: sql`${keyedRequests.status} IS NULL AND ${keyedRequests.leasedUntil} <= ${now}
          AND ${keyedRequests.fingerprint} IN ('', ${fingerprint})`,
      }),
    db.select().from(keyedRequests).where(hasKey(request.keyHash)),
  ]);
  if (!row) throw new Error("a keyed request was written and not found");
  return row;
}

/**
 * Ends the lease of a request that failed, where nothing was created under it.
 *
 * @param refused whether it is certain that nothing will be: then the key is as good as new.
 * @returns whether it was ended, and the row as it is now.
 */
export async function releaseKey(
  client: D1Database,
  keyHash: string,
  leaseId: string,
  refused: boolean,
): Promise<{ released: boolean; row: KeyedRow | undefined }> {
  const db = openDirectory(idempotent(client));
  const nothing = and(hasKey(keyHash), eq(keyedRequests.leaseId, leaseId), isNull(keyedRequests.objectId));
  const [ended, [row]] = await db.batch([
    db
      .update(keyedRequests)
      .set({ leasedUntil: 0, ...(refused && { fingerprint: "", leaseId: "" }) })
      .where(nothing)
      .returning({ keyHash: keyedRequests.keyHash }),
    db.select().from(keyedRequests).where(hasKey(keyHash)),
  ]);
  return { released: ended.length > 0, row };
}

/** Keeps the answer of a request for its repetitions; the first one stays. */
export async function keepAnswer(
  client: D1Database,
  keyHash: string,
  leaseId: string,
  answer: KeptAnswer,
): Promise<void> {
  await openDirectory(idempotent(client))
    .update(keyedRequests)
    .set(answer)
    .where(and(hasKey(keyHash), eq(keyedRequests.leaseId, leaseId), isNull(keyedRequests.status)));
}

/** Ends the lease of a request whose answer could not be kept: its repetition is answered by what was created. */
export async function endLease(client: D1Database, keyHash: string, leaseId: string): Promise<void> {
  await openDirectory(idempotent(client))
    .update(keyedRequests)
    .set({ leasedUntil: 0 })
    .where(and(hasKey(keyHash), eq(keyedRequests.leaseId, leaseId), isNull(keyedRequests.status)));
}

/** The id of what was created under a key by an operation; `null` where nothing was. */
export async function findObject(
  client: D1Database,
  keyHash: string,
  operation: string,
): Promise<number | null> {
  const row = await openDirectory(client)
    .select({ objectId: keyedRequests.objectId })
    .from(keyedRequests)
    .where(and(hasKey(keyHash), eq(keyedRequests.operation, operation)))
    .get();
  return row?.objectId ?? null;
}

/** Whether something was created under a key, or is being created. */
export async function isKeyUsed(client: D1Database, keyHash: string): Promise<boolean> {
  const db = openDirectory(client);
  const used = and(hasKey(keyHash), sql`${keyedRequests.fingerprint} <> ''`);
  return (
    (await db.select({ keyHash: keyedRequests.keyHash }).from(keyedRequests).where(used).get()) !== undefined
  );
}
